package koine.limit;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;
import koine.kernel.AccountId;
import koine.kernel.Refused;
import koine.limit.Buckets.Owner;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Counts what people do, and refuses what is too much: for each account, and for the address from which its calls
/// come. Whoever protects something asks here before it does anything, so that a refused call has changed nothing.
///
/// Each server counts by itself. Where there are several, everything costs as many times as much as there are
/// servers: together they allow what one would.
@Service
public class Limits {

    private final LimitProperties properties;
    private final Fleet fleet;
    private final Refusals refusals;
    private final Buckets accounts;
    private final Buckets addresses;

    @Autowired
    Limits(LimitProperties properties, Fleet fleet, Refusals refusals) {
        this(properties, fleet, refusals, TimeMeter.SYSTEM_NANOTIME);
    }

    Limits(LimitProperties properties, Fleet fleet, Refusals refusals, TimeMeter time) {
        this.properties = properties;
        this.fleet = fleet;
        this.refusals = refusals;
        this.accounts = new Buckets(properties.remembered(), time);
        this.addresses = new Buckets(properties.remembered(), time);
    }

    /// Whether anything is limited.
    public boolean areOn() {
        return properties.enabled();
    }

    /// Counts what an account does.
    ///
    /// Errors: `TOO_MANY_REQUESTS`, naming the limit.
    public Mono<Void> count(Limit limit, AccountId who) {
        return countAs(limit, who);
    }

    /// Counts what somebody does of whom no account is known.
    ///
    /// Errors: `TOO_MANY_REQUESTS`, naming the limit.
    public Mono<Void> count(Limit limit) {
        return onNetwork(network -> takeFromAddress(limit, network));
    }

    /// As [#count(Limit,AccountId)], of something else than an account.
    ///
    /// @param key what can't be guessed by others or is nobody else's, as they could use it up otherwise
    public Mono<Void> countAs(Limit limit, Object key) {
        return onNetwork(network -> {
            var taken = takeFromAccount(limit, key);
            try {
                takeFromAddress(limit, network);
            } catch (Refused refused) {
                taken.ifPresent(bucket ->
                        bucket.addTokens(cost(properties.perAccount().of(limit).orElseThrow())));
                throw refused;
            }
        });
    }

    /// Counts for the key alone, and not for the address.
    public Mono<Void> countOnly(Limit limit, Object key) {
        return onNetwork(_ -> takeFromAccount(limit, key));
    }

    /// What was counted for the address of this call turns out not to count.
    public Mono<Void> giveBack(Limit limit) {
        return onNetwork(network -> {
            var rate = properties.perAddress().of(limit);
            addresses.of(new Owner(limit, network), rate).addTokens(cost(rate));
        });
    }

    private interface Work {
        void at(String network);
    }

    private Mono<Void> onNetwork(Work work) {
        return properties.enabled()
                ? Mono.deferContextual(context -> Mono.fromRunnable(() -> work.at(ClientAddress.networkIn(context))))
                : Mono.empty();
    }

    private Optional<Bucket> takeFromAccount(Limit limit, Object key) {
        return properties
                .perAccount()
                .of(limit)
                .map(rate -> take(limit, accounts.of(new Owner(limit, key), rate), rate));
    }

    private void takeFromAddress(Limit limit, String network) {
        var rate = properties.perAddress().of(limit);
        take(limit, addresses.of(new Owner(limit, network), rate), rate);
    }

    private Bucket take(Limit limit, Bucket bucket, Rate rate) {
        var probe = bucket.tryConsumeAndReturnRemaining(cost(rate));
        if (!probe.isConsumed()) {
            throw refusals.tooMany(limit.publicName(), Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
        return bucket;
    }

    private long cost(Rate rate) {
        return Math.clamp(fleet.servers(), 1, rate.most());
    }
}
