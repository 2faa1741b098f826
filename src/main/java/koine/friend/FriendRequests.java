package koine.friend;

import java.util.List;
import koine.log.Person;

/// The requests that wait for an answer, the newest first.
///
/// @param incoming who wants to be one's friend
/// @param outgoing whose friend one wants to be
public record FriendRequests(List<Person> incoming, List<Person> outgoing) {}
