package koine.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Locale;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "Ärger", "李", "anna.k-1_", "😀", "o'brien", "<b>", "1", "user＃1", "ﬁn"})
    void username_ordinary_isKeptAsGiven(String name) {
        assertThat(Names.username(name)).isEqualTo(name);
    }

    /// Some forbidden characters only come forth when the name is normalized: U+FF20 and U+FE6B are an `@`
    /// then, U+00A8 and U+2017 begin with a space, U+FDFA has three.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b",
                "a＠b",
                "a﹫b",
                "a b",
                "a\tb",
                "a\nb",
                " a",
                "a ",
                "a\u00a0b",
                "a\u2003b",
                "a\u3000b",
                "a\u00a8b",
                "a\u2017b",
                "a\ufdfab",
                "a\u0000b",
                "a\u0007b",
                "a\u007fb",
                "a\u0085b",
                "a\u2028b",
                "a\ud800",
                "\udc00a"
            })
    void username_withWhatIsForbidden_isRefused(String name) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> Names.username(name))
                .satisfies(refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                    assertThat(refused.fields()).containsOnlyKeys("username");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "Anna, aNNA",
        "ÄRGER, ärger",
        "straße, STRASSE",
        "straße, STRAẞE",
        "ΟΔΟΣ, οδος",
        "ΟΔΟΣ, οδοσ",
        "ДА, да",
        "Ａｎｎａ, anna",
        "e\u0301, é",
        "ﬁn, FIN",
        "\u212a, k",
        "ǅ, ǆ"
    })
    void key_sameButForCaseOrComposition_isTheSame(String one, String other) {
        assertThat(Names.key(one)).isEqualTo(Names.key(other));
    }

    @ParameterizedTest
    @CsvSource({"anna, ann", "anna, annа", "é, e", "a.b, ab", "a, ä"})
    void key_ofDifferentNames_isDifferent(String one, String other) {
        assertThat(Names.key(one)).isNotEqualTo(Names.key(other));
    }

    /// The key's rule must not depend on where the server runs.
    @Test
    void key_capitalI_isTheSameInTurkey() {
        var before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.of("tr", "TR"));
            assertThat(Names.key("INFO")).isEqualTo("info");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a@b.de", "A.B+c@sub.Example.com", "ü@bücher.example", "a@b.c.d.e", "\"x\"@y.zz", "a@1.2.3.4"})
    void email_valid_isKeptAsGiven(String email) {
        assertThat(Names.email(email)).isEqualTo(email);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "@",
                "a@",
                "@b.de",
                "a@b",
                "a@b.",
                "a@.de",
                "a@b..de",
                "a@b@c.de",
                "a b@c.de",
                "a@b c.de",
                "a@b.de ",
                "a@b.de\n",
                "a\u0000@b.de",
                "\ud800@b.de"
            })
    void email_ofInvalidForm_isRefused(String email) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> Names.email(email))
                .satisfies(refused -> {
                    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                    assertThat(refused.fields()).containsOnlyKeys("email");
                });
    }

    /// A form that is checked by a regular expression: no address makes it take long.
    @Test
    void email_thatInvitesBacktracking_isRefused() {
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> Names.email("a@" + "b.".repeat(126)));
    }
}
