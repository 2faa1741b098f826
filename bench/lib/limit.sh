# The limit: bench/limit, with the JVM's options of Koine's container, and without looking for leaks, as Koine.

able_limit() {
    echo "pairs open group idle"
}

start_limit() {
    rm -f "$WORK/limit.log" # what an earlier one said is not to be waited for
    JAVA_TOOL_OPTIONS="$(container_options)" "$JAVA" -Dio.netty.leakDetection.level=disabled \
        -cp "limit/target/classes:limit/target/lib/*" \
        koine.bench.limit.LimitServer "$SERVER_PORT" "$(jdbc_url)" >"$WORK/limit.log" 2>&1 &
    SERVER_PID=$!
    wait_for 30 grep -q "listening" "$WORK/limit.log"
}

stop_limit() {
    stop_process "$SERVER_PID"
    SERVER_PID=
}
