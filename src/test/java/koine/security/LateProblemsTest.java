package koine.security;

import static org.assertj.core.api.Assertions.assertThat;

import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

@KoineTest
class LateProblemsTest {

    @Test
    void refusal_ofACallWhoseClientHasGone_isNotLogged() {
        try (var faults = new Faults()) {
            Operators.onErrorDropped(new Refused(ErrorCode.NOT_THE_OWNER, "not yours"), Context.empty());

            assertThat(faults.logged()).isEmpty();
        }
    }

    @Test
    void fault_ofACallWhoseClientHasGone_isLogged() {
        try (var faults = new Faults()) {
            Operators.onErrorDropped(new IllegalStateException("broken"), Context.empty());

            assertThat(faults.logged()).singleElement().asString().contains("A request failed", "broken");
        }
    }
}
