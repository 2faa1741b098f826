package koine.protocol.phonechat;

import org.springframework.http.HttpStatus;

/// A call that ends with another answer than it was made for.
final class NotDone extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient HttpStatus status;
    private final transient Answer answer;

    NotDone(HttpStatus status, Answer answer) {
        super(status.toString(), null, false, false);
        this.status = status;
        this.answer = answer;
    }

    /// 400, in the words of the protocol.
    ///
    /// @param message words, or what is wrong by field
    static NotDone error(Object message) {
        return new NotDone(HttpStatus.BAD_REQUEST, Answer.Done.error(message));
    }

    static NotDone notFound() {
        return new NotDone(HttpStatus.NOT_FOUND, new Answer.Detail("Not found."));
    }

    HttpStatus status() {
        return status;
    }

    Answer answer() {
        return answer;
    }
}
