package koine.protocol;

import tools.jackson.databind.json.JsonMapper;

/// The native protocol's JSON, for tests of what has to do without the service.
public final class NativeMapper {

    private NativeMapper() {}

    public static JsonMapper make() {
        var builder = JsonMapper.builder();
        new NativeJson().nativeJsonRules().customize(builder);
        return builder.build();
    }
}
