-- Prosody as Debian packages it, with accounts and archive in PostgreSQL. Every message of a pair and of a room is
-- archived. Presence is not told to the members of a room, which would be a million stanzas for a room of 1,000.
daemonize = false
pidfile = "@HOME@/prosody.pid"
data_path = "@HOME@/data"
log = { error = "*console" }

http_ports = { @PORT@ }
http_interfaces = { "127.0.0.1" }
https_ports = {}
c2s_ports = {}
s2s_ports = {}
http_default_host = "localhost"
http_paths = { websocket = "/ws" }
consider_websocket_secure = true
allow_unencrypted_plain_auth = true
c2s_require_encryption = false

modules_enabled = { "roster", "saslauth", "disco", "ping", "websocket", "mam" }
modules_disabled = { "s2s", "offline" }

authentication = "internal_plain"
storage = "sql"
sql = {
    driver = "PostgreSQL", host = "127.0.0.1", port = @PG_PORT@,
    database = "bench", username = "bench", password = "bench"
}
default_archive_policy = true

VirtualHost "localhost"

Component "conference.localhost" "muc"
    modules_enabled = { "muc_mam" }
    muc_log_by_default = true
    muc_room_locking = false
    muc_room_default_persistent = true
    muc_room_default_presence_broadcast = { visitor = false, participant = false, moderator = false }
