package koine.bench.net;

import io.netty.buffer.ByteBuf;

/// What a socket tells its owner. Called on the loop.
public interface Frames {

    /// @param frame a text frame, good during the call
    void onText(Socket socket, ByteBuf frame);

    /// The connection has ended, by whichever side.
    void onClosed();
}
