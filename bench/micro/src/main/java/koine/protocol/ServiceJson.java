package koine.protocol;

import tools.jackson.databind.json.JsonMapper;

/// The service's own JSON, without the service.
public final class ServiceJson {

    private ServiceJson() {}

    public static JsonMapper mapper() {
        var builder = JsonMapper.builder();
        new NativeJson().nativeJsonRules().customize(builder);
        return builder.build();
    }
}
