package koine.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.JavaConstructor.CONSTRUCTOR_NAME;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Date;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import koine.Koine;
import koine.chat.Chats;
import koine.chat.Memberships;
import koine.friend.Blocks;
import org.jspecify.annotations.NullMarked;
import org.reactivestreams.Publisher;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Sinks;

/// What holds in all of the service's code beyond who may use whom.
@AnalyzeClasses(packagesOf = Koine.class, importOptions = DoNotIncludeTests.class)
class RulesTest {

    private static final Set<String> BLOCKING_OPERATORS =
            Set.of("block", "blockOptional", "blockFirst", "blockLast", "toIterable", "toStream");

    private static final DescribedPredicate<JavaClass> DATABASE = resideInAPackage("koine.database..");
    private static final DescribedPredicate<JavaClass> REHEARSAL = resideInAPackage("koine.protocol.rehearsal..");
    private static final DescribedPredicate<JavaClass> PROTOCOL = resideInAPackage("koine.protocol..");

    @ArchTest
    static final ArchRule packages_all_areNullMarked = classes().should(beInANullMarkedPackage());

    @ArchTest
    static final ArchRule packages_all_areNamedForAFeature = noClasses()
            .should()
            .resideInAnyPackage(
                    "..util..", "..utils..", "..common..", "..impl..", "..dto..", "..manager..", "..helper..");

    @ArchTest
    static final ArchRule reactiveCode_anywhere_neverWaitsForItsResult =
            noClasses().should().accessTargetWhere(calls("an operator that blocks", RulesTest::isBlockingOperator));

    /// `database` works before the service serves and after it has stopped, on the thread that starts and stops
    /// it. So does the first look at the signing keys. `rehearsal` is a program of its own, on threads of its own.
    @ArchTest
    static final ArchRule threads_outsideDatabase_areNeverHeldUp = noClasses()
            .that(not(DATABASE.or(named("koine.auth.SigningKeyUpkeep")).or(REHEARSAL)))
            .should()
            .accessTargetWhere(calls("Thread.sleep or a wait for a future", RulesTest::holdsAThreadUp));

    @ArchTest
    static final ArchRule sinks_outsideLogAndDelivery_areNotUsed = noClasses()
            .that(not(resideInAnyPackage("koine.log..", "koine.delivery..")))
            .should()
            .dependOnClassesThat(belongToAnyOf(Sinks.class));

    /// Besides `log` and `delivery`, the writer's loop is its own subscriber: batches must be written whether
    /// or not a sender still waits. What it writes through closes its connection when the service ends. What a
    /// Socket.IO client has begun outlives the request by which it came. What writes to a socket takes the place of
    /// the framework's subscriber. What nobody asks for but time is a `Chore`.
    @ArchTest
    static final ArchRule streams_outsideLogAndDelivery_areNotSubscribedTo = noClasses()
            .that(not(resideInAnyPackage("koine.log..", "koine.delivery..")
                    .or(named("koine.message.MessageWriter"))
                    .or(named("koine.message.PostgresBatchWriter"))
                    .or(named("koine.protocol.FrameWriter"))
                    .or(named("koine.protocol.matcha.socketio.Work"))))
            .should()
            .accessTargetWhere(calls("subscribe, or what subscribes", RulesTest::subscribes));

