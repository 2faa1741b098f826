package koine.message;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/// Tells how many messages wait to be stored.
@Component
class MessageMeters implements MeterBinder {

    private final MessageWriter writer;

    MessageMeters(MessageWriter writer) {
        this.writer = writer;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("koine.message.waiting", writer, MessageWriter::waiting)
                .description("Messages that wait for the next commit")
                .register(meters);
    }
}
