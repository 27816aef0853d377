"""Volume discounts: the more of one article is ordered, the better the rate."""

# Smallest quantity at which a rate holds, and the rate in percent; best rate last.
TIERS = [
    (10, 2),
    (100, 5),
    (1_000, 12),
]


def rate_for(quantity):
    rate = 0
    for smallest, percent in TIERS:
        if quantity > smallest:
            rate = percent
    return rate


def discounted(amount, quantity):
    return amount - amount * rate_for(quantity) // 100
