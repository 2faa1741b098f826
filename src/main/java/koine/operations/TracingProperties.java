package koine.operations;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Settings of tracing.
///
/// @param endpoint where traces are sent to, by OTLP over HTTP; without it, there are none
/// @param sampled  which part of all traces is sent, between 0 and 1
@Validated
@ConfigurationProperties("koine.tracing")
record TracingProperties(
        @Nullable String endpoint,

        @DefaultValue("0.1") @DecimalMin("0") @DecimalMax("1")
        double sampled) {}
