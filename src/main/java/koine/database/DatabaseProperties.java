package koine.database;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the way to the database.
///
/// @param answerTimeout how long the database may leave something that was asked without any answer before the
///                      connection is given up
@ConfigurationProperties("koine.database")
record DatabaseProperties(@DefaultValue("15s") Duration answerTimeout) {}
