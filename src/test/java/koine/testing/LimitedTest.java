package koine.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.test.context.TestPropertySource;

/// A [KoineTest] of a service with narrow limits behind a proxy that is believed: with `X-Forwarded-For` a test calls
/// from an address of its own, and is in nobody's way. All tests with this annotation share one service and one
/// database.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@KoineTest
@TestPropertySource(
        properties = {
            "server.forward-headers-strategy=framework",
            "koine.limits.enabled=true",
            "koine.limits.caps.connections-per-account=3",
            "koine.limits.caps.connections-per-address=4",
            "koine.limits.caps.waiting-calls=8",
            "koine.limits.requests.head-within=2s",
            "koine.limits.requests.body-grace=1s",
            "koine.limits.sign-in.free-failures=2",
            "koine.limits.sign-in.first-delay=10m",
            "koine.limits.per-account.refreshes=2/1h",
            "koine.limits.per-account.sends=3/1h",
            "koine.limits.per-account.typing=2/1h",
            "koine.limits.per-account.searches=3/1h",
            "koine.limits.per-account.uploads=2/1h",
            "koine.limits.per-account.friend-requests=2/1h",
            "koine.limits.per-account.letters=2/1h",
            "koine.limits.per-address.registrations=2/1h",
            "koine.limits.per-address.logins=6/1h",
            "koine.limits.per-address.sends=5/1h",
            "koine.limits.per-address.lookups=2/1h",
            "koine.limits.per-address.handshakes=6/1h"
        })
public @interface LimitedTest {}
