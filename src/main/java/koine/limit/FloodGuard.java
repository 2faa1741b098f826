package koine.limit;

/// Watches how many frames one client sends over one socket. Not to be used by two threads at a time.
public interface FloodGuard {

    /// Counts a frame, and says whether the socket may take it; if not, it is to be closed.
    boolean admits();
}
