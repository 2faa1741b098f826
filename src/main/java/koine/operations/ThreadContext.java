package koine.operations;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/// Without somewhere to send traces to, nobody reads what Reactor carries into thread-locals: the trace that a request
/// belongs to, and who is signed in, which is read from Reactor's own context. Reactor does so all the same, for each
/// row that the database's driver reads, unless it is told of no thread-locals: it was 6 % of a page of history.
///
/// What it is told is one thing for the whole process.
@Component
class ThreadContext {

    ThreadContext(TracingProperties tracing) {
        if (!StringUtils.hasText(tracing.endpoint())) {
            var registry = ContextRegistry.getInstance();
            List.copyOf(registry.getThreadLocalAccessors()).stream()
                    .map(ThreadLocalAccessor::key)
                    .forEach(registry::removeThreadLocalAccessor);
        }
    }
}
