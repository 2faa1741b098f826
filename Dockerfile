# Builds with BuildKit and with the classic builder alike.

# The JVM's defaults for this service. They end up in JAVA_TOOL_OPTIONS because the JVM reads it first: what an operator
# adds in JDK_JAVA_OPTIONS comes later and wins, e.g. JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=70", or
# JDK_JAVA_OPTIONS="-XX:-UseSerialGC -XX:+UseZGC" on a machine with many cores and a heap of many gigabytes.
#   UseSerialGC               measured on two cores: least CPU and memory of all collectors (322 MB resident, with G1
#                             504). Left alone, the JVM takes G1 from two processors and 1,792 MB on
#   UseCompactObjectHeaders   headers of 8 bytes instead of 12: a smaller heap, fewer collections
#   UseTransparentHugePages   heap and compiled code in pages of 2 MB, where the kernel gives them (`madvise` or
#                             `always`; with `never` each start warns): 5 % less processor time for a message and no
#                             more memory, see docs/performance.md
#   MaxRAMPercentage=50       of the container's limit, or of the machine without one. As much again may be used by
#                             Netty's buffers outside the heap, and without a limit Postgres shares the machine
#   ExitOnOutOfMemoryError    a JVM that ran out of memory is in an unknown state: end, and be started again
#   enable-native-access      Netty and its epoll transport load native code; without it each start warns
#   java.library.path         where the latter is: nothing has to be unpacked
ARG JVM_OPTIONS="-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:+UseTransparentHugePages -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED -Djava.library.path=/opt/koine/native"

FROM eclipse-temurin:25-jdk AS build
WORKDIR /build

# Everything Maven downloads depends on the POM only, so it gets a layer of its own. An empty package makes the
# compiler fetch the static checkers as well, which `dependency:go-offline` forgets.
COPY mvnw pom.xml ./
COPY .mvn .mvn
RUN mkdir -p src/main/java/koine \
    && echo 'package koine;' > src/main/java/koine/package-info.java \
    && ./mvnw -B -ntp -Dmaven.test.skip=true -P '!format' package \
    && rm -r src target

