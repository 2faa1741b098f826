package koine.protocol.http;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of links that are sent by mail.
///
/// @param publicUrl where people reach the service, or the web client that takes its links
@ConfigurationProperties("koine")
record LinkProperties(@DefaultValue("http://localhost:8080") URI publicUrl) {}
