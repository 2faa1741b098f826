package koine.queries;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Postgres answers to `explain (format json)`.
record Plan(JsonNode root) {

    static Plan of(String json) {
        return new Plan(JsonMapper.shared().readTree(json).path(0).path("Plan"));
    }

    /// Which of the tables would be read from one end to the other.
    Set<String> scanned(Set<String> tables) {
        return nodes(root)
                .filter(node -> node.path("Node Type").asString("").equals("Seq Scan"))
                .map(node -> node.path("Relation Name").asString(""))
                .filter(tables::contains)
                .collect(Collectors.toSet());
    }

    /// How many rows of tables were looked at, if the query was run.
    long rowsRead() {
        return nodes(root)
                .filter(node -> node.has("Relation Name")
                        && node.path("Node Type").asString("").endsWith("Scan"))
                .mapToLong(Plan::rowsRead)
                .sum();
    }

    private static long rowsRead(JsonNode node) {
        var each = node.path("Actual Rows").asDouble(0)
                + node.path("Rows Removed by Filter").asDouble(0)
                + node.path("Rows Removed by Index Recheck").asDouble(0);
        return Math.round(each * node.path("Actual Loops").asDouble(0));
    }

    private static Stream<JsonNode> nodes(JsonNode node) {
        return Stream.concat(Stream.of(node), node.path("Plans").valueStream().flatMap(Plan::nodes));
    }
}
