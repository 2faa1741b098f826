package koine.protocol;

import koine.delivery.Deliveries;
import koine.delivery.EventFrames;
import koine.message.Receipts;
import org.springframework.stereotype.Component;

/// Opens connections on which somebody may sign in.
@Component
public class Seats {

    private final Deliveries deliveries;
    private final Receipts receipts;
    private final SocketSessions sessions;

    Seats(Deliveries deliveries, Receipts receipts, SocketSessions sessions) {
        this.deliveries = deliveries;
        this.receipts = receipts;
        this.sessions = sessions;
    }

    /// A seat of its own for a socket that has just been opened. Whoever opens it leaves it.
    public Seat open(EventFrames frames) {
        return new Seat(deliveries.open(frames), deliveries, receipts, sessions);
    }
}
