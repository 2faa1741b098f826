package koine.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/// A process and all that came of it, as `/proc` tells of them (proc(5)): a server, or a postmaster with its
/// backends. Processor time of children that have ended is what their parent has waited for, so it stays in the
/// sum.
public final class ProcessTree {

    /// Jiffies a second; USER_HZ is 100 on every Linux that Java runs on.
    static final long MILLIS_PER_TICK = 10;

    private static final Path PROC = Path.of("/proc");

    private final long root;

    public ProcessTree(long root) {
        this.root = root;
    }

    public long root() {
        return root;
    }

    /// Processor time used so far, in user and kernel mode.
    public long cpuMillis() {
        return sum(Status::ticks) * MILLIS_PER_TICK;
    }

    /// Memory that is resident. Pages that processes share are counted in each of them.
    public long residentKib() {
        return sum(Status::residentPages) * 4;
    }

    private long sum(ToLongFunction<Status> figure) {
        var statuses = all();
        return members(statuses).stream().map(statuses::get).mapToLong(figure).sum();
    }

    private Set<Long> members(Map<Long, Status> statuses) {
        var members = new HashSet<Long>();
        if (statuses.containsKey(root)) {
            members.add(root);
        }
        boolean grew = !members.isEmpty();
        while (grew) {
            grew = members.addAll(childrenOf(members, statuses));
        }
        return members;
    }

    private static List<Long> childrenOf(Set<Long> parents, Map<Long, Status> statuses) {
        var children = new ArrayList<Long>();
        statuses.forEach((id, status) -> {
            if (parents.contains(status.parent())) {
                children.add(id);
            }
        });
        return children;
    }

    private static Map<Long, Status> all() {
        var statuses = new HashMap<Long, Status>();
        try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var entry : entries) {
                read(entry, statuses);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return statuses;
    }

    private static void read(Path process, Map<Long, Status> statuses) throws IOException {
        try {
            var status = Status.parse(Files.readString(process.resolve("stat")));
            statuses.put(Long.parseLong(process.getFileName().toString()), status);
        } catch (NoSuchFileException ended) {
            // between listing and reading: its time is its parent's now
        } catch (IOException ended) {
            if (Files.exists(process)) {
                throw ended;
            }
        }
    }

    /// @param ticks of the process itself and of its children that have ended
    private record Status(long parent, long ticks, long residentPages) {

        /// The name in parentheses may contain anything, so fields are counted from the last of them.
        static Status parse(String stat) {
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = 0;
            for (int field = 11; field <= 14; field++) {
                ticks += Long.parseLong(fields[field]);
            }
            return new Status(Long.parseLong(fields[1]), ticks, Long.parseLong(fields[21]));
        }
    }
}
