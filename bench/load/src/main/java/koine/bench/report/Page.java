package koine.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The results as one HTML file that needs no network: charts are drawn by uPlot, which is in it.
final class Page {

    private Page() {}

    /// @param data JSON of what the page's script calls `report`
    static String of(String data) throws IOException {
        return resource("page.html")
                .replace("/*uplot.css*/", resource("uplot/uPlot.min.css"))
                .replace("/*uplot.js*/", resource("uplot/uPlot.iife.min.js"))
                .replace("/*data*/null", data.replace("</", "<\\/"));
    }

    private static String resource(String name) throws IOException {
        try (var stream = Page.class.getResourceAsStream("/report/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
