package koine.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The command line: `--name value` pairs, and the rest.
record Options(Map<String, String> named, List<String> rest) {

    static Options parse(String... arguments) {
        var named = new HashMap<String, String>();
        var rest = new ArrayList<String>();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith("--")) {
                named.put(arguments[i].substring(2), arguments[++i]);
            } else {
                rest.add(arguments[i]);
            }
        }
        return new Options(named, rest);
    }

    String text(String name) {
        var value = named.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    int number(String name, int otherwise) {
        return Integer.parseInt(named.getOrDefault(name, Integer.toString(otherwise)));
    }
}
