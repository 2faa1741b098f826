package koine.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.limit.Limit;
import koine.limit.Limits;
import koine.log.Signal.Typing;
import koine.log.Signals;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Tells a chat's other members that somebody is writing: at most once in two seconds for each person and chat,
/// however often it is said.
@Service
public class TypingNotices {

    private static final Duration PAUSE = Duration.ofSeconds(2);

    /// More than this are not remembered at a time: those that come on top are not told.
    private static final int MAX_REMEMBERED = 50_000;

    private final Chats chats;
    private final Signals signals;
    private final Clock clock;
    private final Limits limits;
    private final Map<Writer, Instant> told = new ConcurrentHashMap<>();

    TypingNotices(Chats chats, Signals signals, Clock clock, Limits limits) {
        this.chats = chats;
        this.signals = signals;
        this.clock = clock;
        this.limits = limits;
    }

    private record Writer(ChatId chat, AccountId account) {

        static Writer of(Typing typing) {
            return new Writer(typing.chat(), typing.account());
        }
    }

    /// Says that the account is writing in the chat. Said again too soon it completes and tells nobody.
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST` also for one who is no member; `BLOCKED`; `TOO_MANY_REQUESTS`.
    public Mono<Void> say(AccountId me, ChatId chat) {
        return say(me, chat, null);
    }

    /// As [#say(AccountId, ChatId)].
    ///
    /// @param saidAt when that was, as the client put it; null if it did not
    public Mono<Void> say(AccountId me, ChatId chat, @Nullable String saidAt) {
        return Mono.defer(() -> {
            var typing = new Typing(chat, me, saidAt);
            return wasTold(typing)
                    ? Mono.empty()
                    : limits.count(Limit.TYPING, me)
                            .then(Mono.defer(() -> chats.speakerIn(me, chat)))
                            .doOnNext(_ -> tell(typing))
                            .then();
        });
    }

    private boolean wasTold(Typing typing) {
        var last = told.get(Writer.of(typing));
        return last != null && last.plus(PAUSE).isAfter(clock.instant());
    }

    /// Of those who ask at the same time only one is.
    private boolean isFirst(Typing typing, Instant now) {
        var last = told.get(Writer.of(typing));
        return last == null
                ? told.putIfAbsent(Writer.of(typing), now) == null
                : !last.plus(PAUSE).isAfter(now) && told.replace(Writer.of(typing), last, now);
    }

    private void tell(Typing typing) {
        var now = clock.instant();
        if (told.size() >= MAX_REMEMBERED) {
            told.values().removeIf(last -> last.plus(PAUSE).isBefore(now));
        }
        if (told.size() < MAX_REMEMBERED && isFirst(typing, now)) {
            signals.send(typing);
        }
    }
}
