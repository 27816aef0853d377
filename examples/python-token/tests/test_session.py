import unittest

from client.session import Session
from client.token import Token, TokenError


class SessionTest(unittest.TestCase):
    def test_a_user_sees_the_bill(self):
        self.assertEqual(Session("token.json").get("/bill"), (200, "the bill of ada"))

    def test_without_a_valid_token_nobody_sees_anything(self):
        for name in ("expired", "early"):
            with self.assertRaises(TokenError):
                Session("tests/tokens/%s.json" % name).get("/bill")


class TokenTest(unittest.TestCase):
    def test_a_token_is_valid_from_its_beginning_to_its_end(self):
        token = Token("ada", 100, 200)
        token.check(100)
        token.check(199)
        for now in (99, 200):
            with self.assertRaises(TokenError):
                token.check(now)

    def test_a_token_that_expires_before_it_begins_is_refused(self):
        with self.assertRaises(TokenError):
            Token("ada", 200, 100)


if __name__ == "__main__":
    unittest.main()
