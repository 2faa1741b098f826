#!/usr/bin/env bash
# The micro-benchmarks: micro/run.sh [JMH's own arguments], e.g. micro/run.sh -f 1 -wi 3 -i 5 Codec
set -euo pipefail
cd "$(dirname "$0")"

JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java
(cd ../.. && ./mvnw -q -B -Dmaven.test.skip=true -P '!format' package)
rm -rf target/koine
"$JAVA" -Djarmode=tools -jar ../../target/koine.jar extract --destination target/koine
../../mvnw -q -B -f ../pom.xml -P micro -pl micro package
exec "$JAVA" -cp "target/classes:target/lib/*:target/koine/koine.jar" org.openjdk.jmh.Main "$@"
