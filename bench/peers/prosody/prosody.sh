# Prosody from Debian's package (apt-get install prosody lua-dbi-postgresql). Without it this peer is left out.

able_prosody() {
    if command -v prosody >/dev/null; then
        echo "pairs open:1000 group idle:2000 idle:10000"
    else
        echo "prosody is not installed" >&2
    fi
}

start_prosody() {
    local home=$WORK/prosody as=()
    rm -rf "$home"
    mkdir -p "$home/data"
    sed "s/@PORT@/$SERVER_PORT/; s/@PG_PORT@/$PG_PORT/; s#@HOME@#$home#" peers/prosody/prosody.cfg.lua \
        >"$home/prosody.cfg.lua"
    if [ "$(id -u)" = 0 ]; then
        chown -R prosody:prosody "$home"
        as=(setpriv --reuid=prosody --regid=prosody --clear-groups --)
    fi
    "${as[@]}" prosody --config "$home/prosody.cfg.lua" >"$WORK/prosody.log" 2>&1 &
    SERVER_PID=$!
    wait_for 60 curl -s "http://127.0.0.1:$SERVER_PORT/ws"
}

stop_prosody() {
    stop_process "$SERVER_PID"
    SERVER_PID=
}
