package koine.security;

import koine.testing.Api.User;

/// Those who try one call: each a person of their own, so that what one call does is not in the way of the next.
///
/// @param stranger has an account, and nothing to do with the victim
/// @param former   was in the victim's group, and was removed before the secret was told there
/// @param member   is in the victim's group, without any role there
/// @param blocked  has a private chat with the victim, who blocks them
record Cast(User stranger, User former, User member, User blocked) {}
