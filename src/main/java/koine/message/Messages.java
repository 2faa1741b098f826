package koine.message;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import koine.account.Accounts;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.MessageId;
import koine.kernel.Refused;
import koine.kernel.Role;
import koine.kernel.Text;
import koine.log.Event.MessageDeleted;
import koine.log.Event.MessageEdited;
import koine.log.Log;
import koine.log.Message;
import koine.log.Positions;
import koine.log.Written;
import koine.media.MediaFiles;
import koine.message.Outcome.Blocked;
import koine.message.Outcome.ChatClosed;
import koine.message.Outcome.KeyReused;
import koine.message.Outcome.NoMedia;
import koine.message.Outcome.NoMember;
import koine.message.Outcome.NoneToAnswer;
import koine.message.Outcome.Stored;
import koine.message.Outcome.StoredBefore;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// What is said in chats.
@Service
public class Messages {

    private final TracedWriter writer;
    private final MessageStore store;
    private final Chats chats;
    private final Accounts accounts;
    private final MediaFiles files;
    private final Log log;
    private final MessageLimits limits;

    Messages(
            TracedWriter writer,
            MessageStore store,
            Chats chats,
            Accounts accounts,
            MediaFiles files,
            Log log,
            MessageLimits limits) {
        this.writer = writer;
        this.store = store;
        this.chats = chats;
        this.accounts = accounts;
        this.files = files;
        this.log = log;
        this.limits = limits;
    }

    /// Why no message is taken at the moment, whoever sends it; empty if messages are. Asked before [#send] it spares
    /// the way to the same answer.
    public Optional<Refused> refusal() {
        return writer.refusal();
    }

    /// Stores the message and completes once it is committed. Sending again with the same key gives the message
    /// as it is now, stored the first time, and announces nothing; if it was deleted meanwhile, its tombstone.
    ///
    /// Errors: `INVALID_REQUEST`; `CHAT_DOES_NOT_EXIST` if the author is no member; `BLOCKED` in a private chat
    /// with a block between the two, `FORBIDDEN` in one whose other side has erased their account; `CONFLICT` if
    /// the key was used for another message; `MEDIA_DOES_NOT_EXIST` for a file that is not the author's own;
    /// `MESSAGE_DOES_NOT_EXIST` if the message that it answers is not in the chat, or was deleted;
    /// `TOO_MANY_REQUESTS`, and nothing was stored; `UNAVAILABLE`, and it is not known whether it was.
    public Mono<Message> send(SendMessage order) {
        return limits.count(order.author())
                .then(Mono.fromCallable(() -> Draft.of(order, limits.maxLength())))
                .flatMap(this::withMedia)
                .flatMap(draft -> limits.waiting(draft.author(), writer.write(draft)))
                .flatMap(this::result);
    }

    /// Changes a message's contents for all and announces it, also if they are what they were.
    ///
    /// Errors: `INVALID_REQUEST`; `MESSAGE_DOES_NOT_EXIST` also for one that was deleted, and for one who is no
    /// member of its chat; `NOT_THE_OWNER` for a member who is not its author; `BLOCKED`;
    /// `TOO_MANY_REQUESTS`.
    public Mono<Message> edit(AccountId me, MessageId id, @Nullable String contents) {
        return limits.count(me)
                .then(Mono.fromCallable(() -> Text.required("contents", contents, 0, limits.maxLength())))
                .flatMap(text -> log.write(positions -> store.find(id)
                        .filter(message -> message.deletedAt() == null)
                        .switchIfEmpty(notThere())
                        .delayUntil(message -> refuseUnlessMine(me, message))
                        .delayUntil(message -> chats.speakerIn(me, message.chat()))
                        .doOnNext(message -> refuseToSayNothing(message, text))
                        .flatMap(message -> store.edit(id, text))
                        .switchIfEmpty(notThere())
                        .map(edited -> edited(edited, positions))));
    }

    /// Removes a message's contents for all and announces it. Deleting it again changes and announces nothing; gives
    /// whether there was something to delete.
    ///
    /// Errors: `MESSAGE_DOES_NOT_EXIST` also for one who is no member of its chat; `NOT_THE_OWNER` for a member
    /// who is neither its author nor an admin of the chat.
    public Mono<Boolean> delete(AccountId me, MessageId id) {
        return delete(me, id, null);
    }

    /// As [#delete(AccountId, MessageId)].
    ///
    /// @param saidAt when that was, as the client put it, for clients of its protocol; null if it did not
    public Mono<Boolean> delete(AccountId me, MessageId id, @Nullable String saidAt) {
        return log.write(positions -> store.find(id)
                .switchIfEmpty(notThere())
                .delayUntil(message -> refuseUnlessMayDelete(me, message))
                .flatMap(message -> delete(new Deletion(message, me, saidAt), positions)));
    }

