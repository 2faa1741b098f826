package koine.message;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.util.Optional;
import koine.kernel.Refused;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Shows in the trace of a send how long its message waited for the commit, the commit included. Where nothing is
/// traced, it is the writer alone.
@Component
class TracedWriter {

    private final MessageWriter writer;
    private final Tracer tracer;
    private final boolean tracing;

    TracedWriter(
            MessageWriter writer, ObjectProvider<Tracer> tracer, @Value("${koine.tracing.endpoint:}") String endpoint) {
        this.writer = writer;
        this.tracer = tracer.getIfAvailable(() -> Tracer.NOOP);
        this.tracing = !endpoint.isBlank();
    }

    /// As [MessageWriter#write].
    Mono<Outcome> write(Draft draft) {
        return tracing ? Mono.defer(() -> traced(draft)) : writer.write(draft);
    }

    /// As [MessageWriter#refusal].
    Optional<Refused> refusal() {
        return writer.refusal();
    }

    private Mono<Outcome> traced(Draft draft) {
        Span span = tracer.nextSpan().name("message commit").start();
        return writer.write(draft).doOnError(span::error).doFinally(_ -> span.end());
    }
}
