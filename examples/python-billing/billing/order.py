"""Orders: lines of articles, from the text that customers send."""

from billing.catalogue import unit_price
from billing.discount import discounted


class Line:
    def __init__(self, article, quantity):
        if quantity < 1:
            raise ValueError("a line needs a quantity of at least 1")
        self.article = article
        self.quantity = quantity

    def amount(self):
        return discounted(unit_price(self.article) * self.quantity, self.quantity)


def parse_line(text):
    quantity, _, article = text.partition("x")
    return Line(article.strip(), int(quantity))


def parse_order(text):
    lines = []
    for row in text.splitlines():
        row = row.strip()
        if row and not row.startswith("#"):
            lines.append(parse_line(row))
    return lines
