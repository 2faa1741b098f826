package koine.limit;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// Settings of limits.
///
/// @param enabled    whether there are any: without, the service takes what it can carry, which is for benchmarks
///                   and tests only
/// @param remembered of how many accounts, and of how many addresses, it is kept in mind what they have done lately
/// @param frames     how many frames a client may send over one socket
/// @param caps       how much of what there may be at a time
/// @param requests   how slowly a client may send its requests
/// @param signIn     how long those wait who have tried wrong passwords
/// @param perAccount how often one account may do what
/// @param perAddress how often it may be done from one address; of IPv6, from one network (/64)
@Validated
@ConfigurationProperties("koine.limits")
public record LimitProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("100000") @Positive int remembered,
        @DefaultValue @Valid Frames frames,
        @DefaultValue @Valid Caps caps,
        @DefaultValue @Valid Requests requests,
        @DefaultValue @Valid SignIn signIn,
        @DefaultValue @Valid PerAccount perAccount,
        @DefaultValue @Valid PerAddress perAddress) {

    /// @param perSecond how many frames a socket takes from its client each second; one whose client sends more
    ///                  for longer is closed
    /// @param burst     how many it takes at once after a time of silence
    public record Frames(
            @DefaultValue("100") @Positive int perSecond,
            @DefaultValue("1000") @Positive int burst) {}

    /// On one server.
    ///
    /// @param connectionsPerAccount  sockets and event streams of an account; when another one comes, the
    ///                               oldest goes
    /// @param connectionsPerAddress  sockets and event streams from an address
    /// @param waitingSendsPerAccount messages of one author that wait to be stored
    /// @param waitingCalls           calls that wait for a connection to Postgres; while there are as many, all
    ///                               that come are refused
    public record Caps(
            @DefaultValue("50") @Positive int connectionsPerAccount,
            @DefaultValue("500") @Positive int connectionsPerAddress,
            @DefaultValue("128") @Positive int waitingSendsPerAccount,
            @DefaultValue("256") @Positive int waitingCalls) {

        int of(Cap cap) {
            return switch (cap) {
                case CONNECTIONS -> connectionsPerAddress;
                case WAITING_SENDS -> waitingSendsPerAccount;
            };
        }
    }

    /// @param headWithin     how long a new connection may take until the head of its first request is there
    /// @param idle           how long a connection may be kept without a further request
    /// @param bodyGrace      for how long it does not matter how slowly a body comes
    /// @param bytesPerSecond how many bytes of it have to come each second after that
    public record Requests(
            @DefaultValue("10s") Duration headWithin,
            @DefaultValue("75s") Duration idle,
            @DefaultValue("30s") Duration bodyGrace,
            @DefaultValue("4KB") DataSize bytesPerSecond) {}

    /// Counted for each account and address.
    ///
    /// @param freeFailures after how many wrong passwords there is a delay
    /// @param firstDelay   the delay after the next one; each further one doubles it
    /// @param longestDelay but it never gets longer
    /// @param forgetAfter  after which time without an attempt all is forgotten
    public record SignIn(
            @DefaultValue("5") @Positive int freeFailures,
            @DefaultValue("1s") Duration firstDelay,
            @DefaultValue("15m") Duration longestDelay,
            @DefaultValue("1h") Duration forgetAfter) {}

    /// @param logins         trying to sign in to the account; counted for each address of its own
    /// @param refreshes      renewing tokens; counted for each session of its own
    /// @param sends          sending and editing messages
    /// @param typing         saying that one is typing, where it is told to others
    /// @param searches       looking for people, messages and rooms
    /// @param uploads        uploading files
    /// @param friendRequests asking to be somebody's friend
    /// @param letters        having a link mailed to one's address
    public record PerAccount(
            @DefaultValue("20/1m") Rate logins,
            @DefaultValue("30/1m") Rate refreshes,
            @DefaultValue("300/1m") Rate sends,
            @DefaultValue("120/1m") Rate typing,
            @DefaultValue("60/1m") Rate searches,
            @DefaultValue("60/10m") Rate uploads,
            @DefaultValue("60/1h") Rate friendRequests,
            @DefaultValue("5/1h") Rate letters) {

        Optional<Rate> of(Limit limit) {
            return switch (limit) {
                case LOGINS -> Optional.of(logins);
                case REFRESHES -> Optional.of(refreshes);
                case SENDS -> Optional.of(sends);
                case TYPING -> Optional.of(typing);
                case SEARCHES -> Optional.of(searches);
                case UPLOADS -> Optional.of(uploads);
                case FRIEND_REQUESTS -> Optional.of(friendRequests);
                case LETTERS -> Optional.of(letters);
                case REGISTRATIONS, LOOKUPS, HANDSHAKES -> Optional.empty();
            };
        }
    }

    /// @param registrations  making accounts
    /// @param logins         trying to sign in, without success
    /// @param refreshes      renewing tokens
    /// @param sends          sending and editing messages
    /// @param typing         saying that one is typing, where it is told to others
    /// @param searches       looking for people, messages and rooms
    /// @param uploads        uploading files
    /// @param friendRequests asking to be somebody's friend
    /// @param lookups        asking for somebody's name without having signed in
    /// @param letters        having a link mailed to an address
    /// @param handshakes     opening sockets
    public record PerAddress(
            @DefaultValue("30/1h") Rate registrations,
            @DefaultValue("100/10m") Rate logins,
            @DefaultValue("600/1m") Rate refreshes,
            @DefaultValue("3000/1m") Rate sends,
            @DefaultValue("1200/1m") Rate typing,
            @DefaultValue("600/1m") Rate searches,
            @DefaultValue("600/10m") Rate uploads,
            @DefaultValue("300/1h") Rate friendRequests,
            @DefaultValue("300/1m") Rate lookups,
            @DefaultValue("30/1h") Rate letters,
            @DefaultValue("600/1m") Rate handshakes) {

        Rate of(Limit limit) {
            return switch (limit) {
                case REGISTRATIONS -> registrations;
                case LOGINS -> logins;
                case REFRESHES -> refreshes;
                case SENDS -> sends;
                case TYPING -> typing;
                case SEARCHES -> searches;
                case UPLOADS -> uploads;
                case FRIEND_REQUESTS -> friendRequests;
                case LOOKUPS -> lookups;
                case LETTERS -> letters;
                case HANDSHAKES -> handshakes;
            };
        }
    }
}
