package koine.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import koine.testing.ServiceProcess;

/// One server of the cluster and the network before it.
final class Server implements AutoCloseable {

    private final Path dataDirectory;
    private final String[] properties;
    private final UnreliableProxy network;
    private ServiceProcess process;

    /// Returns before the server is up.
    Server(Path dataDirectory, RestartablePostgres postgres, UnreliableProxy network, String... properties) {
        this.dataDirectory = dataDirectory;
        this.properties =
                Stream.of(postgres.properties(), properties).flatMap(Stream::of).toArray(String[]::new);
        this.network = network;
        this.process = ServiceProcess.launch(dataDirectory, this.properties);
    }

    void awaitUp() {
        process.awaitUp();
        network.target(process.port());
    }

    /// Past the bad network.
    int directPort() {
        return process.port();
    }

    /// Through the bad network.
    int port() {
        return network.port();
    }

    void kill() {
        process.close();
    }

    /// Ends it in good order.
    ///
    /// @throws AssertionError if it did not end in time
    void stop() {
        process.terminate();
    }

    /// Starts it anew.
    void start() {
        process = ServiceProcess.launch(dataDirectory, properties);
        awaitUp();
    }

    void heal() {
        network.heal();
    }

    @Override
    public void close() throws IOException {
        network.close();
        process.close();
    }
}
