package koine.limit;

/// Whether something that calls need has more to do than it can within reason.
public interface Pressure {

    /// Whether calls that come now would wait too long.
    boolean isTooHigh();
}
