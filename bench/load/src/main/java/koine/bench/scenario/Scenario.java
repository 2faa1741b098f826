package koine.bench.scenario;

import koine.bench.report.Result;

/// A way of using a server, and what is measured of it.
public interface Scenario {

    /// Runs once, with new people, and leaves no connection open.
    Result run(Bench bench);
}
