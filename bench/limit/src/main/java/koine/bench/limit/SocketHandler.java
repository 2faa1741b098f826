package koine.bench.limit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;

/// One connection. It takes a client's word for who it is, and understands two frames: `resume` and
/// `message.send`.
final class SocketHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

    private static final String CHAT = "\"chat_id\":";
    private static final String CONTENTS = "\"contents\":\"";

    private final Rooms rooms;
    private final Store store;
    private final GroupCommit commits;
    private long account;
    private List<Long> chats = List.of();

    SocketHandler(Rooms rooms, Store store, GroupCommit commits) {
        this.rooms = rooms;
        this.store = store;
        this.commits = commits;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws SQLException {
        if (event instanceof HandshakeComplete handshake) {
            account = subject(handshake.requestHeaders().get("authorization"));
            chats = store.chatsOf(account);
            chats.forEach(chat -> rooms.enter(chat, context.channel()));
            context.writeAndFlush(Rooms.frame("{\"type\":\"hello\"}"));
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof TextWebSocketFrame) {
            read(context, frame.content());
        }
    }

    private void read(ChannelHandlerContext context, ByteBuf content) {
        var text = content.toString(StandardCharsets.UTF_8);
        int chat = text.indexOf(CHAT);
        if (chat < 0) {
            context.writeAndFlush(Rooms.frame("{\"type\":\"synced\",\"cursor\":\"0-0\"}"));
            return;
        }
        int contents = text.indexOf(CONTENTS, chat) + CONTENTS.length();
        commits.add(new Draft(
                context.channel(),
                account,
                Long.parseLong(text, chat + CHAT.length(), text.indexOf(',', chat), 10),
                text.substring(contents, text.lastIndexOf('"'))));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        rooms.leave(chats, context.channel());
    }

    /// What the token says, unchecked.
    private static long subject(String authorization) {
        var claims = authorization.split("\\.")[1];
        var json = new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8);
        int at = json.indexOf("\"sub\":\"") + 7;
        return Long.parseLong(json, at, json.indexOf('"', at), 10);
    }
}
