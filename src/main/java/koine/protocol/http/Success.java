package koine.protocol.http;

/// The answer of a call that has nothing to tell but that it was done.
record Success(boolean success) {

    static final Success DONE = new Success(true);
}
