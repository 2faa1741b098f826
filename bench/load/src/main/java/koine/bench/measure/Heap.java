package koine.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// What is alive in the heap of a server that runs on a JVM. Of others nothing is known.
public final class Heap {

    private static final String JCMD =
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    private static final Pattern USED = Pattern.compile("(?:DefNew|Tenured|generation)\\s+total \\d+K, used (\\d+)K");

    private final long process;

    public Heap(long process) {
        this.process = process;
    }

    /// Collects, so that what is resident afterwards is not garbage.
    ///
    /// @return the KiB in use, 0 for what is no JVM or has another collector than the serial one
    public long collect() {
        ask("GC.run");
        return USED.matcher(ask("GC.heap_info"))
                .results()
                .mapToLong(match -> Long.parseLong(match.group(1)))
                .sum();
    }

    private String ask(String command) {
        try {
            var jcmd = new ProcessBuilder(JCMD, Long.toString(process), command)
                    .redirectErrorStream(true)
                    .start();
            return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
