package koine.log;

import java.util.Map;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Event.InChat;
import koine.log.Event.ToAccount;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How events other than messages are kept in the `event` table. What is written here is read back for as long
/// as the log is kept: add to it, never rename.
final class EventCodec {

    private final JsonMapper json = JsonMapper.shared();
    private final ChatEventCodec inChats = new ChatEventCodec();
    private final AccountEventCodec toAccounts = new AccountEventCodec();

    record Stored(String type, String payload) {

        static Stored of(String type, Object payload) {
            return new Stored(type, JsonMapper.shared().writeValueAsString(payload));
        }
    }

    Stored encode(Event event) {
        return switch (event) {
            case InChat in -> inChats.encode(in);
            case ToAccount to -> toAccounts.encode(to);
        };
    }

    /// What else a page has for one of its events.
    ///
    /// @param message the message that the event is about, as it is now
    /// @param group   the group that was kept with the first of those who were added together; for the first
    ///                event of a page that needs it
    /// @param groups  those that the page has had before, by their `togetherAt`
    record Besides(@Nullable Message message, @Nullable String group, Map<Long, ChatSnapshot> groups) {}

    /// @return null if the event can't be told any more, because its message is gone with its chat
    @Nullable
    Event decode(long position, ChatId chat, Stored stored, Besides besides) {
        return inChats.decode(position, chat, stored, besides);
    }

    /// An event that happened to one account.
    ToAccount decode(long position, AccountId account, Stored stored) {
        return toAccounts.decode(position, account, stored);
    }

    /// The payload with another name for the account, wherever it stands in it.
    String renamed(String payload, AccountId account, String username) {
        var tree = json.readTree(payload);
        rename(tree, account, username);
        return tree.toString();
    }

    private static void rename(JsonNode node, AccountId account, String username) {
        if (node instanceof ObjectNode somebody
                && somebody.has("username")
                && somebody.path("id").longValue() == account.value()) {
            somebody.put("username", username);
        }
        node.forEach(part -> rename(part, account, username));
    }
}
