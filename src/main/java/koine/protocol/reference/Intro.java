package koine.protocol.reference;

/// What stands at the head of the documents.
final class Intro {

    static final String HTTP = """
            A messenger backend that speaks five published protocols at once. These are its HTTP calls; what is said \
            over sockets and streams is in the [reference of events](/docs/events).

            Bodies are JSON in UTF-8 of at most 256 KB, with `Content-Type: application/json`. Unknown fields are \
            passed over; a value of the wrong type is an error. Lengths are counted in code points. Times are \
            ISO 8601 in UTC. Ids are positive whole numbers. A page's `limit` past its maximum is lowered to it.

            Errors look alike in all native calls, `{"status_code": …, "details": {"code": …, "message": …}}`, and \
            programs go by the code. Which codes a call may give is listed with each; at any time also 404 \
            `NOT_FOUND`, 405 `METHOD_NOT_ALLOWED` and 406 `NOT_ACCEPTABLE` for what is not served.""";

    static final String EVENTS = """
            What is said over sockets and streams, natively and in the protocols that have sockets of their own. HTTP \
            calls are in the [reference of calls](/docs). "Receive" is what the server takes, "send" what it tells.

            Natively everything durable has a `cursor`, its position in one order that is the same for everybody. A \
            client keeps the cursor of the last event it has processed, and gives it back when it comes again: it \
            then gets what it has missed, in order, and once. `receipt`, `typing` and `presence` are told to whoever \
            is connected, and are not stored.""";

    private Intro() {}
}
