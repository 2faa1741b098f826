package koine.log;

/// How Postgres is to plan work that follows the log, a slice at a time. Such a statement is planned once for a
/// connection, maybe while the tables are still small, and the plan is kept; the good one at every size goes from the
/// slice by nested loops over indexes. Left alone, Postgres joined a slice of 2,000 messages with all there are.
public final class Planning {

    /// Expressions to select in the transaction before the work: they hold for the rest of it.
    public static final String BY_INDEX = """
            set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
                set_config('enable_seqscan', 'off', true)
            """;

    private Planning() {}
}
