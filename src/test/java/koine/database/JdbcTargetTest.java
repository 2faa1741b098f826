package koine.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcTargetTest {

    @ParameterizedTest
    @CsvSource({
        "r2dbc:postgresql://db:5433/koine, jdbc:postgresql://db:5433/koine",
        "r2dbc:pool:postgresql://db/koine, jdbc:postgresql://db/koine",
        "r2dbc:postgresql://[::1]:5432/koine, jdbc:postgresql://[::1]:5432/koine"
    })
    void of_url_namesTheSameDatabase(String r2dbc, String jdbc) {
        assertThat(target(r2dbc).url()).isEqualTo(jdbc);
    }

    @Test
    void of_userAndPassword_standApartFromTheUrl() {
        var target = target("r2dbc:postgresql://koi:s%40crt@db/koine");

        assertThat(target.user()).isEqualTo("koi");
        assertThat(target.password()).isEqualTo("s@crt");
        assertThat(target.url()).isEqualTo("jdbc:postgresql://db/koine");
    }

    @Test
    void of_tlsOptions_areKept() {
        var target = target("r2dbc:postgresql://db/koine?sslMode=VERIFY_CA&sslRootCert=/ca.pem&schema=chat");

        assertThat(target.properties())
                .isEqualTo(Map.of("sslmode", "verify-ca", "sslrootcert", "/ca.pem", "currentSchema", "chat"));
    }

    @Test
    void of_r2dbcs_verifiesTheServer() {
        assertThat(target("r2dbcs:postgresql://db/koine").properties()).isEqualTo(Map.of("sslmode", "verify-full"));
    }

    @Test
    void of_noTlsOptions_addsNothing() {
        assertThat(target("r2dbc:postgresql://db/koine").properties()).isEmpty();
    }

    private static JdbcTarget target(String r2dbcUrl) {
        return JdbcTarget.of(ConnectionFactoryOptions.parse(r2dbcUrl));
    }
}
