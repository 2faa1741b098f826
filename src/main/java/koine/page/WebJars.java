package koine.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/// Files of libraries for browsers that are on the class path as WebJars.
public final class WebJars {

    private WebJars() {}

    /// A file of a library, which lies in a directory that has the version in its name.
    ///
    /// @throws IllegalStateException if it is not on the class path in one version
    public static Resource file(String library, String name) {
        try {
            var found = new PathMatchingResourcePatternResolver()
                    .getResources("classpath*:META-INF/resources/webjars/" + library + "/*/" + name);
            if (found.length != 1) {
                throw new IllegalStateException(
                        "%s is not on the class path once, but %d times".formatted(library, found.length));
            }
            return found[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
