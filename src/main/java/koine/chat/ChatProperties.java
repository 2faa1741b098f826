package koine.chat;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Settings of chats.
///
/// @param maxMembers the most members that a group or room may have besides whoever made it
@Validated
@ConfigurationProperties("koine.chat")
record ChatProperties(
        @Min(2) @Max(100_000) @DefaultValue("1000") int maxMembers) {

    /// The most that there may be in all.
    int maxInAll() {
        return maxMembers + 1;
    }
}
