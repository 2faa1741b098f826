package koine.protocol.matcha.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import koine.docs.Page;
import org.junit.jupiter.api.Test;

/// `docs/codes.md` against the code.
class SocketIoCodesTest {

    @Test
    void page_engineErrors_areThoseOfTheCode() {
        var listed = Page.read("docs/codes.md")
                .between("## Socket.IO", "A session that the server ends")
                .rows()
                .filter(row -> row.getFirst().matches("[0-9]"))
                .map(row -> String.join(" ", row.subList(0, 3)));

        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(EngineError.values())
                        .map(error -> error.code() + " " + error.status().value() + " " + error.message())
                        .toList());
    }
}
