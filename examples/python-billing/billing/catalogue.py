"""What is sold, and what one of it costs in cents."""

PRICES = {
    "bolt": 12,
    "bracket": 250,
    "panel": 4_900,
}


def unit_price(article):
    try:
        return PRICES[article]
    except KeyError:
        raise LookupError("there is no article called %r" % article) from None
