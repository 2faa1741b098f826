package koine.protocol.matcha;

import koine.auth.SignedIn;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Text;
import koine.message.MessageLimits;
import koine.message.Messages;
import koine.message.SendMessage;
import koine.notification.Gestures;
import koine.protocol.Backlog;
import koine.protocol.Impersonations;
import koine.protocol.ShownNames;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Has the core carry out what somebody asks for. Whoever a client takes itself for must be who has signed in.
@Component
class MatchaDeeds {

    private static final String PROTOCOL = "matcha";

    private final Messages messages;
    private final MessageLimits limits;
    private final Chats chats;
    private final Gestures gestures;
    private final ShownNames names;
    private final Impersonations impersonations;
    private final Waiting waiting;

    MatchaDeeds(
            Messages messages,
            MessageLimits limits,
            Chats chats,
            Gestures gestures,
            ShownNames names,
            Impersonations impersonations,
            Waiting waiting) {
        this.messages = messages;
        this.limits = limits;
        this.chats = chats;
        this.gestures = gestures;
        this.names = names;
        this.impersonations = impersonations;
        this.waiting = waiting;
    }

    /// What waits for who has signed in.
    ///
    /// Errors: [NotUnderstood] if the client takes itself for somebody else.
    Mono<Backlog> arrive(SignedIn who, Command.ConnectLoggedUser command) {
        return command.user().equals(who.account())
                ? waiting.of(who.account())
                : Mono.error(() -> impersonation("user_id: must be your own"));
    }

    /// Completes with the chat if one is in it.
    Mono<ChatId> join(SignedIn who, Command.Join command) {
        return chats.roleOf(who.account(), command.chat()).thenReturn(command.chat());
    }

    /// What can't be said opens no chat.
    Mono<Outgoing> say(SignedIn who, Command.Say command) {
        return checkAuthor(who, command.author())
                .then(Mono.fromRunnable(() -> Text.required("text", command.text(), 1, limits.maxLength())))
                .then(Mono.defer(() -> chat(who.account(), command.place())))
                .flatMap(chat -> messages.send(new SendMessage(who.account(), chat, command.text(), null)))
                .map(message -> new Outgoing.Sent(
                        "ok", message.id().value(), message.chat().value()));
    }

    Mono<Outgoing> notify(SignedIn who, Command.Notify command) {
        return checkAuthor(who, command.author())
                .then(Mono.defer(() -> command.partner().equals(who.account())
                        ? Mono.error(new NotUnderstood("partner_id: must be somebody else's"))
                        : gestures.make(who.account(), command.partner(), command.gesture())))
                .thenReturn(Outgoing.Done.OK);
    }

    private Mono<ChatId> chat(AccountId me, Command.Place place) {
        return switch (place) {
            case Command.Place.InChat(var chat) -> Mono.just(chat);
            case Command.Place.With(var partner) -> chats.privateChat(me, partner);
        };
    }

    private Mono<Void> checkAuthor(SignedIn who, String author) {
        return names.isCalled(who.account(), author)
                .filter(Boolean::booleanValue)
                .switchIfEmpty(Mono.error(() -> impersonation("author: must be your own login")))
                .then();
    }

    private NotUnderstood impersonation(String problem) {
        impersonations.note(PROTOCOL);
        return new NotUnderstood(problem);
    }
}
