package koine.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import koine.testing.KoineTest;
import koine.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

@KoineTest
class AccountSearchTest {

    @Autowired
    private Environment settings;

    /// With reading the whole table made as dear as can be, there is another way.
    @Test
    void search_isServedByIndexes() throws SQLException {
        assertThat(plan("prepare search (text, text, bigint[], int, text) as " + PeopleStore.SEARCH))
                .contains("account_username_prefix", "account_username_trigrams")
                .doesNotContain("Seq Scan");
    }

    /// Of a statement whose parameters are not known yet, as the driver prepares it.
    private String plan(String prepare) throws SQLException {
        try (var connection = TestDatabase.of(settings).connect();
                var statement = connection.createStatement()) {
            statement.execute("set enable_seqscan = off");
            statement.execute("set plan_cache_mode = force_generic_plan");
            statement.execute(prepare);
            var plan = new StringBuilder();
            try (var lines = statement.executeQuery("explain execute search ('ada', 'adb', '{1}', 20, '%ada%')")) {
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }
}
