package koine.message;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Message;

/// What the database has answered one writer and what stands until it says otherwise: who may write in which chat,
/// and the number of its last message. So it need not be asked for each message; whether all of this still
/// stands it is asked with each batch, by [#at].
///
/// Used by one batch at a time.
final class KnownAnswers {

    private static final long NONE = -1;

    private final int most;
    private final Map<ChatId, Known> chats = new HashMap<>();
    private int senders;
    private long at = NONE;

    /// @param most how many senders in chats are kept in mind; behind that it begins anew
    KnownAnswers(int most) {
        this.most = most;
    }

    /// Of a chat.
    private static final class Known {

        private final Set<AccountId> senders = new HashSet<>();
        private long lastSeq;
    }

    /// Who writes where.
    private record Sender(ChatId chat, AccountId author) {}

    /// Where a message of a batch goes.
    ///
    /// @param seq          its number in its chat
    /// @param lastOfChat   whether none of the same chat comes after it in the batch
    /// @param lastOfAuthor the same of its author in its chat
    record Place(long seq, boolean lastOfChat, boolean lastOfAuthor) {}

    /// The count of changes up to which all of it stands.
    long at() {
        return at;
    }

    /// The places of these messages, if it is known of each of them that it may be stored.
    Optional<List<Place>> placesOf(List<Draft> batch) {
        var seqs = new ArrayList<Long>(batch.size());
        var last = new HashMap<ChatId, Long>();
        for (var draft : batch) {
            var known = chats.get(draft.chat());
            if (known == null || !known.senders.contains(draft.author()) || !draft.isPlain()) {
                return Optional.empty();
            }
            seqs.add(last.merge(draft.chat(), known.lastSeq + 1, (before, _) -> before + 1));
        }
        return Optional.of(places(batch, seqs));
    }

    private static List<Place> places(List<Draft> batch, List<Long> seqs) {
        var places = new ArrayList<Place>(batch.size());
        var chatsAfter = new HashSet<ChatId>();
        var sendersAfter = new HashSet<Sender>();
        for (int i = batch.size() - 1; i >= 0; i--) {
            var draft = batch.get(i);
            places.add(new Place(
                    seqs.get(i),
                    chatsAfter.add(draft.chat()),
                    sendersAfter.add(new Sender(draft.chat(), draft.author()))));
        }
        return places.reversed();
    }

    /// Keeps in mind what was answered.
    ///
    /// @param answeredAt the count of changes up to which these answers stand
    /// @param passing    chats whose answers don't stand
    void heard(List<Message> stored, Set<ChatId> passing, long answeredAt) {
        if (answeredAt != at) {
            forget();
            at = answeredAt;
        }
        for (var message : stored) {
            if (!passing.contains(message.chat())) {
                heard(message);
            }
        }
    }

    private void heard(Message stored) {
        var known = chats.computeIfAbsent(stored.chat(), _ -> new Known());
        known.lastSeq = stored.seq();
        if (known.senders.add(stored.author())) {
            senders++;
        }
        if (senders > most) {
            clear();
        }
    }

    /// From now on nothing is known.
    void forget() {
        clear();
        at = NONE;
    }

    private void clear() {
        chats.clear();
        senders = 0;
    }
}
