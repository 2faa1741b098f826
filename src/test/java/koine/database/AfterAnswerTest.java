package koine.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

class AfterAnswerTest {

    private final AfterAnswer afterAnswer = new AfterAnswer();
    private final List<String> done = new ArrayList<>();

    @Test
    void run_inAnEventLoop_waitsForWhatItIsDoingAndKeepsTheOrder() throws Exception {
        var loop = HttpResources.get().onClient(LoopResources.DEFAULT_NATIVE).next();

        loop.submit(() -> {
                    afterAnswer.run(() -> done.add("put off"));
                    afterAnswer.run(() -> done.add("put off as well"));
                    done.add("the loop's");
                })
                .get(5, TimeUnit.SECONDS);
        loop.submit(() -> done.add("given later")).get(5, TimeUnit.SECONDS);

        assertThat(done).containsExactly("the loop's", "put off", "put off as well", "given later");
    }

    @Test
    void run_elsewhere_isDoneAtOnce() {
        afterAnswer.run(() -> done.add("at once"));

        assertThat(done).containsExactly("at once");
    }
}