# Tests and the formatter's check belong to `./mvnw verify`, not to the image. Netty's native transport is taken out of
# its jar: it would otherwise be unpacked at each start into a directory from which programs may be run.
COPY src src
COPY docs/codes.md docs/
RUN ./mvnw -B -ntp -Dmaven.test.skip=true -P '!format' package \
    && java -Djarmode=tools -jar target/koine.jar extract --layers --destination layers \
    && mkdir native \
    && cd native \
    && for jar in ../layers/dependencies/lib/netty-transport-native-epoll-*-linux-*.jar; do jar xf "$jar" META-INF/native; done \
    && mv META-INF/native/*.so . \
    && rm -r META-INF


# What the image consists of besides the service: the JVM, the libraries that it links to, and what says who runs it.
# No shell, no package manager, no other program. See docs/adr/0023.
FROM eclipse-temurin:25-jre AS runtime
RUN root=/rootfs \
    && mkdir -p $root/opt/java $root/etc $root/var/lib/koine \
    && mkdir -m 1777 $root/tmp \
    && cp -aL "$JAVA_HOME" $root/opt/java/openjdk \
    && find $root/opt/java/openjdk/bin -type f ! -name java -delete \
    && rm -rf $root/opt/java/openjdk/jmods $root/opt/java/openjdk/lib/src.zip $root/opt/java/openjdk/man \
    && find "$JAVA_HOME"/bin/java "$JAVA_HOME"/lib -follow -type f \( -name java -o -name '*.so' \) -exec ldd {} + \
        | sed -n 's#^[[:space:]].*=> \(/[^ ]*\) (.*#\1#p; s#^[[:space:]]*\(/[^ ]*\) (.*#\1#p' \
        | grep -v "^$JAVA_HOME" | sort -u | xargs -I {} cp -L --parents {} $root \
    && echo 'koine:x:10001:10001::/var/lib/koine:/sbin/nologin' > $root/etc/passwd \
    && echo 'koine:x:10001:' > $root/etc/group \
    && echo 'hosts: files dns' > $root/etc/nsswitch.conf \
    && chmod 750 $root/var/lib/koine \
    && chown 10001:10001 $root/var/lib/koine


# The service is started once, on a database that is thrown away, and kept busy for a minute. What the JVM found out
# about its classes and methods meanwhile goes into the image (an AOT cache): it starts in half the time, and is soon as
# fast as it can be. It has to be this JVM, these jars and these options; with others it starts as it would without. See
# docs/adr/0030 and 0033.
FROM postgres:18 AS training
ENV POSTGRES_USER=koine POSTGRES_PASSWORD=koine PGDATA=/tmp/postgres \
    SPRING_R2DBC_URL=r2dbc:postgresql://127.0.0.1/koine SPRING_R2DBC_USERNAME=koine SPRING_R2DBC_PASSWORD=koine \
    KOINE_DATA_DIR=/tmp/koine PATH=/opt/java/openjdk/bin:$PATH
# as long as they are on, what they cost is learnt too
ENV KOINE_LIMITS_PER_ACCOUNT_SENDS=1000000/1m KOINE_LIMITS_PER_ACCOUNT_TYPING=1000000/1m \
    KOINE_LIMITS_PER_ADDRESS_SENDS=1000000/1m KOINE_LIMITS_PER_ADDRESS_TYPING=1000000/1m \
    KOINE_LIMITS_PER_ADDRESS_REGISTRATIONS=1000000/1m KOINE_LIMITS_PER_ADDRESS_HANDSHAKES=1000000/1m \
    KOINE_LIMITS_FRAMES_BURST=1000000 KOINE_LIMITS_FRAMES_PER_SECOND=1000000
COPY --from=runtime /rootfs/opt/java/openjdk /opt/java/openjdk
WORKDIR /opt/koine
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/native/ native/
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
ARG JVM_OPTIONS
RUN docker-entrypoint.sh postgres & \
    database=$!; \
    until pg_isready -q -h 127.0.0.1; do kill -0 $database || exit 1; sleep 1; done; \
    java $JVM_OPTIONS -XX:AOTCacheOutput=/tmp/koine.aot -jar koine.jar & \
    service=$!; \
    until java -cp koine.jar koine.operations.HealthCheck; do kill -0 $service || exit 1; sleep 1; done; \
    java -cp koine.jar koine.protocol.rehearsal.Rehearsal || exit 1; \
    kill $service; \
    wait $service; \
    test -s /tmp/koine.aot


FROM scratch
COPY --from=runtime /rootfs/ /

# A numeric user, so that Kubernetes can check `runAsNonRoot`. Besides /tmp it may write to the data directory only; a
# named volume mounted there takes over the owner. Everything else may be read-only.
ENV PATH=/opt/java/openjdk/bin JAVA_HOME=/opt/java/openjdk LC_ALL=C.UTF-8 KOINE_DATA_DIR=/var/lib/koine

# In a container nobody else can have taken it, and whoever scrapes has to know it.
ENV MANAGEMENT_SERVER_PORT=9464

ARG JVM_OPTIONS
ENV JAVA_TOOL_OPTIONS="$JVM_OPTIONS -XX:AOTCache=/opt/koine/koine.aot"

# from what changes least to what changes most
WORKDIR /opt/koine
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/native/ native/
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
COPY --from=training /tmp/koine.aot ./

USER 10001:10001
EXPOSE 8080 9464

# Healthy is the status 200 only: the service answers 503 while its database is away. Asked by a small program of its
# own, since there is no other: a tenth of a second of one processor each time. Large pages would only cost it memory.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["java", "-Xmx16m", "-XX:-UseTransparentHugePages", "-XX:TieredStopAtLevel=1", "-cp", "koine.jar", "koine.operations.HealthCheck"]

# exec form: the JVM is process 1 and gets SIGTERM itself, on which it finishes running requests and closes
ENTRYPOINT ["java", "-jar", "koine.jar"]
