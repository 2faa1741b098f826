package koine.bench.limit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who is connected, by chat. Touched on the event loop only.
final class Rooms {

    private final Map<Long, Set<Channel>> online = new HashMap<>();

    void enter(long chat, Channel channel) {
        online.computeIfAbsent(chat, _ -> new LinkedHashSet<>()).add(channel);
    }

    void leave(List<Long> chats, Channel channel) {
        chats.forEach(chat -> online.getOrDefault(chat, Set.of()).remove(channel));
    }

    /// Each frame is made once, header and all, whoever gets it; and each connection is flushed once a batch.
    void deliver(List<Draft> batch, Stored stored) {
        var touched = new HashSet<Channel>();
        for (int i = 0; i < batch.size(); i++) {
            var draft = batch.get(i);
            if (stored.ids()[i] != null) {
                deliver(draft, stored.ids()[i], stored.seqs()[i], touched);
            }
            draft.from().write(frame(answer(stored.ids()[i])));
            touched.add(draft.from());
        }
        touched.forEach(Channel::flush);
    }

    private void deliver(Draft draft, long id, long seq, Set<Channel> touched) {
        var frame =
                frame("{\"type\":\"message\",\"chat_id\":" + draft.chat() + ",\"seq\":" + seq + ",\"message\":{\"id\":"
                        + id + ",\"author_id\":" + draft.author() + ",\"contents\":\"" + draft.contents() + "\"}}");
        for (var channel : online.getOrDefault(draft.chat(), Set.of())) {
            channel.write(frame.retainedDuplicate(), channel.voidPromise());
            touched.add(channel);
        }
        frame.release();
    }

    private static String answer(Long id) {
        return id == null
                ? "{\"type\":\"error\",\"code\":\"CHAT_DOES_NOT_EXIST\"}"
                : "{\"type\":\"ok\",\"id\":" + id + "}";
    }

    /// A text frame as it goes over the wire (RFC 6455, 5.2).
    static ByteBuf frame(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var frame =
                PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length + 4).writeByte(0x81);
        if (bytes.length < 126) {
            frame.writeByte(bytes.length);
        } else {
            frame.writeByte(126).writeShort(bytes.length);
        }
        return frame.writeBytes(bytes);
    }
}
