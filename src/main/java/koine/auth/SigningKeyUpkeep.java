package koine.auth;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import koine.log.Background;
import koine.log.Chore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/// Keeps up with the signing keys. The first look is before the service serves: with a wrong master key it must not
/// start.
@Component
class SigningKeyUpkeep implements Background, InitializingBean {

    private static final Logger log = LoggerFactory.getLogger(SigningKeyUpkeep.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SigningKeys keys;
    private final Chore chore;

    SigningKeyUpkeep(SigningKeys keys) {
        this.keys = keys;
        this.chore = new Chore(
                "Looking at the signing keys",
                SigningKeys.REFRESH,
                SigningKeys.REFRESH,
                () -> keys.keepUp().thenReturn(false));
    }

    /// Errors: [UnusableSetting]. What else goes wrong may be better when the first key is needed.
    @Override
    public void afterPropertiesSet() throws InterruptedException {
        try {
            keys.keepUp().toFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnusableSetting unusable) {
                throw unusable;
            }
            log.warn("The signing keys can't be read yet: {}", String.valueOf(e.getCause()));
        } catch (TimeoutException _) {
            log.warn("The signing keys can't be read yet");
        }
    }

    @Override
    public List<Chore> chores() {
        return List.of(chore);
    }
}
