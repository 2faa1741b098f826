package koine.auth;

import java.net.InetSocketAddress;
import koine.limit.ClientAddress;
import org.jspecify.annotations.Nullable;

/// Where somebody signs in.
///
/// @param name    what the client calls itself, unchecked
/// @param address where its call came from
public record Device(@Nullable String name, @Nullable String address) {

    /// One whose call came from there; without an address if that is not known.
    public static Device at(@Nullable String name, @Nullable InetSocketAddress from) {
        return new Device(name, ClientAddress.text(from));
    }
}
