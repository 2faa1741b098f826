package koine.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/// What nobody should send: JSON of all shapes, and real frames that something was done to.
public final class Nonsense {

    /// Texts, and parts of texts, that have made trouble somewhere.
    private static final List<String> TROUBLE = List.of(
            "",
            "null",
            "-1",
            "0",
            "9223372036854775808",
            "-9223372036854775809",
            "1e400",
            "1E-400",
            "0.1",
            "9".repeat(400),
            "NaN",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\\u202e\\ufeff\\u0301\"",
            "\"\u0000\"",
            "\"\ud83d\ude00\"",
            "\"" + "x".repeat(5_000) + "\"",
            "\"7\"",
            "\" 7\"",
            "\"\u0667\"",
            "\"+7\"",
            "\"2026-02-30 25:61:00\"",
            "\"data:image/png;base64,====\"",
            "\"data:,\"",
            "true",
            "[]",
            "{}",
            "[[[[]]]]",
            "[null,null]",
            "{\"\":{\"type\":[]}}",
            "[".repeat(600),
            "{\"a\":".repeat(600),
            "'",
            "\\",
            "%s%n%00",
            "';--");

    private static final List<String> NAMES =
            List.of("type", "ref", "id", "chat_id", "contents", "message", "", "\\u0000", "\\ud800", "x");

    /// A quoted text, a number or a word, or a sign of JSON's.
    private static final Pattern TOKEN =
            Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|-?[0-9][0-9.eE+-]*+|[a-z]++|[\\[\\]{},:]");

    /// What stands behind a colon.
    private static final Pattern VALUE = Pattern.compile("(?<=:)(?:\"(?:[^\"\\\\]|\\\\.)*+\"|-?[0-9]++)");

    private static final Arbitrary<String> TEXT = Arbitraries.oneOf(
            Arbitraries.strings().alpha().ofMaxLength(8),
            Arbitraries.strings().all().ofMaxLength(6),
            Arbitraries.of("a\ud800", "\udfff", "\u0000", "\u2028", "\ufffe", "e\u0301"));

    private Nonsense() {}

    /// Texts, and parts of texts, that have made trouble somewhere.
    public static Arbitrary<String> trouble() {
        return Arbitraries.of(TROUBLE);
    }

    /// JSON that is well formed, but for what a lone surrogate is.
    public static Arbitrary<String> json() {
        return Arbitraries.recursive(Nonsense::scalar, Nonsense::wrapped, 0, 4);
    }

