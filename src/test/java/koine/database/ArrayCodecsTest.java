package koine.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.stream.Stream;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.test.StepVerifier;

@KoineTest
class ArrayCodecsTest {

    @Autowired
    private DatabaseClient database;

    static Stream<Arguments> arrays() {
        return Stream.<Object>of(
                        new Long[0],
                        new Long[] {1L, null, -1L, Long.MAX_VALUE, Long.MIN_VALUE},
                        new Long[] {null},
                        new String[0],
                        new String[] {"", null, "null", "{a,\"b\",\\c}", "line\nbreak", "שלום 😀", "</script>"},
                        new Boolean[0],
                        new Boolean[] {true, null, false})
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void array_sentAndReadBack_isTheSame(Object[] array) {
        database.sql("select $1 as it")
                .bind("$1", array)
                .map(row -> Objects.requireNonNull(row.get("it", array.getClass())))
                .one()
                .as(StepVerifier::create)
                .assertNext(read -> assertThat((Object[]) read).isEqualTo(array))
                .verifyComplete();
    }

    @Test
    void array_sent_isUnderstoodByItsElements() {
        database.sql("""
                        select string_agg(coalesce(t, '-') || n, ' ' order by n) as it
                        from unnest($1, $2, $3) as u (t, n, b) where b
                        """)
                .bind("$1", new String[] {"a", null, "b", "c"})
                .bind("$2", new Long[] {3L, 2L, 4L, 1L})
                .bind("$3", new Boolean[] {true, true, false, true})
                .mapValue(String.class)
                .one()
                .as(StepVerifier::create)
                .expectNext("c1 -2 a3")
                .verifyComplete();
    }

    @Test
    void null_inThePlaceOfAnArray_isNull() {
        database.sql("select $1::bigint[] is null and $2::text[] is null and $3::boolean[] is null as it")
                .bindNull("$1", Long[].class)
                .bindNull("$2", String[].class)
                .bindNull("$3", Boolean[].class)
                .mapValue(Boolean.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(true)
                .verifyComplete();
    }
}
