#!/usr/bin/env bash
# Measures Koine, its peers and the limit of this machine, one after the other, and prints one table.
#
#   bench/run.sh                         everything; takes about an hour and a quiet machine
#   bench/run.sh koine limit             these servers only (koine, limit, ejabberd, prosody)
#
# In the environment:
#   BENCH_LOADS      what to run, e.g. "pairs open:2000 group:100"; each server runs those of them that it can
#   BENCH_SECONDS    measured seconds of a run (15)      BENCH_WARM_UP   seconds before (10)
#   BENCH_REPEAT     quiet runs of which the median is taken (3)
#   BENCH_OUT        where results go (bench/target/results)
#   BENCH_WORK       where data and logs go (/var/tmp/koine-bench); must be readable by the user `nobody`
#   BENCH_JAVA_OPTIONS   more options for Koine's JVM, e.g. to record a profile
#   BENCH_POSTGRES_OPTIONS   more options for PostgreSQL, e.g. "-c shared_preload_libraries=pg_stat_statements"
#   BENCH_CPUS, BENCH_GENERATOR_CPUS   processors for servers with their databases and for the generator, e.g. "0" and
#                    "1", so that they don't take them from one another (both or neither)
#   PG_BIN           PostgreSQL's programs; without it those of the embedded PostgreSQL that the service's build
#                    has downloaded, so that all servers are measured with the version that Koine is run with
set -euo pipefail
cd "$(dirname "$0")"

OUT=${BENCH_OUT:-$PWD/target/results}
WORK=${BENCH_WORK:-/var/tmp/koine-bench}
JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java
PG_PORT=54329
SERVER_PORT=18080
RUNNING= # the server that has to be stopped
BROKEN=  # servers whose loads could not all be run
ALL_LOADS="idle:2000 idle:10000 idle:2000:30 idle:10000:30 reconnect:10000 pairs open:1000 open:2000 open:4000 open:8000
    open:10000 open:16000 group:100 group:1000 login"
ARCHIVE_LOADS="history:1000 history:1000000 catch-up:100000"

. lib/postgres.sh
. lib/koine.sh
. lib/limit.sh
. peers/ejabberd/ejabberd.sh
. peers/prosody/prosody.sh

main() {
    build
    [ -z "${BENCH_CPUS:-}" ] || taskset -pc "$BENCH_CPUS" $$ >/dev/null
    mkdir -p "$OUT" "$WORK"
    chmod 755 "$WORK"
    rm -f "$OUT/results.jsonl"
    trap stop_all EXIT
    for server in ${*:-koine limit ejabberd prosody}; do
        measure "$server"
    done
    generator report --results "$OUT/results.jsonl" --out "$OUT"
    [ -z "$BROKEN" ] || { echo "broke off:$BROKEN" >&2; exit 1; }
}

build() {
    (cd .. && ./mvnw -q -B -Dmaven.test.skip=true -P '!format' package)
    ../mvnw -q -B -f pom.xml -pl load,limit package
}

# Each server gets a new database; what one left in the caches is of no use to the next.
measure() {
    local server=$1 loads
    loads=$(loads_of "$server")
    [ -n "$loads" ] || return 0
    echo "== $server: $loads" >&2
    ! curl -s "http://127.0.0.1:$SERVER_PORT" >/dev/null || { echo "port $SERVER_PORT is taken" >&2; exit 1; }
    start_postgres
    RUNNING=$server
    "start_$server"
    run_loads "$server" "$(without_archive "$loads")"
    if [ -n "$(with_archive "$loads")" ]; then
        "stop_$server"
        generator fill --jdbc "$(jdbc_url)"
        "run_$server"
        run_loads "$server" "$(with_archive "$loads")"
    fi
    "stop_$server"
    RUNNING=
    stop_postgres
}

# One that a server can't bear ends its own measuring, not that of those who come after it.
run_loads() {
    [ -n "${2// /}" ] || return 0
    # shellcheck disable=SC2086 # words are meant to be split
    generator measure --target "$1" --server "http://127.0.0.1:$SERVER_PORT" --jdbc "$(jdbc_url)" \
        --server-pid "$SERVER_PID" --database-pid "$PG_PID" --results "$OUT/results.jsonl" \
        --warm-up "${BENCH_WARM_UP:-10}" --seconds "${BENCH_SECONDS:-15}" --repeat "${BENCH_REPEAT:-3}" $2 || BROKEN="$BROKEN $1"
}

# These read a million old messages, which are put there while no server runs.
with_archive() {
    tr ' ' '\n' <<<"$1" | grep -E '^(history|catch-up)' | tr '\n' ' ' || true
}

without_archive() {
    tr ' ' '\n' <<<"$1" | grep -vE '^(history|catch-up)' | tr '\n' ' ' || true
}

# Those of the wanted loads that the server can take: all of a name, or only some of it.
loads_of() {
    local able
    able=$("able_$1")
    for load in ${BENCH_LOADS:-$ALL_LOADS $ARCHIVE_LOADS}; do
        [[ " $able " == *" ${load%%:*} "* || " $able " == *" $load "* ]] && printf '%s ' "$load"
    done
    return 0
}

generator() {
    local pinned=()
    [ -z "${BENCH_GENERATOR_CPUS:-}" ] || pinned=(taskset -c "$BENCH_GENERATOR_CPUS")
    "${pinned[@]}" "$JAVA" -XX:+UseSerialGC -Xmx2g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -Dio.netty.leakDetection.level=disabled -cp "load/target/classes:load/target/lib/*" koine.bench.Main "$@"
}

stop_all() {
    [ -z "$RUNNING" ] || "stop_$RUNNING" 2>/dev/null || true
    stop_postgres 2>/dev/null || true
}

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || { echo "gave up waiting for: $*" >&2; return 1; }
        sleep 0.1
    done
}

stop_process() {
    [ -n "${1:-}" ] && kill "$1" && wait "$1" || true
}

main "$@"
