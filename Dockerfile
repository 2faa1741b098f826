# Builds with BuildKit and with the classic builder alike.

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

# Tests and the formatter's check belong to `./mvnw verify`, not to the image.
COPY src src
COPY docs/codes.md docs/
RUN ./mvnw -B -ntp -Dmaven.test.skip=true -P '!format' package \
    && java -Djarmode=tools -jar target/koine.jar extract --layers --destination layers


FROM eclipse-temurin:25-jre

# A numeric user, so that Kubernetes can check `runAsNonRoot`. Besides /tmp it may write to the data directory only; a
# named volume mounted there takes over the owner.
RUN groupadd --gid 10001 koine \
    && useradd --uid 10001 --gid koine --no-create-home --home-dir /var/lib/koine --shell /usr/sbin/nologin koine \
    && mkdir -m 750 /var/lib/koine \
    && chown koine:koine /var/lib/koine
ENV KOINE_DATA_DIR=/var/lib/koine

# The JVM's defaults for this service. They stand in this variable because the JVM reads it first: what an operator
# adds in JDK_JAVA_OPTIONS comes later and wins, e.g. JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=70", or
# JDK_JAVA_OPTIONS="-XX:-UseSerialGC -XX:+UseZGC" on a machine with many cores and a heap of many gigabytes.
#   UseSerialGC               measured on two cores: least CPU and memory of all collectors (322 MB resident, with G1
#                             504). Left alone, the JVM takes G1 from two processors and 1,792 MB on
#   UseCompactObjectHeaders   headers of 8 bytes instead of 12: a smaller heap, fewer collections
#   MaxRAMPercentage=50       of the container's limit, or of the machine without one. As much again may be used by
#                             Netty's buffers outside the heap, and without a limit Postgres shares the machine
#   ExitOnOutOfMemoryError    a JVM that ran out of memory is in an unknown state: end, and be started again
#   enable-native-access      Netty and its epoll transport load native code; without it each start warns
# No AOT cache: it would halve a start of two seconds, but weighs 80 MB, and its training run starts the service, which
# needs a database that an image build does not have.
ENV JAVA_TOOL_OPTIONS="-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED"

# from what changes least to what changes most
WORKDIR /opt/koine
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./

USER 10001:10001
EXPOSE 8080

# The base image has no curl or wget, but it has bash, which can open a connection itself. Healthy is the status 200
# only: the service answers 503 while its database is away.
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

# exec form: the JVM is process 1 and gets SIGTERM itself, on which it finishes running requests and closes
ENTRYPOINT ["java", "-jar", "koine.jar"]
