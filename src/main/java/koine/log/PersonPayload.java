package koine.log;

import koine.kernel.AccountId;

/// How somebody is kept in an event, by the name that they had then.
record PersonPayload(long id, String username) {

    static PersonPayload of(Person person) {
        return new PersonPayload(person.id().value(), person.username());
    }

    Person person() {
        return new Person(new AccountId(id), username);
    }
}
