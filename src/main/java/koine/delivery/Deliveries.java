package koine.delivery;

import koine.kernel.AccountId;
import koine.log.Log;
import org.springframework.stereotype.Service;

/// Opens connections to what happens.
@Service
public class Deliveries {

    private final Log log;
    private final Registry registry;
    private final DeliveryProperties properties;

    Deliveries(Log log, Registry registry, DeliveryProperties properties) {
        this.log = log;
        this.registry = registry;
        this.properties = properties;
    }

    /// A connection of the account, which gets no events until it is told to follow. Whoever opens it closes
    /// it.
    public LiveConnection open(AccountId account, EventFrames frames) {
        return new LiveConnection(account, frames, log, registry, properties);
    }
}
