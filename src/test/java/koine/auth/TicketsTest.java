package koine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.IntStream;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.SessionId;
import koine.testing.MutableClock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TicketsTest {

    private static final Duration TTL = AuthDatabase.PROPERTIES.ticketTtl();

    private AuthDatabase database;
    private SignedIn who;
    private MutableClock clock;
    private Tickets tickets;

    @BeforeAll
    void createDatabase() {
        database = AuthDatabase.fresh();
        var account = database.count(
                "insert into account (username, username_key, password_hash) values ('t', 't', '') returning id");
        var session = database.count("insert into session (account_id) values (%d) returning id".formatted(account));
        who = new SignedIn(new AccountId(account), new SessionId(session));
    }

    @BeforeEach
    void forgetTickets() {
        database.execute("delete from socket_ticket");
        clock = new MutableClock(Instant.parse("2026-03-01T10:00:00Z"));
        tickets = database.tickets(clock);
    }

    @Test
    void redeem_once_isWhoItWasMadeFor() {
        assertGood(tickets, issue());
    }

    @Test
    void redeem_onAnotherServer_isGoodAsWell() {
        assertGood(database.tickets(clock), issue());
    }

    @Test
    void redeem_twice_isNotAuthenticated() {
        var ticket = issue();
        assertGood(tickets, ticket);

        assertBad(ticket);
    }

    @Test
    void redeem_byManyAtOnce_isGoodForOne() {
        var ticket = issue();

        var let = IntStream.range(0, 8)
                .parallel()
                .filter(_ ->
                        tickets.redeem(ticket).onErrorComplete().blockOptional().isPresent())
                .count();

        assertThat(let).isEqualTo(1);
    }

    @Test
    void redeem_justInTime_isGood() {
        var ticket = issue();

        clock.advance(TTL.minusMillis(1));

        assertGood(tickets, ticket);
    }

    @Test
    void redeem_tooLate_isNotAuthenticated() {
        var ticket = issue();

        clock.advance(TTL);

        assertBad(ticket);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "\u0000", "\ud800", "'; drop table socket_ticket; --"})
    void redeem_whatIsNoTicket_isNotAuthenticated(String ticket) {
        assertBad(ticket);
    }

    @Test
    void issue_keepsTheHashOnly() throws Exception {
        var ticket = issue();

        var hash = MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(StandardCharsets.UTF_8));
        assertThat(database.count("select count(*) from socket_ticket where hash = decode('%s', 'hex')"
                        .formatted(HexFormat.of().formatHex(hash))))
                .isEqualTo(1);
        assertThat(database.count("select count(*) from socket_ticket t where t::text like '%%%s%%'".formatted(ticket)))
                .isZero();
    }

    @Test
    void issue_everyTime_isAnotherOfAtLeast128Bits() {
        var ticket = issue();

        assertThat(ticket).matches("[A-Za-z0-9_-]{22,}").isNotEqualTo(issue());
    }

    @Test
    void issue_saysHowLongItIsGood() {
        assertThat(tickets.issue(who).blockOptional().orElseThrow().expiresIn()).isEqualTo(TTL);
    }

    @Test
    void issue_clearsAwayThoseThatNobodyUsed() {
        issue();
        issue();
        clock.advance(TTL.plusMillis(1));

        var ticket = issue();

        assertThat(database.count("select count(*) from socket_ticket")).isEqualTo(1);
        assertGood(tickets, ticket);
    }

    @Test
    void redeem_afterTheSessionEnded_isNotAuthenticated() {
        var session = database.count("insert into session (account_id) values (%d) returning id"
                .formatted(who.account().value()));
        var ticket = tickets.issue(new SignedIn(who.account(), new SessionId(session)))
                .blockOptional()
                .orElseThrow()
                .value();

        database.execute("delete from session where id = " + session);

        assertBad(ticket);
    }

    @Test
    void toString_ofTicketOrToken_hidesTheSecret() {
        assertThat(new Ticket("secret-ticket", TTL).toString()).doesNotContain("secret");
        assertThat(new AccessToken("secret-token", TTL).toString()).doesNotContain("secret");
    }

    private String issue() {
        return tickets.issue(who).blockOptional().orElseThrow().value();
    }

    private void assertGood(Tickets at, String ticket) {
        at.redeem(ticket).as(StepVerifier::create).expectNext(who).verifyComplete();
    }

    private void assertBad(String ticket) {
        tickets.redeem(ticket)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(problem -> assertThat(problem)
                        .isInstanceOfSatisfying(
                                Refused.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_AUTHENTICATED)));
    }
}
