package koine.protocol;

import koine.log.Person;

/// Somebody in the native protocol.
public record PersonView(long id, String username) {

    public static PersonView of(Person person) {
        return new PersonView(person.id().value(), person.username());
    }
}
