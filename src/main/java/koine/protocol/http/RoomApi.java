package koine.protocol.http;

import java.util.List;
import koine.auth.SignedIn;
import koine.chat.Room;
import koine.chat.RoomPage;
import koine.chat.Rooms;
import koine.protocol.ChatView;
import koine.protocol.Inputs;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Public rooms: making, finding and joining them.
@RestController
@RequestMapping("/chat")
class RoomApi {

    private static final int ROOMS = 25;
    private static final int MAX_ROOMS = 100;

    private final Rooms rooms;

    RoomApi(Rooms rooms) {
        this.rooms = rooms;
    }

    record CreateBody(
            @Nullable String name,
            @Nullable String bio,
            @Nullable String retention) {}

    record JoinBody(@Nullable String name) {}

    record RoomView(long id, String name, @Nullable String bio, int members) {

        static RoomView of(Room room) {
            return new RoomView(room.id().value(), room.name(), room.bio(), room.members());
        }
    }

    /// @param next the cursor of the next page; null if there is none
    record RoomList(@Nullable String next, List<RoomView> rooms) {

        static RoomList of(RoomPage page) {
            return new RoomList(
                    page.next(), page.rooms().stream().map(RoomView::of).toList());
        }
    }

    @PostMapping("/room/create")
    Mono<ChatView.WithParticipants> create(@AuthenticationPrincipal SignedIn me, @RequestBody CreateBody body) {
        return Mono.fromCallable(() -> Inputs.retention(body.retention()))
                .flatMap(retention -> rooms.create(me.account(), body.name(), body.bio(), retention))
                .map(ChatView.WithParticipants::of);
    }

    @PostMapping("/room/join")
    Mono<ChatView.WithParticipants> join(@AuthenticationPrincipal SignedIn me, @RequestBody JoinBody body) {
        return rooms.join(me.account(), body.name()).map(ChatView.WithParticipants::of);
    }

    @GetMapping("/rooms")
    Mono<RoomList> find(
            @AuthenticationPrincipal SignedIn me,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String cursor,
            @RequestParam(required = false) @Nullable String limit) {
        return Mono.defer(() -> rooms.find(me.account(), q, cursor, Inputs.limit(limit, ROOMS, MAX_ROOMS)))
                .map(RoomList::of);
    }
}
