package koine.protocol.pymessage;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import koine.account.Accounts;
import koine.kernel.AccountId;
import koine.kernel.Refused;
import koine.limit.Limit;
import koine.limit.Limits;
import koine.protocol.HttpRefusals;
import koine.protocol.HttpStatuses;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// The one call: what somebody is called, for everybody who has their id, and nothing else of them.
@RestController
class GetUserApi {

    private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
    private static final int MAX_DIGITS = 18;

    private final Accounts accounts;
    private final Limits limits;

    GetUserApi(Accounts accounts, Limits limits) {
        this.accounts = accounts;
        this.limits = limits;
    }

    sealed interface Answer {}

    record Found(User user) implements Answer {}

    record User(String username) {}

    record Problem(String error) implements Answer {}

    @GetMapping("/get_user")
    Mono<ResponseEntity<Answer>> user(@RequestParam(name = "id", required = false) @Nullable String id) {
        if (id == null || !INTEGER.matcher(id).matches()) {
            return Mono.just(answer(HttpStatus.BAD_REQUEST, new Problem("id must be an integer")));
        }
        return limits.count(Limit.LOOKUPS)
                .then(Mono.justOrEmpty(account(id)))
                .flatMap(this::username)
                .map(name -> answer(HttpStatus.OK, new Found(new User(name))))
                .defaultIfEmpty(answer(HttpStatus.NOT_FOUND, new Problem("user not found")))
                .onErrorResume(Refused.class, refused -> Mono.just(tooMany(refused)));
    }

    /// Empty for a number that is nobody's.
    private static Optional<AccountId> account(String integer) {
        return integer.length() > MAX_DIGITS ? Optional.empty() : Optional.of(new AccountId(Long.parseLong(integer)));
    }

    private Mono<String> username(AccountId id) {
        return accounts.usernames(List.of(id)).mapNotNull(names -> names.get(id));
    }

    private static ResponseEntity<Answer> tooMany(Refused refused) {
        var answer = ResponseEntity.status(HttpStatuses.of(refused.code()));
        HttpRefusals.retryAfter(refused).ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, seconds));
        return answer.body(new Problem(refused.detail()));
    }

    private static ResponseEntity<Answer> answer(HttpStatus status, Answer body) {
        return ResponseEntity.status(status).body(body);
    }
}
