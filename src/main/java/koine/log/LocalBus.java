package koine.log;

import java.util.List;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// For a server that is alone on its database, and is said to be: there is nobody to tell.
@Component
@ConditionalOnProperty(name = "koine.cluster.bus", havingValue = "local")
class LocalBus implements ClusterBus {

    @Override
    public String server() {
        return "alone";
    }

    @Override
    public Mono<Void> announce(long head) {
        return Mono.empty();
    }

    @Override
    public Optional<String> announcer() {
        return Optional.empty();
    }

    @Override
    public Mono<Void> send(List<Signal> signals) {
        return Mono.empty();
    }
}
