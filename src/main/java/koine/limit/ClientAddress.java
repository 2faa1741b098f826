package koine.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// Where a client's calls come from. It goes with each call in Reactor's context, so that a limit can stand in the
/// feature that it protects and holds for whatever protocol the call came by.
///
/// @param text    as it is shown
/// @param network what is counted: an address of IPv4, and of IPv6 the first 64 bits, since who has one of these
///                has all with the same ones
public record ClientAddress(String text, String network) {

    /// Of calls of which it is not known. They have one budget together.
    static final ClientAddress UNKNOWN = new ClientAddress("unknown", "unknown");

    private static final int NETWORK_BYTES = 8;

    /// Empty for what is no address. What a proxy says it is comes without having been resolved.
    public static Optional<ClientAddress> of(@Nullable InetSocketAddress from) {
        return from == null
                ? Optional.empty()
                : Optional.ofNullable(from.getAddress())
                        .or(() -> literal(from.getHostString()))
                        .map(ClientAddress::of);
    }

    /// As it is shown; null for what is no address.
    public static @Nullable String text(@Nullable InetSocketAddress from) {
        return of(from).map(ClientAddress::text).orElse(null);
    }

    /// The address of the call that is being served.
    public static Optional<ClientAddress> in(ContextView context) {
        return context.getOrEmpty(ClientAddress.class);
    }

    /// What is counted for calls from there.
    public static String networkOf(@Nullable InetSocketAddress from) {
        return of(from).orElse(UNKNOWN).network();
    }

    /// What is counted for the call that is being served.
    public static String networkIn(ContextView context) {
        return in(context).orElse(UNKNOWN).network();
    }

    /// Whether something that is shown like that is in the same network.
    public boolean isNear(@Nullable String shown) {
        return shown != null
                && literal(shown)
                        .map(ClientAddress::of)
                        .filter(other -> other.network.equals(network))
                        .isPresent();
    }

    /// Lets it go with a call.
    public Context goingWith(Context call) {
        return call.put(ClientAddress.class, this);
    }

    private static ClientAddress of(InetAddress address) {
        var text = address.getHostAddress();
        return new ClientAddress(text, address instanceof Inet6Address ? network(address) : text);
    }

    private static String network(InetAddress address) {
        return HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES));
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
