package koine.chat;

import java.util.List;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatType;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Retention;
import koine.kernel.Role;
import koine.kernel.Text;
import org.jspecify.annotations.Nullable;

/// A wish for a group, unchecked, whoever makes it being one of its owners. Whoever is named twice is in it once.
///
/// @param owners  who own it besides
/// @param members who are in it besides
public record CreateGroup(
        @Nullable String name,
        @Nullable String bio,
        List<AccountId> owners,
        List<AccountId> members,
        Retention retention) {

    private static final int MAX_BIO = 80;

    /// Who makes it and the other owners first.
    List<AccountId> all(AccountId me) {
        return Stream.of(List.of(me), owners, members)
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    /// Those in it but who makes it.
    List<AccountId> others(AccountId me) {
        return all(me).stream().filter(account -> !account.equals(me)).toList();
    }

    Role roleOf(AccountId me, AccountId account) {
        return account.equals(me) || owners.contains(account) ? Role.OWNER : Role.MEMBER;
    }

    /// @throws Refused `INVALID_REQUEST`; `FORBIDDEN` if there would be more in it
    ChatStore.NewChat checked(AccountId me, String key, int most) {
        if (all(me).size() > most) {
            throw new Refused(ErrorCode.FORBIDDEN, "the group would have more than %d members".formatted(most));
        }
        var text = Text.required("name", name, 1, ChangeChat.MAX_NAME);
        var words = bio == null ? null : Text.required("bio", bio, 0, MAX_BIO);
        return ChatStore.NewChat.of(ChatType.GROUP, text, ChangeChat.none(words), key)
                .with(retention);
    }
}
