package koine.auth;

/// What a client gets for signing in.
///
/// @param who     whom they are good for
/// @param access  is shown with every call
/// @param refresh is shown once, for the next pair
public record TokenPair(SignedIn who, AccessToken access, String refresh) {

    /// Without the tokens, so that they can't get into a log.
    @Override
    public String toString() {
        return "TokenPair[access=" + access + "]";
    }
}
