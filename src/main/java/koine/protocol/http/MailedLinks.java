package koine.protocol.http;

import koine.auth.LinkAddresses;
import org.springframework.stereotype.Component;

/// The addresses of [MailApi] as they stand in letters.
@Component
class MailedLinks implements LinkAddresses {

    private final String server;

    MailedLinks(LinkProperties properties) {
        this.server = properties.publicUrl().toString().replaceAll("/+$", "");
    }

    @Override
    public String toConfirmEmail(String token) {
        return server + MailApi.CONFIRM + "?token=" + token;
    }

    @Override
    public String toResetPassword(String token) {
        return server + MailApi.RESET + "?token=" + token;
    }
}
