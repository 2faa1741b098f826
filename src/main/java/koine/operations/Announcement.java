package koine.operations;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import koine.database.DataDirectory;
import koine.database.UsedDatabase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/// Says at the start where everything is, in one block of the log. What is not there is not named.
@Component
class Announcement {

    private static final Logger log = LoggerFactory.getLogger(Announcement.class);

    private final Environment environment;
    private final UsedDatabase database;
    private final DataDirectory data;

    Announcement(Environment environment, UsedDatabase database, DataDirectory data) {
        this.environment = environment;
        this.database = database;
        this.data = data;
    }

    /// After everything else is up.
    @EventListener(ApplicationReadyEvent.class)
    void say() {
        log.info("Koine is up.\n{}", lines());
    }

    private String lines() {
        return facts().entrySet().stream()
                .map(fact -> "  %-9s %s".formatted(fact.getKey(), fact.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private Map<String, String> facts() {
        var facts = new LinkedHashMap<String, String>();
        facts.put("Console", publicly("/"));
        if (environment.getProperty("koine.reference.enabled", boolean.class, true)) {
            facts.put("Docs", publicly("/docs"));
        }
        addMetrics(facts);
        facts.put("Database", database.words());
        facts.put("Files", data.dataDir().resolve("media").toString());
        add(facts, "Traces", environment.getProperty("koine.tracing.endpoint", ""));
        return facts;
    }

    private void addMetrics(Map<String, String> facts) {
        var port = environment.getProperty("local.management.port");
        if (port != null) {
            facts.put("Metrics", "http://localhost:" + port + "/actuator/prometheus (for operators)");
        }
    }

    private static void add(Map<String, String> facts, String name, String value) {
        if (!value.isBlank()) {
            facts.put(name, value);
        }
    }

    private String publicly(String path) {
        var scheme = environment.getProperty("server.ssl.enabled", boolean.class, false) ? "https" : "http";
        return scheme + "://localhost:" + environment.getProperty("local.server.port", "8080") + path;
    }
}
