/// phonechat: HTTP calls, a socket to receive and sockets to send, and pages to try them on.
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "kernel",
            "log",
            "account",
            "auth",
            "chat",
            "media",
            "message",
            "delivery",
            "page",
            "protocol"
        })
package koine.protocol.phonechat;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
