package koine.protocol.phonechat;

import koine.auth.SignedIn;
import koine.chat.Members;
import koine.chat.Rooms;
import koine.kernel.Retention;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Opening, joining, leaving and looking at rooms.
@RestController("phonechatRoomApi")
class RoomApi {

    private final Calls calls;
    private final People people;
    private final Rooms rooms;
    private final Members members;

    RoomApi(Calls calls, People people, Rooms rooms, Members members) {
        this.calls = calls;
        this.people = people;
        this.rooms = rooms;
        this.members = members;
    }

    @PostMapping("/chat/special/room")
    Mono<ResponseEntity<Answer>> create(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::create);
    }

    @PatchMapping("/chat/special/room")
    Mono<ResponseEntity<Answer>> change(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::change);
    }

    @RequestMapping(
            path = "/chat/info/room",
            method = {RequestMethod.GET, RequestMethod.PATCH})
    Mono<ResponseEntity<Answer>> info(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::info);
    }

    private Mono<Answer> create(SignedIn who, Fields fields) {
        return rooms.create(who.account(), fields.text("name"), fields.optional("bio"), Retention.UNTIL_DELIVERED)
                .flatMap(room -> people.group(room, "created"));
    }

    private Mono<Answer> change(SignedIn who, Fields fields) {
        var command = fields.text("command");
        var name = fields.text("name");
        return people.me(who, fields.text("msg_from")).flatMap(me -> switch (command) {
            case "join" -> join(me, name);
            case "leave" -> leave(me, name);
            default -> Mono.error(NotDone.error("Wrong Operation"));
        });
    }

    private Mono<Answer> join(Me me, String name) {
        return rooms.join(me.account(), name).thenReturn(new Answer.Done("joined", "Room Joined"));
    }

    private Mono<Answer> leave(Me me, String name) {
        return rooms.named(name)
                .flatMap(room -> members.leave(me.account(), room.chat().id()))
                .thenReturn(new Answer.Done("left", "Room Left"));
    }

    private Mono<Answer> info(SignedIn who, Fields fields) {
        return rooms.named(fields.text("room_name")).flatMap(room -> people.group(room, "returned"));
    }
}
