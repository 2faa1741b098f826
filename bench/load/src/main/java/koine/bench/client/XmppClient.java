package koine.bench.client;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import koine.bench.measure.Stamp;
import koine.bench.net.Frames;
import koine.bench.net.Socket;

/// A client of an XMPP server: signs in with its password (RFC 6120: SASL PLAIN, then resource binding), says that it
/// is there, and takes messages. It knows as much XML as it takes to tell one stanza from another.
final class XmppClient implements Client, Frames {

    private static final String OPEN =
            "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" + XmppTarget.HOST + "' version='1.0'/>";
    private static final String BIND = "<iq xmlns='jabber:client' type='set' id='bind'>"
            + "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>";
    private static final String PRESENT = "<presence xmlns='jabber:client'/>";

    /// Answered after what was said before has been done.
    private static final String PING = "<iq xmlns='jabber:client' type='get' id='ready' to='" + XmppTarget.HOST
            + "'><ping xmlns='urn:xmpp:ping'/></iq>";

    private final Account account;
    private final Inbox inbox;
    private final CompletableFuture<XmppClient> online = new CompletableFuture<>();
    private final CompletableFuture<Void> entered = new CompletableFuture<>();
    private Socket socket;

    XmppClient(Account account, Inbox inbox) {
        this.account = account;
        this.inbox = inbox;
    }

    CompletableFuture<XmppClient> online() {
        return online;
    }

    void opened(Socket socket, Throwable problem) {
        if (problem != null) {
            online.completeExceptionally(problem);
            return;
        }
        this.socket = socket;
        socket.send(OPEN);
    }

    @Override
    public void send(String address, byte[] text) {
        var type = address.contains("@conference.") ? "groupchat" : "chat";
        socket.send("<message xmlns='jabber:client' type='" + type + "' to='" + address + "'><body>"
                + new String(text, StandardCharsets.US_ASCII) + "</body></message>");
    }

    /// By its own name, and without the history.
    @Override
    public CompletableFuture<Void> enter(String room) {
        socket.send("<presence xmlns='jabber:client' to='" + room + "/" + account.name()
                + "'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>");
        return entered;
    }

    @Override
    public void drop() {
        socket.drop();
    }

    @Override
    public void onText(Socket from, ByteBuf frame) {
        var stamp = Stamp.in(frame);
        if (stamp == null) {
            read(frame.toString(StandardCharsets.UTF_8));
        } else if (isError(frame)) {
            inbox.refused(frame.toString(StandardCharsets.UTF_8));
        } else {
            inbox.delivered(stamp);
        }
    }

    /// An error repeats the message that it is about; its type stands in the first tag.
    private static boolean isError(ByteBuf frame) {
        int end = frame.indexOf(frame.readerIndex(), frame.writerIndex(), (byte) '>');
        var tag = frame.toString(frame.readerIndex(), end - frame.readerIndex(), StandardCharsets.UTF_8);
        return tag.contains("type='error'") || tag.contains("type=\"error\"");
    }

    private void read(String stanza) {
        if (stanza.startsWith("<stream:features")) {
            socket.send(stanza.contains("mechanism") ? signIn() : BIND);
        } else if (stanza.startsWith("<success")) {
            socket.send(OPEN);
        } else if (stanza.startsWith("<iq")) {
            answered(stanza);
        } else if (stanza.startsWith("<presence")) {
            present(stanza);
        } else if (stanza.startsWith("<failure") || stanza.startsWith("<close") || stanza.startsWith("<stream:error")) {
            online.completeExceptionally(new IllegalStateException(stanza));
            inbox.refused(stanza);
        }
    }

    private String signIn() {
        var secret = "\0" + account.name() + "\0" + account.secret();
        var text = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
        return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + text + "</auth>";
    }

    private void answered(String iq) {
        if (iq.contains("bench</jid>")) {
            socket.send(PRESENT);
            socket.send(PING);
        } else if (iq.contains("'ready'") || iq.contains("\"ready\"")) {
            online.complete(this);
        }
    }

    /// Status 110 marks one's own presence in a room, which comes last (XEP-0045).
    private void present(String presence) {
        if (presence.contains("code='110'") || presence.contains("code=\"110\"")) {
            entered.complete(null);
        } else if (presence.contains("<error")) {
            entered.completeExceptionally(new IllegalStateException(presence));
        }
    }

    @Override
    public void onClosed() {
        online.completeExceptionally(new IllegalStateException("closed before it was online"));
        inbox.closed();
    }
}
