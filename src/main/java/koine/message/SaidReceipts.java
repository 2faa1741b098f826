package koine.message;

import koine.kernel.AccountId;
import koine.kernel.ChatId;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// When somebody last received and read in a private chat, as their own client put it: for protocols that show just
/// that. Who may say or see it is for whoever found the chat to know.
@Service
public class SaidReceipts {

    private static final Said NOTHING = new Said(null, null);

    private final SaidReceiptStore store;

    SaidReceipts(SaidReceiptStore store) {
        this.store = store;
    }

    /// @param receivedAt null for never
    /// @param readAt     null for never
    public record Said(
            @Nullable String receivedAt, @Nullable String readAt) {}

    /// That they have received a message. Nothing is noted of a chat that is gone.
    public Mono<Void> received(AccountId account, ChatId chat, String at) {
        return store.note(chat, account, at, false);
    }

    /// That they have read a message, and so received it; otherwise as [#received].
    public Mono<Void> read(AccountId account, ChatId chat, String at) {
        return store.note(chat, account, at, true);
    }

    /// What they last said.
    public Mono<Said> last(AccountId account, ChatId chat) {
        return store.find(chat, account).defaultIfEmpty(NOTHING);
    }
}
