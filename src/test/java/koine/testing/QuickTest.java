package koine.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.test.context.TestPropertySource;

/// A [KoineTest] of a service whose times are short and whose queues are small, so that what takes a minute in
/// production is seen in seconds. All tests with this annotation share one service and one database.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@KoineTest
@TestPropertySource(
        properties = {
            QuickTest.HEARTBEAT,
            "koine.delivery.slow-after=2s",
            "koine.delivery.vanished-after=1500ms",
            "koine.delivery.queue-events=64",
            "koine.delivery.queue-bytes=64KB",
            "koine.delivery.catch-up-page=20"
        })
public @interface QuickTest {

    String HEARTBEAT = "koine.delivery.heartbeat=1s";
}
