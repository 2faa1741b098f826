package koine.database;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the service keeps what is not in a database somewhere else.
///
/// @param dataDir `koine.data-dir`, environment `KOINE_DATA_DIR`; it need not exist yet
@ConfigurationProperties("koine")
public record DataDirectory(@DefaultValue("./data") Path dataDir) {

    public DataDirectory {
        dataDir = dataDir.toAbsolutePath().normalize();
    }
}
