package koine.bench.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import koine.bench.net.HttpLane;
import koine.bench.report.Result;

/// How many sign in a second with a password, whose checking is made expensive on purpose.
public record Login() implements Scenario {

    private static final int PEOPLE = 8;
    private static final int LANES = 4;

    @Override
    public Result run(Bench bench) {
        var names = register(bench);
        var calls = new Calls(bench, LANES, () -> {
            var name = names.get(ThreadLocalRandom.current().nextInt(PEOPLE));
            return call("/login", "{\"usernameOrEmail\":\"" + name + "\",\"password\":\"a secret\"}");
        });
        return calls.run(Result.of(bench.target().name(), "login"));
    }

    private static List<String> register(Bench bench) {
        var lane = HttpLane.open(bench.loop(), bench.koine().server());
        var names = new ArrayList<String>();
        for (int i = 0; i < PEOPLE; i++) {
            var name = "login-" + Long.toHexString(System.nanoTime());
            lane.ask(call("/register", "{\"username\":\"" + name + "\",\"password\":\"a secret\"}"))
                    .join();
            names.add(name);
        }
        lane.close();
        return names;
    }

    private static HttpLane.Call call(String path, String body) {
        return new HttpLane.Call("POST", path, "", body);
    }
}
