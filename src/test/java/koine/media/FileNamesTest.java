package koine.media;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "holiday.jpg | holiday.jpg",
                "Übung 1.pdf | Übung 1.pdf",
                "../../etc/passwd | passwd",
                "C:\\temp\\a.txt | a.txt",
                "/ | file",
                "'' | file",
                "'  ' | file",
                ". | file",
                ".. | file",
                ".bashrc | .bashrc",
                "'a\rb\nc\u0000.txt' | abc.txt",
                "'invoice\u202egpj.exe' | invoicegpj.exe",
                "'a\ud800.txt' | a.txt",
                "😀.png | 😀.png",
            })
    void safe_ofAName_isOneThatCanBeShownAndStored(String name, String safe) {
        assertThat(FileNames.safe(name)).isEqualTo(safe);
    }

    @Test
    void safe_ofNone_isAName() {
        assertThat(FileNames.safe(null)).isEqualTo("file");
    }

    @Test
    void safe_ofALongOne_keepsItsEnding() {
        assertThat(FileNames.safe("😀".repeat(300) + ".tar")).isEqualTo("😀".repeat(251) + ".tar");
        assertThat(FileNames.safe("x".repeat(300) + "." + "y".repeat(300))).isEqualTo("x".repeat(255));
    }
}
