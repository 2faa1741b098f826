package koine.chat;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Settings of chats.
///
/// @param maxMembers the most members to which a group grows by adding somebody
@Validated
@ConfigurationProperties("koine.chat")
record ChatProperties(
        @Min(2) @Max(100_000) @DefaultValue("1000") int maxMembers) {}
