package koine.durability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Stands between the service and its database, and breaks the way there in the two ways there are: the
/// connections end and no new one is to be had, or nothing comes through any more and nobody says so.
final class TcpProxy implements AutoCloseable {

    private static final int BACKLOG = 100;
    private static final int BUFFER = 8_192;
    private static final int NONE = -1;

    private final String targetHost;
    private final int targetPort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private ServerSocket listening;
    private int generation;
    private int stalledUpTo = NONE;

    TcpProxy(String targetHost, int targetPort) {
        this.targetHost = targetHost;
        this.targetPort = targetPort;
        this.listening = listen(0);
    }

    synchronized int port() {
        return listening.getLocalPort();
    }

    /// Every connection ends; new ones are refused.
    synchronized void cut() {
        close(listening);
        open.forEach(TcpProxy::close);
    }

    /// Takes back [#cut]. What was connected stays ended.
    synchronized void restore() {
        listening = listen(listening.getLocalPort());
    }

    /// Connections stay, and new ones are made, but nothing comes through.
    synchronized void stall() {
        stalledUpTo = Integer.MAX_VALUE;
    }

    /// Takes back [#stall]. What was sent meanwhile comes through now.
    synchronized void resume() {
        stalledUpTo = NONE;
        notifyAll();
    }

    /// Ends a [#stall] for the connections that are made from now on; through the others nothing will come ever
    /// again.
    synchronized void moveOn() {
        stalledUpTo = generation;
        generation++;
        notifyAll();
    }

    @Override
    public void close() {
        cut();
        resume();
    }

    private ServerSocket listen(int port) {
        try {
            var server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> accept(server));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                connect(server.accept(), server);
            } catch (IOException _) { // it was cut
            }
        }
    }

    private void connect(Socket client, ServerSocket server) throws IOException {
        var database = new Socket(targetHost, targetPort);
        open.add(client);
        open.add(database);
        var made = generation();
        Thread.ofVirtual().start(() -> pump(client, database, made));
        Thread.ofVirtual().start(() -> pump(database, client, made));
        if (server.isClosed()) {
            close(client);
            close(database);
        }
    }

    private void pump(Socket from, Socket to, int made) {
        try (from;
                to) {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            var buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitFlow(made);
                out.write(buffer, 0, n);
            }
        } catch (IOException _) { // one of them has ended: so does the other
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private synchronized int generation() {
        return generation;
    }

    private synchronized void awaitFlow(int made) throws InterruptedException {
        while (made <= stalledUpTo) {
            wait();
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