    /// Texts of no form at all.
    public static Arbitrary<byte[]> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
    }

    /// Real frames that up to three things were done to, as many of which one value is another, some as they are, one
    /// in ten JSON of other shapes, and some that are no text.
    public static Arbitrary<byte[]> like(List<String> real) {
        return Arbitraries.frequencyOf(
                Tuple.of(7, changed(real).map(Nonsense::utf8)),
                Tuple.of(7, withOtherValue(real).map(Nonsense::utf8)),
                Tuple.of(3, Arbitraries.of(real).map(Nonsense::utf8)),
                Tuple.of(2, json().map(Nonsense::utf8)),
                Tuple.of(1, Combinators.combine(changed(real), bytes()).as(Nonsense::spliced)));
    }

    /// Real texts that up to three things were done to.
    public static Arbitrary<String> changed(List<String> real) {
        var changes = change(Arbitraries.of(Kind.class)).list().ofMinSize(1).ofMaxSize(3);
        return Combinators.combine(Arbitraries.of(real), changes).as((text, all) -> {
            var changed = text;
            for (var change : all) {
                changed = change.apply(changed);
            }
            return changed;
        });
    }

    /// What comes the furthest: it has the form of a command.
    private static Arbitrary<String> withOtherValue(List<String> real) {
        return Combinators.combine(Arbitraries.of(real), change(Arbitraries.just(Kind.VALUE_REPLACED)))
                .as((text, change) -> change.apply(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// With bytes in its middle that need not be UTF-8.
    private static byte[] spliced(String text, byte[] with) {
        var bytes = utf8(text);
        var at = bytes.length / 2;
        var all = Arrays.copyOf(bytes, bytes.length + with.length);
        System.arraycopy(with, 0, all, at, with.length);
        System.arraycopy(bytes, at, all, at + with.length, bytes.length - at);
        return all;
    }

    private enum Kind {
        TOKEN_REPLACED,
        TOKEN_REMOVED,
        TOKEN_DOUBLED,
        TOKENS_SWAPPED,
        VALUE_REPLACED,
        FIELD_ADDED,
        CHARACTER_CHANGED,
        CUT_OFF,
        DOUBLED
    }

    /// @param at anywhere, taken modulo what there is
    private record Change(Kind kind, int at, String with) {

        String apply(String text) {
            return switch (kind) {
                case TOKEN_REPLACED, TOKEN_REMOVED, TOKEN_DOUBLED, TOKENS_SWAPPED -> inTokens(text);
                case VALUE_REPLACED -> inPlaceOf(VALUE, text, with);
                case FIELD_ADDED -> text.replaceFirst("\\{", "{" + Matcher.quoteReplacement(field()));
                case CHARACTER_CHANGED -> text.isEmpty() ? with : characterChanged(text);
                case CUT_OFF -> text.substring(0, at % (text.length() + 1));
                case DOUBLED -> text + text;
            };
        }

        private String field() {
            return "\"" + NAMES.get(at % NAMES.size()) + "\":" + with + ",";
        }

        private String characterChanged(String text) {
            int index = at % text.length();
            return text.substring(0, index) + (char) (at * 31 % 0x250) + text.substring(index + 1);
        }

        private String inTokens(String text) {
            var tokens = TOKEN.matcher(text).results().map(MatchResult::group).toList();
            var other = tokens.isEmpty() ? with : tokens.get(at * 7 % tokens.size());
            return switch (kind) {
                case TOKEN_REMOVED -> inPlaceOf(TOKEN, text, "");
                case TOKEN_DOUBLED -> inPlaceOf(TOKEN, text, other + other);
                case TOKENS_SWAPPED -> inPlaceOf(TOKEN, text, other);
                default -> inPlaceOf(TOKEN, text, with);
            };
        }

        /// One of the places where the pattern is found; where it is nowhere, all.
        private String inPlaceOf(Pattern pattern, String text, String instead) {
            var places = pattern.matcher(text).results().toList();
            if (places.isEmpty()) {
                return instead;
            }
            var place = places.get(at % places.size());
            return text.substring(0, place.start()) + instead + text.substring(place.end());
        }
    }

    private static Arbitrary<Change> change(Arbitrary<Kind> kind) {
        return Combinators.combine(
                        kind, Arbitraries.integers().between(0, 100_000).withoutEdgeCases(), Arbitraries.of(TROUBLE))
                .as(Change::new);
    }

    private static Arbitrary<String> scalar() {
        return Arbitraries.oneOf(
                TEXT.map(Nonsense::quoted),
                Arbitraries.of(TROUBLE).filter(text -> text.startsWith("\"")),
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.doubles().map(String::valueOf),
                Arbitraries.of("true", "false", "null"));
    }

    private static Arbitrary<String> wrapped(Arbitrary<String> inner) {
        return Arbitraries.oneOf(
                inner.list().ofMaxSize(4).map(all -> "[" + String.join(",", all) + "]"),
                inner.list()
                        .ofMaxSize(6)
                        .map(all -> IntStream.range(0, all.size())
                                .mapToObj(
                                        i -> "\"" + NAMES.get((i * 7 + all.size()) % NAMES.size()) + "\":" + all.get(i))
                                .collect(Collectors.joining(",", "{", "}"))));
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("[\\x00-\\x1f]", "\\\\u0001") + "\"";
    }
}
