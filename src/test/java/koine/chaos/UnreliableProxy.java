package koine.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import koine.chaos.Counts.What;

/// A bad network before a server: a TCP proxy that now and then refuses, cuts, cuts off in mid-frame, or holds
/// up what goes through it, in either direction, until [#heal].
final class UnreliableProxy implements AutoCloseable {

    private static final int CHUNK = 4_096;

    /// Small, so that the server soon finds that a connection which is held up takes nothing.
    private static final int RECEIVE_BUFFER = 8_192;

    private final ServerSocket listening;
    private final Counts counts;
    private final Random seeds;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile boolean faulty = true;

    UnreliableProxy(long seed, Counts counts) {
        this.seeds = new Random(seed);
        this.counts = counts;
        try {
            this.listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /// Where connections go that are opened from now on.
    void target(int port) {
        target = port;
    }

    /// From now on it is a good network.
    void heal() {
        faulty = false;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(UnreliableProxy::cut);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var client = listening.accept();
                var random = new Random(seeds.nextLong());
                Thread.ofVirtual().start(() -> serve(client, random));
            } catch (IOException _) { // closed, or a client that is gone already
            }
        }
    }

    private void serve(Socket client, Random random) {
        var server = new Socket();
        open.add(client);
        open.add(server);
        try {
            server.setReceiveBufferSize(RECEIVE_BUFFER);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            var back = new Random(random.nextLong());
            Thread.ofVirtual().start(() -> pump(server, client, back));
            pump(client, server, random);
        } catch (IOException _) { // the server is down
            cut(client);
        } finally {
            open.remove(client);
            open.remove(server);
        }
    }

    private void pump(Socket from, Socket to, Random random) {
        try {
            pump(from.getInputStream(), to.getOutputStream(), random);
        } catch (IOException _) { // the other direction has ended it
        } finally {
            end(from, random);
            end(to, random);
        }
    }

    private void pump(InputStream in, OutputStream out, Random random) throws IOException {
        var chunk = new byte[CHUNK];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            var luck = faulty ? random.nextInt(10_000) : Integer.MAX_VALUE;
            if (luck < 40) {
                counts.add(What.CONNECTIONS_CUT);
                return;
            }
            if (luck < 80) {
                counts.add(What.CONNECTIONS_TRUNCATED);
                out.write(chunk, 0, random.nextInt(n));
                return;
            }
            if (luck < 500) {
                holdUp(luck < 110 ? 1_000 + random.nextInt(1_500) : random.nextInt(300));
            }
            out.write(chunk, 0, n);
        }
    }

    private void holdUp(long millis) {
        counts.add(What.DELAYS);
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// By a reset or by an ordinary end: peers take the two differently.
    private static void end(Socket socket, Random random) {
        if (random.nextBoolean()) {
            cut(socket);
        } else {
            close(socket);
        }
    }

    private static void cut(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException _) { // closed
        }
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) { // closed
        }
    }
}
