package koine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import org.junit.jupiter.api.Test;

class FuzzTest {

    @Test
    void forAll_sameSeed_drawsTheSame() {
        var drawn = drawn();

        assertThat(drawn()).isEqualTo(drawn);
        assertThat(Set.copyOf(drawn)).as("different ones").hasSizeGreaterThan(drawn.size() / 2);
    }

    @Test
    void forAll_failing_tellsTheSeedAndTheSmallestInput() {
        assertThatThrownBy(() -> Fuzz.forAll(
                        Arbitraries.integers().between(0, 1_000_000),
                        1_000,
                        number -> assertThat(number).isLessThan(1_000)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("with -Dkoine.fuzz.seed=%d: 1000", Fuzz.RUN);
    }

    private static List<String> drawn() {
        var all = new ArrayList<String>();
        Fuzz.forAll(Nonsense.json().filter(json -> json.length() > 20), 20, all::add);
        return all;
    }
}
