package koine.auth;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings for pages in browsers.
///
/// @param allowedOrigins of the pages on other servers that may call this one, besides its own
@ConfigurationProperties("koine.web")
record WebProperties(@DefaultValue List<String> allowedOrigins) {}
