# ejabberd from Debian's package (apt-get install ejabberd erlang-p1-pgsql). Without it this peer is left out.

able_ejabberd() {
    if command -v ejabberdctl >/dev/null; then
        echo "pairs open:1000 open:2000 open:4000 group idle:2000 idle:10000"
    else
        echo "ejabberd is not installed" >&2
    fi
}

start_ejabberd() {
    local home=$WORK/ejabberd
    rm -rf "$home"
    mkdir -p "$home"/{config,log,spool}
    sed "s/@PORT@/$SERVER_PORT/; s/@PG_PORT@/$PG_PORT/" peers/ejabberd/ejabberd.yml >"$home/config/ejabberd.yml"
    cp /etc/ejabberd/inetrc "$home/config/"
    echo "FIREWALL_WINDOW=" >"$home/config/ejabberdctl.cfg"
    chown -R ejabberd:ejabberd "$home" 2>/dev/null || true
    generator sql --jdbc "$(jdbc_url)" "$(grep -v "^--" /usr/share/ejabberd/sql/pg.sql)"
    ejabberd_control foreground >"$WORK/ejabberd.log" 2>&1 &
    SERVER_PID=$!
    wait_for 60 curl -s "http://127.0.0.1:$SERVER_PORT/ws"
}

stop_ejabberd() {
    [ -n "$SERVER_PID" ] && [ -d "$WORK/ejabberd" ] && ejabberd_control stop && wait "$SERVER_PID" || true
    SERVER_PID=
}

ejabberd_control() {
    ejabberdctl --config-dir "$WORK/ejabberd/config" --logs "$WORK/ejabberd/log" --spool "$WORK/ejabberd/spool" \
        --config "$WORK/ejabberd/config/ejabberd.yml" --ctl-config "$WORK/ejabberd/config/ejabberdctl.cfg" "$@"
}
