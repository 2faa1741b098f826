package koine.mail;

/// Plain text for one address.
public record Letter(String to, String subject, String text) {

    /// Without the text, which may have a link that proves who one is.
    @Override
    public String toString() {
        return "Letter[subject=" + subject + "]";
    }
}
