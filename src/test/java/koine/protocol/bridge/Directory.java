package koine.protocol.bridge;

import java.util.List;

/// Who is in the conversation, by whatever a protocol calls them.
record Directory(List<Person> people) {

    String name(long id) {
        return people.stream()
                .filter(person -> person.id() == id)
                .map(Person::name)
                .findFirst()
                .orElse("nobody " + id);
    }

    String nameOfNumber(String number) {
        return people.stream()
                .filter(person -> person.number().equals(number))
                .map(Person::name)
                .findFirst()
                .orElse("nobody " + number);
    }
}
