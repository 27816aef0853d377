"""Access tokens, as the login service writes them: {"user", "not_before", "expires"} in seconds."""

import json
import time


class TokenError(Exception):
    pass


class Token:
    def __init__(self, user, not_before, expires):
        if expires <= not_before:
            raise TokenError("the token of %s expires before it begins" % user)
        self.user = user
        self.not_before = not_before
        self.expires = expires

    def check(self, now):
        if now < self.not_before:
            raise TokenError("the token of %s is not valid yet" % self.user)
        if now >= self.expires:
            raise TokenError("the token of %s has expired" % self.user)


def read_token(path):
    with open(path) as file:
        fields = json.load(file)
    return Token(fields["user"], fields["not_before"], fields["expires"])


def now():
    return int(time.time())