    /// What the log keeps, and what servers tell one another, is no matter of a protocol.
    @ArchTest
    static final ArchRule json_outsideProtocol_isKnownToTheLogsCodecsOnly = noClasses()
            .that(not(PROTOCOL.or(named("koine.log.EventCodec"))
                    .or(named("koine.log.ChatEventCodec"))
                    .or(named("koine.log.AccountEventCodec"))
                    .or(named("koine.log.AttachmentCodec"))
                    .or(named("koine.log.Notifications"))))
            .should()
            .dependOnClassesThat(resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson.."));

    /// `SecurityChain` is the one filter before all protocols; paths and cookies are what it looks at. Pages are for
    /// browsers.
    @ArchTest
    static final ArchRule web_outsideProtocol_isKnownToTheSecurityChainAndPagesOnly = noClasses()
            .that(not(PROTOCOL.or(named("koine.auth.SecurityChain"))
                    .or(resideInAnyPackage("koine.page", "koine.console"))
                    .or(named("koine.auth.OpenPaths"))
                    .or(named("koine.auth.SessionCookies"))
                    .or(named("koine.auth.Visit"))))
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.springframework.web..", "org.springframework.http..", "org.springframework.security.web.."));

    @ArchTest
    static final ArchRule netty_outsideProtocol_isKnownToTheWayToTheDatabaseOnly = noClasses()
            .that(not(PROTOCOL.or(DATABASE)))
            .should()
            .dependOnClassesThat(resideInAnyPackage("reactor.netty..", "io.netty.."));

    @ArchTest
    static final ArchRule jdbc_outsideDatabase_isNotUsed = noClasses()
            .that(not(DATABASE))
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "java.sql..",
                    "javax.sql..",
                    "org.postgresql..",
                    "org.springframework.jdbc..",
                    "org.flywaydb..",
                    "io.zonky.."));

    /// Stores keep what is in the tables; the bus has `NOTIFY` and the table of servers.
    @ArchTest
    static final ArchRule sql_anywhere_standsInStores = noClasses()
            .that(not(simpleNameEndingWith("Store").or(named("koine.log.PostgresBus"))))
            .should()
            .dependOnClassesThat(assignableTo(DatabaseClient.class));

    /// What a protocol has to keep is kept by a feature: adapters translate.
    @ArchTest
    static final ArchRule sql_inProtocols_isNotUsed =
            noClasses().that(PROTOCOL).should().dependOnClassesThat(assignableTo(DatabaseClient.class));

    @ArchTest
    static final ArchRule kernel_all_knowsTheJdkOnly = classes()
            .that(resideInAPackage("koine.kernel.."))
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "koine.kernel..", "java..", "org.jspecify.annotations", "org.springframework.modulith"));

    @ArchTest
    static final ArchRule delivery_ofChats_knowsMembershipsOnly = noClasses()
            .that(resideInAPackage("koine.delivery.."))
            .should()
            .dependOnClassesThat(
                    resideInAPackage("koine.chat..").and(not(belongToAnyOf(Chats.class, Memberships.class))));

    @ArchTest
    static final ArchRule delivery_ofFriends_knowsBlocksOnly = noClasses()
            .that(resideInAPackage("koine.delivery.."))
            .should()
            .dependOnClassesThat(resideInAPackage("koine.friend..").and(not(belongToAnyOf(Blocks.class))));

    /// It knows nothing of what is said over it.
    @ArchTest
    static final ArchRule socketIo_ofOurs_knowsHowSocketsAreOpenedOnly = noClasses()
            .that(resideInAPackage("koine.protocol.matcha.socketio.."))
            .should()
            .dependOnClassesThat(resideInAPackage("koine..")
                    .and(not(resideInAPackage("koine.protocol.matcha.socketio..")
                            .or(named("koine.protocol.Upgrades"))
                            .or(named("koine.protocol.CloseCodes")))));

    /// JJWT's builder and clock take nothing else.
    @ArchTest
    static final ArchRule date_outsideTokens_isNotUsed = noClasses()
            .that(not(named("koine.auth.SignedTokens")))
            .should()
            .dependOnClassesThat(belongToAnyOf(Date.class));

    /// `System.nanoTime` is no time of day: it may measure how long something takes.
    @ArchTest
    static final ArchRule time_outsideMain_isInjected = noClasses()
            .that(not(belongToAnyOf(Koine.class)))
            .should()
            .accessTargetWhere(calls("the time of day", RulesTest::asksForTheTime));

    @ArchTest
    static final ArchRule randomness_outsideMain_isInjected = noClasses()
            .that(not(belongToAnyOf(Koine.class)))
            .should()
            .accessTargetWhere(calls("a source of randomness", RulesTest::makesRandomness));

    /// How long it takes must not tell how much of a secret was right: secrets are compared by
    /// `MessageDigest.isEqual`, or by their hashes in the database.
    @ArchTest
    static final ArchRule bytes_ofSecrets_areNotComparedOneByOne = noClasses()
            .that()
            .resideInAnyPackage("koine.auth..", "koine.account..")
            .should()
            .accessTargetWhere(calls(
                    "a comparison that ends early",
                    access -> isOn(Arrays.class, Set.of("equals", "compare", "mismatch"), access)));

    @ArchTest
    static final ArchRule beans_all_areGivenToConstructors = GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule storesAndControllers_all_stayInTheirPackage = classes()
            .that()
            .areAnnotatedWith(Repository.class)
            .or()
            .areAnnotatedWith(RestController.class)
            .should()
            .bePackagePrivate();

    /// Its annotations leave no trace in the classes: what is not there to compile against can't be used.
    @ArchTest
    static void lombok_onTheClassPath_isNotThere(@SuppressWarnings("unused") JavaClasses all) {
        assertThat(RulesTest.class.getResource("/lombok/Getter.class")).isNull();
    }

    private static boolean isBlockingOperator(JavaAccess<?> access) {
        return isOn(Publisher.class, BLOCKING_OPERATORS, access);
    }

    private static boolean holdsAThreadUp(JavaAccess<?> access) {
        return isOn(Thread.class, Set.of("sleep", "join"), access)
                || isOn(Future.class, Set.of("get", "join"), access)
                || isOn(Object.class, Set.of("wait", "await"), access);
    }

    private static boolean subscribes(JavaAccess<?> access) {
        return isOn(Publisher.class, Set.of("subscribe", "connect", "autoConnect", "refCount"), access);
    }

    private static boolean asksForTheTime(JavaAccess<?> access) {
        return isOn(TemporalAccessor.class, Set.of("now"), access)
                || isOn(Clock.class, Set.of("system", "systemUTC", "systemDefaultZone"), access)
                || isOn(System.class, Set.of("currentTimeMillis"), access);
    }

    private static boolean makesRandomness(JavaAccess<?> access) {
        return isOn(Random.class, Set.of(CONSTRUCTOR_NAME, "getInstance", "getInstanceStrong", "current"), access)
                || isOn(UUID.class, Set.of("randomUUID"), access)
                || isOn(Math.class, Set.of("random"), access);
    }

    private static boolean isOn(Class<?> owner, Set<String> methods, JavaAccess<?> access) {
        return methods.contains(access.getName()) && access.getTargetOwner().isAssignableTo(owner);
    }

    private static DescribedPredicate<JavaAccess<?>> calls(String what, Predicate<JavaAccess<?>> predicate) {
        return describe("calls " + what, predicate);
    }

    private static DescribedPredicate<JavaClass> not(DescribedPredicate<? super JavaClass> predicate) {
        return DescribedPredicate.not(predicate).forSubtype();
    }

    /// The class of that name, and those inside it.
    private static DescribedPredicate<JavaClass> named(String name) {
        return describe(
                name, type -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
    }

    private static ArchCondition<JavaClass> beInANullMarkedPackage() {
        return new ArchCondition<>("be in a package with @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                var marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        type,
                        marked,
                        type.getName() + " is in " + type.getPackageName() + ", which has no @NullMarked"));
            }
        };
    }
}
