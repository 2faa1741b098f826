package koine.bench.client;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import koine.bench.net.WebSockets;

/// A server that speaks XMPP over WebSocket (RFC 7395), and whose accounts are in PostgreSQL. A pair needs no chat
/// there, and a room comes to be when the first one enters it.
public final class XmppTarget implements Target {

    static final String HOST = "localhost";
    static final String PASSWORD = "secret";

    /// Passwords are kept as they are, which is the cheapest way for the server to check them.
    private static final String EJABBERD = """
            insert into users (username, password)
            select ? || i, 'secret'
            from generate_series(1, ?) i
            """;

    private static final String PROSODY = """
            insert into prosody (host, "user", store, key, type, value)
            select 'localhost', ? || i, 'accounts', 'password', 'string', 'secret'
            from generate_series(1, ?) i
            """;

    private final String name;
    private final WebSockets sockets;
    private final Database database;
    private final WebSockets.Address address;

    /// @param name   `ejabberd` or `prosody`
    /// @param server its HTTP address, without a path
    public XmppTarget(String name, WebSockets sockets, URI server, Database database) {
        this.name = name;
        this.sockets = sockets;
        this.database = database;
        var uri = URI.create("ws://" + server.getHost() + ":" + server.getPort() + "/ws");
        this.address = new WebSockets.Address(uri, "xmpp", Map.of());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Account> accounts(int count) {
        var prefix = "b" + Long.toHexString(System.nanoTime()) + "-";
        database.transact(connection -> {
            try (var insert = connection.prepareStatement(name.equals("prosody") ? PROSODY : EJABBERD)) {
                insert.setString(1, prefix);
                insert.setInt(2, count);
                return insert.executeUpdate();
            }
        });
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> new Account(i, prefix + i, PASSWORD))
                .toList();
    }

    @Override
    public List<Pair> pairs(int count) {
        var accounts = accounts(2 * count);
        return IntStream.range(0, count)
                .mapToObj(i -> pair(accounts.get(i), accounts.get(count + i)))
                .toList();
    }

    private static Pair pair(Account sender, Account receiver) {
        return new Pair(sender, receiver, receiver.name() + "@" + HOST);
    }

    @Override
    public Room room(int members) {
        var name = "r" + Long.toHexString(System.nanoTime());
        return new Room(name + "@conference." + HOST, accounts(members));
    }

    @Override
    public CompletableFuture<Client> connect(Account account, Inbox inbox) {
        var client = new XmppClient(account, inbox);
        sockets.open(address, client).whenComplete(client::opened);
        return client.online().thenApply(online -> online);
    }
}
