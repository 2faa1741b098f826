package koine.protocol;

import java.util.List;

/// Records that a protocol writes, for the API reference: what its sockets send, and answers and errors that the
/// signatures of its calls do not show. A protocol declares a bean of these.
///
/// @param types records, and sealed interfaces of records
public record WireTypes(String protocol, List<Class<?>> types) {

    public WireTypes(String protocol, Class<?>... types) {
        this(protocol, List.of(types));
    }
}
