package koine.chat;

import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ChatType;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Text;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// What a group may be when it is opened.
@Component
class NewGroups {

    private static final int MAX_INVITED = 1_000;

    private final ChatKeys keys;
    private final ChatProperties properties;

    NewGroups(ChatKeys keys, ChatProperties properties) {
        this.keys = keys;
        this.properties = properties;
    }

    /// A group of oneself and others.
    ///
    /// Errors: `INVALID_REQUEST` for an unusable name, a number of ids outside 1 to 1,000, or more members
    /// than groups may have; `CHAT_WITH_YOURSELF` if one is among them oneself.
    ChatStore.NewChat of(AccountId me, @Nullable String name, List<AccountId> others) {
        if (others.isEmpty() || others.size() > MAX_INVITED) {
            throw Refused.invalid("with_ids", "must name 1 to %d others".formatted(MAX_INVITED));
        }
        if (others.stream().distinct().count() > properties.maxMembers()) {
            var most = "the group would have more than %d members".formatted(properties.maxInAll());
            throw Refused.invalid("with_ids", most);
        }
        if (others.contains(me)) {
            throw new Refused(ErrorCode.CHAT_WITH_YOURSELF, "the others can't include yourself");
        }
        return ChatStore.NewChat.of(
                ChatType.GROUP, Text.required("name", name, 1, ChangeChat.MAX_NAME), null, keys.next());
    }

    /// As wished.
    ///
    /// Errors: as [CreateGroup#checked].
    ///
    /// @param most how many may be in it, if that is fewer than groups may have
    ChatStore.NewChat of(AccountId me, CreateGroup wish, int most) {
        return wish.checked(me, keys.next(), Math.min(most, properties.maxInAll()));
    }
}
