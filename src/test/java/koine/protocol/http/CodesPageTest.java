package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.docs.Page;
import koine.kernel.ErrorCode;
import koine.protocol.CloseCodes;
import koine.protocol.HttpStatuses;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.socket.CloseStatus;

/// `docs/codes.md` against the code: clients are told to rely on that page.
class CodesPageTest {

    private static final Page PAGE = Page.read("docs/codes.md");

    @Test
    void page_errorCodes_areThoseOfTheCodeWithTheirStatus() {
        var listed = PAGE.between("## Errors", "## Close codes")
                .rows()
                .filter(row -> row.getFirst().matches("[A-Z_]+"))
                .collect(Collectors.toMap(row -> row.get(0), row -> row.get(1)));

        assertThat(listed).containsExactlyInAnyOrderEntriesOf(statuses());
    }

    @Test
    void page_closeCodes_areThoseOfTheCodeWithTheirReason() {
        var listed = PAGE.between("## Close codes", "<!-- end of close codes -->")
                .rows()
                .filter(row -> row.getFirst().matches("[0-9]+"))
                .map(row -> row.get(0) + " " + row.get(1));

        assertThat(listed).containsExactlyInAnyOrderElementsOf(closeCodes());
    }

    private static Map<String, String> statuses() {
        return Arrays.stream(ErrorCode.values())
                .collect(Collectors.toMap(
                        Enum::name,
                        code -> Integer.toString(HttpStatuses.of(code).value())));
    }

    private static List<String> closeCodes() {
        var goingDown = CloseCodes.goingDown(3);
        assertThat(goingDown.getReason()).isEqualTo("3");
        var constants = Arrays.stream(CloseCodes.class.getFields())
                .map(CodesPageTest::closeStatus)
                .map(status -> status.getCode() + " " + status.getReason());
        return Stream.concat(constants, Stream.of(goingDown.getCode() + " a number"))
                .toList();
    }

    private static CloseStatus closeStatus(Field constant) {
        try {
            return (CloseStatus) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
