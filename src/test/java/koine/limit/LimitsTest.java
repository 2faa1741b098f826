package koine.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import reactor.core.publisher.Mono;

class LimitsTest {

    private static final AccountId ANN = new AccountId(1);
    private static final AccountId BEN = new AccountId(2);
    private static final int REMEMBERED = 160;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Ticking time = new Ticking();
    private int servers = 1;

    @Test
    void count_moreThanAnAccountMay_isRefusedWithTheLimitsNameAndTheTimeToWait() {
        var limits = limits(Map.of("koine.limits.per-account.searches", "3/1m"));

        times(3, limits.count(Limit.SEARCHES, ANN), "10.0.0.1");

        var refused = refusal(limits.count(Limit.SEARCHES, ANN), "10.0.0.2");
        assertThat(refused.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
        assertThat(refused.limit()).isEqualTo("searches");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(20));
        assertThat(meters.counter("koine.limits.refused", "limit", "searches").count())
                .isOne();
        times(3, limits.count(Limit.SEARCHES, BEN), "10.0.0.1");
        times(3, limits.count(Limit.UPLOADS, ANN), "10.0.0.1");
    }

    @Test
    void count_afterTheTimeToWait_isTakenAgain() {
        var limits = limits(Map.of("koine.limits.per-account.searches", "3/1m"));
        times(3, limits.count(Limit.SEARCHES, ANN), "10.0.0.1");

        time.pass(Duration.ofSeconds(20));

        times(1, limits.count(Limit.SEARCHES, ANN), "10.0.0.1");
        refusal(limits.count(Limit.SEARCHES, ANN), "10.0.0.1");
    }

    @Test
    void count_moreThanAnAddressMay_isRefusedAndCostsTheAccountNothing() {
        var limits = limits(
                Map.of("koine.limits.per-account.searches", "3/1m", "koine.limits.per-address.searches", "2/1m"));
        times(2, limits.count(Limit.SEARCHES, BEN), "10.0.0.1");

        refusal(limits.count(Limit.SEARCHES, ANN), "10.0.0.1");

        times(2, limits.count(Limit.SEARCHES, ANN), "10.0.0.2");
        times(1, limits.count(Limit.SEARCHES, ANN), "10.0.0.3");
        refusal(limits.count(Limit.SEARCHES, ANN), "10.0.0.4");
    }

    @Test
    void count_ofAddressesOfOneNetwork_isOneCount() {
        var limits = limits(Map.of("koine.limits.per-address.lookups", "2/1m"));

        times(1, limits.count(Limit.LOOKUPS), "2001:db8:1:2::1");
        times(1, limits.count(Limit.LOOKUPS), "2001:db8:1:2:ffff::2");

        refusal(limits.count(Limit.LOOKUPS), "2001:db8:1:2:3::3");
        times(1, limits.count(Limit.LOOKUPS), "2001:db8:1:3::1");
    }

    @Test
    void count_ofCallsFromNobodyKnowsWhere_isOneCount() {
        var limits = limits(Map.of("koine.limits.per-address.lookups", "2/1m"));
        limits.count(Limit.LOOKUPS).then(limits.count(Limit.LOOKUPS)).block();

        assertThatThrownBy(() -> limits.count(Limit.LOOKUPS).block()).isInstanceOf(Refused.class);
    }

    @Test
    void count_onSeveralServers_costsAsManyTimesAsMuch() {
        var limits = limits(Map.of("koine.limits.per-account.searches", "9/1m"));
        servers = 3;

        times(3, limits.count(Limit.SEARCHES, ANN), "10.0.0.1");
        refusal(limits.count(Limit.SEARCHES, ANN), "10.0.0.1");
        servers = 100;
        times(1, limits.count(Limit.SEARCHES, BEN), "10.0.0.1");
    }

    @Test
    void count_whileLimitsAreOff_isNone() {
        var limits = limits(Map.of("koine.limits.enabled", "false", "koine.limits.per-account.searches", "1/1m"));

        times(10, limits.count(Limit.SEARCHES, ANN), "10.0.0.1");
    }

    @Test
    void giveBack_whatDidNotCount_isThereAgain() {
        var limits = limits(Map.of("koine.limits.per-address.lookups", "1/1m"));
        times(1, limits.count(Limit.LOOKUPS), "10.0.0.1");

        times(2, limits.giveBack(Limit.LOOKUPS), "10.0.0.1");

        times(1, limits.count(Limit.LOOKUPS), "10.0.0.1");
        refusal(limits.count(Limit.LOOKUPS), "10.0.0.1");
    }

