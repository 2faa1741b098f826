package koine.message;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Text;
import koine.limit.Limit;
import koine.limit.Limits;
import koine.log.Message;
import koine.message.SearchStore.Wanted;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Finds messages by their words. Only a few searches run at a time, and none for long: they must not keep the
/// database from everything else.
@Service
public class Searches {

    private static final int MAX_LENGTH = 128;
    private static final int MAX_WORDS = 10;
    private static final int MAX_RUNNING = 4;
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final String CANCELED = "57014";
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private final SearchStore store;
    private final Chats chats;
    private final Limits limits;
    private final AtomicInteger running = new AtomicInteger();

    Searches(SearchStore store, Chats chats, Limits limits) {
        this.store = store;
        this.chats = chats;
        this.limits = limits;
    }

    /// The newest messages with all of these words, in any order, in the chats that one is in; without regard to
    /// case. A message is found from the moment on at which it was sent, and one that was edited or deleted never
    /// by what it was. Chats that keep messages only until they are delivered are left out.
    ///
    /// Errors: `INVALID_REQUEST` for no words, more than 10, or more than 128 characters; `CHAT_DOES_NOT_EXIST`
    /// for a chat that one is not in; `TOO_MANY_REQUESTS` for searching too often and when
    /// too many searches are running; `UNAVAILABLE` when
    /// it takes too long.
    ///
    /// @param chat   in which to look; null for all of one's own
    /// @param before the id before which they come
    public Mono<List<Message>> find(
            AccountId me, @Nullable String query, @Nullable ChatId chat, long before, int limit) {
        return limits.count(Limit.SEARCHES, me)
                .then(Mono.fromCallable(() -> new Wanted(me, words(query), chat, before, limit)))
                .delayUntil(wanted -> chat == null ? Mono.empty() : chats.roleOf(me, chat))
                .flatMap(this::oneOfAFew);
    }

    private static String words(@Nullable String query) {
        var text = Text.required("q", query, 1, MAX_LENGTH).strip();
        if (text.isEmpty() || SPACE.split(text).length > MAX_WORDS) {
            throw Refused.invalid("q", "must have 1 to %d words".formatted(MAX_WORDS));
        }
        return text;
    }

    private Mono<List<Message>> oneOfAFew(Wanted wanted) {
        return Mono.defer(() -> {
            if (running.incrementAndGet() > MAX_RUNNING) {
                running.decrementAndGet();
                return Mono.error(new Refused(ErrorCode.TOO_MANY_REQUESTS, "too many searches are running"));
            }
            return store.find(wanted, LIMIT)
                    .collectList()
                    .onErrorMap(Searches::tookTooLong, _ -> tooLong())
                    .doFinally(_ -> running.decrementAndGet());
        });
    }

    private static boolean tookTooLong(Throwable problem) {
        return (problem instanceof R2dbcException refused && CANCELED.equals(refused.getSqlState()))
                || (problem.getCause() != null && tookTooLong(problem.getCause()));
    }

    private static Refused tooLong() {
        return new Refused(ErrorCode.UNAVAILABLE, "the search took too long; look for rarer words, or in one chat");
    }
}