    /// The messages of a chat that come after the one with this id (0: from the oldest on), oldest first,
    /// without those that were deleted.
    ///
    /// @param limit at most 200
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST` also for one who is no member.
    public Mono<HistoryPage> after(AccountId me, ChatId chat, long id, int limit) {
        return page(me, chat, store.after(chat, id, limit).collectList());
    }

    /// The newest messages of a chat that come before the one with this id, oldest first, without those that
    /// were deleted.
    ///
    /// @param limit at most 200
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST` also for one who is no member.
    public Mono<HistoryPage> before(AccountId me, ChatId chat, long id, int limit) {
        return page(me, chat, store.before(chat, id, limit).collectList().map(List::reversed));
    }

    /// A file that is not found is no error yet: under a key that was used before, the answer is what it was.
    private Mono<Draft> withMedia(Draft draft) {
        var media = draft.mediaId();
        return media == null
                ? Mono.just(draft)
                : files.findOwn(draft.author(), media).map(draft::with).defaultIfEmpty(draft);
    }

    /// What comes with a file may be without words.
    private void refuseToSayNothing(Message message, String text) {
        if (message.media() == null) {
            Text.required("contents", text, 1, limits.maxLength());
        }
    }

    private Mono<Message> result(Outcome outcome) {
        return switch (outcome) {
            case Stored(var message) -> Mono.just(message);
            case StoredBefore(var id) -> store.find(id).switchIfEmpty(noSuchChat());
            case NoMember() -> noSuchChat();
            case ChatClosed() ->
                Mono.error(new Refused(ErrorCode.FORBIDDEN, "the other one is gone; nobody writes here any more"));
            case Blocked() -> Mono.error(Refused.blocked());
            case NoMedia() -> Mono.error(new Refused(ErrorCode.MEDIA_DOES_NOT_EXIST, "there is no such file"));
            case NoneToAnswer() ->
                Mono.error(new Refused(ErrorCode.MESSAGE_DOES_NOT_EXIST, "there is no such message to reply to"));
            case KeyReused() ->
                Mono.error(new Refused(ErrorCode.CONFLICT, "the key was used for another message before"));
        };
    }

    private Mono<Role> refuseUnlessMine(AccountId me, Message message) {
        return refuseUnless(me, message, _ -> message.author().equals(me));
    }

    private Mono<Role> refuseUnlessMayDelete(AccountId me, Message message) {
        return refuseUnless(me, message, role -> message.author().equals(me) || role.isAtLeastAdmin());
    }

    private Mono<Role> refuseUnless(AccountId me, Message message, Predicate<Role> may) {
        return chats.roleOf(me, message.chat())
                .onErrorMap(Refused.class, _ -> messageDoesNotExist())
                .filter(may)
                .switchIfEmpty(Mono.error(() -> new Refused(ErrorCode.NOT_THE_OWNER, "this message is not yours")));
    }

    private static Written<Message> edited(Message message, Positions positions) {
        return new Written<>(message, List.of(new MessageEdited(positions.next(), message)));
    }

    private record Deletion(
            Message message, AccountId by, @Nullable String saidAt) {}

    private Mono<Written<Boolean>> delete(Deletion deletion, Positions positions) {
        var message = deletion.message();
        return store.delete(message.id())
                .delayUntil(done -> chats.messageDeleted(message.chat(), message.id()))
                .map(done -> done ? deleted(deletion, positions) : Written.nothing(false));
    }

    private static Written<Boolean> deleted(Deletion deletion, Positions positions) {
        var message = deletion.message();
        var event = new MessageDeleted(
                positions.next(), message.chat(), message.id(), message.seq(), deletion.by(), deletion.saidAt());
        return new Written<>(true, List.of(event));
    }

    private Mono<HistoryPage> page(AccountId me, ChatId chat, Mono<List<Message>> messages) {
        return Mono.zip(chats.readerIn(me, chat), messages, (_, page) -> page)
                .zipWhen(
                        page -> accounts.shownNames(
                                page.stream().map(Message::author).distinct().toList()),
                        HistoryPage::new);
    }

    private static <T> Mono<T> noSuchChat() {
        return Mono.error(() -> new Refused(ErrorCode.CHAT_DOES_NOT_EXIST, "there is no such chat"));
    }

    private static <T> Mono<T> notThere() {
        return Mono.error(Messages::messageDoesNotExist);
    }

    private static Refused messageDoesNotExist() {
        return new Refused(ErrorCode.MESSAGE_DOES_NOT_EXIST, "there is no such message");
    }
}
