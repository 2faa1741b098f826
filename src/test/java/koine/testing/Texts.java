package koine.testing;

import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a server says on a WebSocket, text by text, for clients that speak a protocol by hand.
public final class Texts implements WebSocket.Listener {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final StringBuilder partial = new StringBuilder();
    private final BlockingQueue<String> whole = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    /// The next text, waiting for it.
    public String next() {
        try {
            var next = whole.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came; closed: " + closed);
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Texts that were read and are not wanted yet come once more, after those that are there.
    public void again(List<String> texts) {
        whole.addAll(texts);
    }

    /// How many have come and were not read.
    public int unread() {
        return whole.size();
    }

    /// The code with which the server closes the connection, waiting for it; -1 if there is none.
    public int closeCode() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    public boolean isClosed() {
        return closed.isDone();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            whole.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(-1);
    }
}
