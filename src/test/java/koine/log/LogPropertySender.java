package koine.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.MessageId;
import koine.message.SendMessage;
import koine.protocol.Refusals;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Somebody who sends one thing after the other, now and then something that must be refused, deletes and makes
/// groups, and checks each answer.
final class LogPropertySender implements Runnable {

    private static final int ATTEMPTS = 100;

    private final LogPropertyWorld world;
    private final AccountId me;
    private final Random random;
    private final List<ChatId> mine;
    private final List<ChatId> others;
    private final List<Sent> withKey = new ArrayList<>();
    private final List<Sent> withoutKey = new ArrayList<>();
    private int count;

    LogPropertySender(LogPropertyWorld world, AccountId me, Random random) {
        this.world = world;
        this.me = me;
        this.random = random;
        this.mine =
                world.rooms.stream().filter(room -> world.isMember(room, me)).toList();
        this.others =
                world.rooms.stream().filter(room -> !world.isMember(room, me)).toList();
    }

    private record Sent(SendMessage order, long id) {}

    /// Either of both.
    private record Answer<T>(@Nullable T value, @Nullable ErrorCode refusal) {}

    @Override
    public void run() {
        while (world.writing) {
            var dice = random.nextInt(100);
            if (dice < 60) {
                sendWithKey();
            } else if (dice < 75) {
                sendWithoutKey();
            } else if (dice < 82) {
                sendWhereNoMember();
            } else if (dice < 89) {
                reuseAKey();
            } else if (dice < 94) {
                sendAgain();
            } else if (dice < 99) {
                delete();
            } else {
                makeGroup();
            }
        }
    }

    /// Until it is answered ok, and if the writing ends meanwhile.
    private void sendWithKey() {
        var text = text();
        var order = new SendMessage(me, one(mine), text, text);
        for (int i = 0; i < ATTEMPTS; i++) {
            var answer = send(order);
            if (answer.value() != null) {
                withKey.add(new Sent(order, accept(text, answer.value())));
                return;
            }
            expect(answer, ErrorCode.UNAVAILABLE, text);
        }
        world.surprises.add(text + " was not accepted");
    }

    private void sendWithoutKey() {
        var text = text();
        var order = new SendMessage(me, one(mine), text, null);
        var answer = send(order);
        if (answer.value() != null) {
            withoutKey.add(new Sent(order, accept(text, answer.value())));
        } else {
            world.doubtful.add(text);
            expect(answer, ErrorCode.UNAVAILABLE, text);
        }
    }

    private void sendWhereNoMember() {
        if (!others.isEmpty()) {
            refuse(new SendMessage(me, one(others), text(), null), ErrorCode.CHAT_DOES_NOT_EXIST);
        }
    }

    private void reuseAKey() {
        if (!withKey.isEmpty()) {
            refuse(new SendMessage(me, one(mine), text(), one(withKey).order().key()), ErrorCode.CONFLICT);
        }
    }

    private void refuse(SendMessage order, ErrorCode why) {
        world.refused.add(String.valueOf(order.body().contents()));
        expect(send(order), why, String.valueOf(order.body().contents()));
    }

    private void sendAgain() {
        if (withKey.isEmpty()) {
            return;
        }
        var sent = one(withKey);
        var answer = send(sent.order());
        if (answer.value() != null && answer.value().id().value() != sent.id()) {
            world.surprises.add(sent + " was answered with " + answer.value());
        }
        expect(answer, null, "again " + sent);
    }

    private void delete() {
        if (withoutKey.isEmpty()) {
            return;
        }
        var sent = one(withoutKey);
        var answer = ask(world.messages.delete(me, new MessageId(sent.id())).thenReturn(true));
        if (answer.value() != null) {
            world.deleted.add(sent.id());
        }
        expect(answer, null, "delete " + sent);
    }

    private void makeGroup() {
        expect(ask(Mono.fromCallable(() -> world.makeGroup(me, random))), null, "group");
    }

    private long accept(String text, Message message) {
        if (!text.equals(message.contents())) {
            world.surprises.add(text + " was answered with " + message);
        }
        world.accepted.put(text, message.id().value());
        return message.id().value();
    }

    /// A failure of the database may come to anything.
    ///
    /// @param refusal null for a success
    private void expect(Answer<?> answer, @Nullable ErrorCode refusal, String what) {
        if (answer.refusal() == ErrorCode.UNAVAILABLE) {
            world.unavailable.incrementAndGet();
        } else if (answer.refusal() != refusal) {
            world.surprises.add(what + " was answered " + answer.refusal() + ", not " + refusal);
        }
    }

    private Answer<Message> send(SendMessage order) {
        return ask(world.messages.send(order));
    }

    private static <T> Answer<T> ask(Mono<T> call) {
        try {
            return new Answer<>(call.block(LogPropertyWorld.PATIENCE), null);
        } catch (RuntimeException problem) {
            return new Answer<>(null, Refusals.of(problem).code());
        }
    }

    private String text() {
        return me.value() + "-" + count++;
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
