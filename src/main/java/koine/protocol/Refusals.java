package koine.protocol;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import reactor.core.Exceptions;
import reactor.netty.channel.AbortedException;

/// What any problem means to a client: the one edge at which faults are logged and hidden.
public final class Refusals {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    private Refusals() {}

    /// The refusal to answer with: an expected one as it is, `UNAVAILABLE` when the database is away,
    /// `INVALID_REQUEST`, which nobody will read, when the client hung up in the middle of its request, and
    /// `INTERNAL_ERROR`, logged and without its cause, for everything else.
    public static Refused of(Throwable thrown) {
        var problem = Exceptions.unwrap(thrown);
        if (problem instanceof Refused refused) {
            return refused;
        }
        return switch (codeOf(problem)) {
            case UNAVAILABLE -> {
                log.debug("The database is away", problem);
                yield new Refused(ErrorCode.UNAVAILABLE, "the service can't reach its database; try again");
            }
            case INVALID_REQUEST -> {
                log.debug("A client hung up", problem);
                yield new Refused(ErrorCode.INVALID_REQUEST, "the request was cut off");
            }
            default -> {
                log.error("A request failed", problem);
                yield new Refused(ErrorCode.INTERNAL_ERROR, "something went wrong on the server");
            }
        };
    }

    /// The code of what [#of] would give, for those who only count.
    static ErrorCode codeOf(Throwable thrown) {
        var problem = Exceptions.unwrap(thrown);
        if (problem instanceof Refused refused) {
            return refused.code();
        }
        if (isAway(problem)) {
            return ErrorCode.UNAVAILABLE;
        }
        return problem instanceof AbortedException ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL_ERROR;
    }

    private static boolean isAway(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof DataAccessResourceFailureException
                    || cause instanceof TransientDataAccessException
                    || cause instanceof CannotCreateTransactionException
                    || cause instanceof R2dbcTransientException
                    || cause instanceof R2dbcNonTransientResourceException
                    || cause instanceof TimeoutException
                    || cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }
}
