"""What a user may do with a token."""

from client.token import now, read_token

PAGES = {"/": "welcome, %s", "/bill": "the bill of %s"}


class Session:
    def __init__(self, token_path):
        self.token = read_token(token_path)

    def get(self, page):
        self.token.check(now())
        if page not in PAGES:
            return 404, ""
        return 200, PAGES[page] % self.token.user
