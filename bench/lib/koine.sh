# Koine as its container would run it: the jar in its layers, the JVM's options of the Dockerfile, and what the JVM
# found out when the service was started first and kept busy for a minute.

SERVER_PID=

able_koine() {
    echo "pairs open overload soak group idle reconnect login history catch-up"
}

start_koine() {
    if [ ! -f "$WORK/koine/koine.jar" ] || [ ../target/koine.jar -nt "$WORK/koine/koine.jar" ]; then
        rm -rf "$WORK/koine"
        "$JAVA" -Djarmode=tools -jar ../target/koine.jar extract --destination "$WORK/koine"
    fi
    rm -f "$WORK/koine.aot"
    learn
    # once to make the tables, and again, as after an upgrade: this is the start that is measured
    run_koine
    stop_koine
    run_koine
    printf '{"target":"koine","load":"start","figures":{"ready_ms":%d}}\n' "$READY_MS" >>"$OUT/results.jsonl"
}

# On a database of its own: what a minute's messages leave to do is none of the measured one's.
learn() {
    in_postgres "create database rehearsal"
    BENCH_JAVA_OPTIONS="" run_koine rehearsal "-XX:AOTCacheOutput=$WORK/koine.aot"
    SERVER_PORT=$SERVER_PORT "$JAVA" -cp "$WORK/koine/koine.jar" koine.protocol.rehearsal.Rehearsal
    stop_koine
    in_postgres "drop database rehearsal"
}

# run_koine [DATABASE [OPTION]]
run_koine() {
    local started database=${1:-bench} aot=${2:--XX:AOTCache=$WORK/koine.aot}
    started=$(date +%s%3N)
    SPRING_R2DBC_URL="r2dbc:postgresql://127.0.0.1:$PG_PORT/$database" \
        SPRING_R2DBC_USERNAME=bench SPRING_R2DBC_PASSWORD=bench \
        SERVER_PORT=$SERVER_PORT KOINE_DATA_DIR="$WORK/koine-data" KOINE_LIMITS_ENABLED=false \
        JAVA_TOOL_OPTIONS="$(container_options)" JDK_JAVA_OPTIONS="${BENCH_JAVA_OPTIONS:-}" \
        "$JAVA" "$aot" -jar "$WORK/koine/koine.jar" >"$WORK/koine.log" 2>&1 &
    SERVER_PID=$!
    wait_for 60 curl -sf "http://127.0.0.1:$SERVER_PORT/actuator/health"
    READY_MS=$(($(date +%s%3N) - started))
}

stop_koine() {
    stop_process "$SERVER_PID"
    SERVER_PID=
}

container_options() {
    sed -n 's/^ARG JVM_OPTIONS="\(.*\)"$/\1/p' ../Dockerfile
}
