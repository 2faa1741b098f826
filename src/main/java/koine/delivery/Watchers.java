package koine.delivery;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import koine.kernel.AccountId;
import koine.log.Signal.PresenceChanged;
import org.jspecify.annotations.Nullable;

/// Which connections of this server watch whom, and what each has been shown. Who has blocked somebody, or was
/// blocked, is shown to them as one who has never come.
///
/// For use by one thread at a time: touched only inside the log's feed.
final class Watchers {

    private final Map<AccountId, Watched> watched = new HashMap<>();
    private final Map<LiveConnection, Watching> watching = new HashMap<>();

    /// Whom a connection watches. Of nobody is anything shown until it is known whether it may be.
    static final class Watching {

        private final Set<AccountId> accounts;
        private final Set<AccountId> shown = new HashSet<>();

        /// Those of whom the log has told since: that is newer than what was asked for, or will be.
        private final Set<AccountId> toldOf = new HashSet<>();

        Watching(Set<AccountId> accounts) {
            this.accounts = accounts;
        }

        private void known(Set<AccountId> apart) {
            accounts.stream()
                    .filter(account -> !apart.contains(account) && !toldOf.contains(account))
                    .forEach(shown::add);
        }

        /// False if nothing changes.
        private boolean allow(AccountId account, boolean show) {
            if (!accounts.contains(account)) {
                return false;
            }
            toldOf.add(account);
            return show ? shown.add(account) : shown.remove(account);
        }
    }

    /// An account that connections of this server watch.
    private static final class Watched {

        private final Set<LiveConnection> by = new HashSet<>();
        private @Nullable PresenceChanged shown;

        /// What was looked up, or heard from another server, may be overtaken by what happened after it.
        private boolean knowsNewerThan(PresenceChanged presence) {
            return shown != null
                    && shown.lastActive() != null
                    && (presence.lastActive() == null || presence.lastActive().isBefore(shown.lastActive()));
        }
    }

    /// What was found out for a connection that begins to watch.
    ///
    /// @param apart those between whom and the watcher there is a block
    record Found(Set<AccountId> apart, List<PresenceChanged> presences) {}

    /// All that are watched.
    List<AccountId> accounts() {
        return List.copyOf(watched.keySet());
    }

    /// From now on the connection watches these accounts and no others.
    void replace(LiveConnection connection, Watching next) {
        var accounts = next.accounts;
        if (connection.isClosed() && !accounts.isEmpty()) {
            return;
        }
        var before = accounts.isEmpty() ? watching.remove(connection) : watching.put(connection, next);
        if (before != null) {
            before.accounts.forEach(
                    account -> watched.computeIfPresent(account, (_, each) -> without(each, connection)));
        }
        accounts.forEach(account ->
                watched.computeIfAbsent(account, _ -> new Watched()).by.add(connection));
    }

    private static @Nullable Watched without(Watched account, LiveConnection connection) {
        account.by.remove(connection);
        return account.by.isEmpty() ? null : account;
    }

    /// Shows the connection all that it watches, unless it watches others by now.
    void showTo(LiveConnection connection, Watching watcher, Found found) {
        if (watching.get(connection) != watcher) {
            return;
        }
        watcher.known(found.apart());
        for (var presence : found.presences()) {
            var account = Objects.requireNonNull(watched.get(presence.account()));
            if (!account.knowsNewerThan(presence)) {
                account.shown = presence;
            }
            tell(connection, presence.account());
        }
        connection.flush();
    }

    /// Shows it to all who watch the account, unless they know that or newer.
    void show(PresenceChanged changed) {
        var account = watched.get(changed.account());
        if (account != null && !changed.equals(account.shown) && !account.knowsNewerThan(changed)) {
            account.shown = changed;
            account.by.stream()
                    .filter(connection -> shows(connection, changed.account()))
                    .forEach(connection -> {
                        tell(connection, changed.account());
                        connection.flush();
                    });
        }
    }

    private boolean shows(LiveConnection connection, AccountId account) {
        var watcher = watching.get(connection);
        return watcher != null && watcher.shown.contains(account);
    }

    /// From here on the two see one another, or do not.
    void allow(AccountId one, AccountId other, boolean show) {
        allowTo(one, other, show);
        allowTo(other, one, show);
    }

    private void allowTo(AccountId watcher, AccountId account, boolean show) {
        var by = Optional.ofNullable(watched.get(account)).map(each -> each.by).orElse(Set.of());
        by.stream()
                .filter(connection -> connection.account().equals(watcher))
                .filter(connection ->
                        Objects.requireNonNull(watching.get(connection)).allow(account, show))
                .forEach(connection -> {
                    tell(connection, account);
                    connection.flush();
                });
    }

    private void tell(LiveConnection connection, AccountId account) {
        var presence = Objects.requireNonNull(watched.get(account)).shown;
        var toShow = presence == null || !shows(connection, account) ? neverThere(account) : presence;
        connection.frames().frameFor(toShow).ifPresent(connection::offerEphemeral);
    }

    /// As one is shown who has never come.
    static PresenceChanged neverThere(AccountId account) {
        return new PresenceChanged(account, false, null);
    }
}