    @Test
    void buckets_ofMoreThanAreRemembered_takeNoMoreMemoryAndResetNobody() {
        var buckets = new Buckets(REMEMBERED, time);
        var rate = Rate.of("2/1m");
        var victim = new Buckets.Owner(Limit.LOGINS, "victim");
        assertThat(buckets.of(victim, rate).tryConsume(2)).isTrue();

        for (int i = 0; i < 100 * REMEMBERED; i++) {
            buckets.of(new Buckets.Owner(Limit.LOGINS, i), rate).tryConsume(1);
        }

        assertThat(buckets.size()).isEqualTo(REMEMBERED);
        assertThat(buckets.of(victim, rate).tryConsume(1)).isFalse();
    }

    @Test
    void buckets_thatAreWholeAgain_makeRoomForOthers() {
        var buckets = new Buckets(REMEMBERED, time);
        var rate = Rate.of("2/1m");
        IntStream.range(0, 100 * REMEMBERED)
                .forEach(i ->
                        buckets.of(new Buckets.Owner(Limit.LOGINS, i), rate).tryConsume(2));

        time.pass(Duration.ofMinutes(1));

        var newcomer = buckets.of(new Buckets.Owner(Limit.LOGINS, "new"), rate);
        assertThat(newcomer.tryConsume(2)).isTrue();
        assertThat(buckets.of(new Buckets.Owner(Limit.LOGINS, "new"), rate)).isSameAs(newcomer);
        assertThat(buckets.size()).isEqualTo(REMEMBERED);
    }

    @ParameterizedTest
    @CsvSource({"30/1m, 30, PT1M", "1/10s, 1, PT10S", "5 / 2h, 5, PT2H"})
    void rate_asItIsWritten_isUnderstood(String text, long most, Duration per) {
        assertThat(Rate.of(text)).isEqualTo(new Rate(most, per));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "0/1m", "-1/1m", "x/1m", "30/", "30/x", "30/0s"})
    void rate_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> Rate.of(text)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void rates_ofAllLimits_haveADefault() {
        var properties = properties(Map.of());

        assertThat(Limit.values())
                .allSatisfy(limit ->
                        assertThat(properties.perAddress().of(limit).most()).isPositive());
        assertThat(properties.perAccount().sends()).isEqualTo(Rate.of("300/1m"));
    }

    @Test
    void address_thatAProxyNamed_isOne() {
        var named = ClientAddress.of(InetSocketAddress.createUnresolved("203.0.113.7", 0));

        assertThat(named).map(ClientAddress::text).contains("203.0.113.7");
        assertThat(ClientAddress.of(InetSocketAddress.createUnresolved("unknown", 0)))
                .isEmpty();
        assertThat(ClientAddress.of(null)).isEmpty();
    }

    @Test
    void address_ofTheSameNetwork_isNear() {
        var here = address("2001:db8:1:2::1");

        assertThat(here.isNear("2001:db8:1:2::9")).isTrue();
        assertThat(here.isNear("2001:db8:1:3::1")).isFalse();
        assertThat(here.isNear(null)).isFalse();
        assertThat(address("10.0.0.1").isNear("::ffff:10.0.0.1")).isTrue();
    }

    private Limits limits(Map<String, String> settings) {
        return new Limits(properties(settings), () -> servers, new Refusals(meters), time);
    }

    private static LimitProperties properties(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("koine.limits", LimitProperties.class);
    }

    private static void times(int count, Mono<Void> counting, String from) {
        IntStream.range(0, count)
                .forEach(_ -> counting.contextWrite(address(from)::goingWith).block());
    }

    private static Refused refusal(Mono<Void> counting, String from) {
        var refusal = counting.contextWrite(address(from)::goingWith)
                .cast(Refused.class)
                .onErrorResume(Refused.class, Mono::just)
                .block();
        return Objects.requireNonNull(refusal, "it was not refused");
    }

    private static ClientAddress address(String text) {
        return ClientAddress.of(InetSocketAddress.createUnresolved(text, 0)).orElseThrow();
    }

    private static final class Ticking implements TimeMeter {

        private long nanos = 1;

        void pass(Duration duration) {
            nanos += duration.toNanos();
        }

        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
