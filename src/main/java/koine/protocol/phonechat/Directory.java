package koine.protocol.phonechat;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import koine.account.Accounts;
import koine.chat.ChatName;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.protocol.Remembered;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Whose number is whose: people are known by their phone numbers, and those who have none as `user-<id>`.
@Component
class Directory {

    private static final Pattern PHONE = Pattern.compile("[0-9]{10}");
    private static final Pattern USER = Pattern.compile("user-([1-9][0-9]{0,17})");

    private static final int MOST = 10_000;
    private static final Duration MOMENT = Duration.ofSeconds(3);

    private final Accounts accounts;
    private final Remembered<AccountId, String> numbers;
    private final Remembered<ChatId, ChatName> names;

    Directory(Accounts accounts, Chats chats, Clock clock) {
        this.accounts = accounts;
        this.numbers = new Remembered<>(MOST, MOMENT, clock, this::look);
        this.names = new Remembered<>(MOST, MOMENT, clock, chats::nameOf);
    }

    /// Whose number it is; empty if it is nobody's.
    Mono<AccountId> find(String number) {
        if (PHONE.matcher(number).matches()) {
            return accounts.withPhone(number);
        }
        var user = USER.matcher(number);
        return user.matches() ? known(new AccountId(Long.parseLong(user.group(1)))) : Mono.empty();
    }

    /// Whose numbers these are; those that are nobody's are left out.
    Mono<Map<String, AccountId>> find(Collection<String> numbers) {
        return Flux.fromIterable(numbers)
                .distinct()
                .concatMap(number -> find(number).map(account -> Map.entry(number, account)))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /// The number under which somebody is known now.
    Mono<String> number(AccountId account) {
        return look(account);
    }

    /// The number under which somebody is, or was a moment ago, known.
    Mono<String> shownNumber(AccountId account) {
        return numbers.get(account);
    }

    /// The numbers under which they are known, in their order.
    Mono<List<String>> numbers(List<AccountId> them) {
        return byAccount(them).map(found -> them.stream().map(found).toList());
    }

    /// The numbers under which they are known.
    Mono<Function<AccountId, String>> byAccount(Collection<AccountId> them) {
        return accounts.phones(them.stream().collect(Collectors.toUnmodifiableSet()))
                .map(phones -> account -> phones.getOrDefault(account, user(account)));
    }

    /// Under which name somebody is always found.
    static String user(AccountId account) {
        return "user-" + account.value();
    }

    /// How a chat is, or was a moment ago, called; empty if it is not there.
    Mono<ChatName> chat(ChatId chat) {
        return names.get(chat);
    }

    private Mono<String> look(AccountId account) {
        return accounts.phones(List.of(account)).map(phones -> phones.getOrDefault(account, user(account)));
    }

    private Mono<AccountId> known(AccountId account) {
        return accounts.usernames(List.of(account))
                .filter(names -> !names.isEmpty())
                .map(_ -> account);
    }
}
