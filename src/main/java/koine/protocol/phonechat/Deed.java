package koine.protocol.phonechat;

import java.util.Map;
import java.util.Optional;

/// What may be done on a send socket.
enum Deed {
    SAY,
    RECEIVED,
    READ,
    TYPING,
    DELETE;

    private static final Map<String, Deed> EVERYWHERE =
            Map.of("msg_received", RECEIVED, "msg_read", READ, "is_typing", TYPING, "delete_msg", DELETE);

    private static final Map<String, Deed> PERSONAL = Map.of("new_msg", SAY);

    private static final Map<String, Deed> GROUP =
            Map.of("new_grp_msg", SAY, "grp_msg_received", RECEIVED, "grp_msg_read", READ, "is_grp_typing", TYPING);

    private static final Map<String, Deed> ROOM =
            Map.of("new_room_msg", SAY, "room_msg_received", RECEIVED, "room_msg_read", READ, "is_room_typing", TYPING);

    /// What a command means on a socket to that peer; empty if it has no such command.
    static Optional<Deed> of(Peer peer, String command) {
        var own = switch (peer) {
            case Peer.Person _ -> PERSONAL;
            case Peer.Group _ -> GROUP;
            case Peer.Room _ -> ROOM;
        };
        return Optional.ofNullable(own.get(command)).or(() -> Optional.ofNullable(EVERYWHERE.get(command)));
    }
}
