import unittest

from billing.invoice import total
from billing.order import parse_order


class InvoiceTest(unittest.TestCase):
    def test_an_empty_order_costs_nothing(self):
        self.assertEqual(total("# nothing today\n"), 0)

    def test_a_small_order_pays_shipping_and_tax(self):
        self.assertEqual(total("2 x bracket"), (500 + 990) + (500 + 990) * 19 // 100)

    def test_a_large_order_is_discounted_and_shipped_free(self):
        self.assertEqual(total("20 x panel"), 96_040 + 96_040 * 19 // 100)

    def test_an_order_at_the_edge_of_a_tier_gets_the_better_rate(self):
        self.assertEqual(total("100 x bolt\n9 x bracket"), 4_380 + 4_380 * 19 // 100)


class OrderTest(unittest.TestCase):
    def test_lines_are_read_and_comments_are_not(self):
        lines = parse_order("3 x bolt\n\n# 4 x panel\n1 x panel\n")
        self.assertEqual([(line.quantity, line.article) for line in lines],
                         [(3, "bolt"), (1, "panel")])

    def test_an_unknown_article_is_named(self):
        with self.assertRaises(LookupError):
            total("1 x anvil")

    def test_a_line_without_a_quantity_is_refused(self):
        with self.assertRaises(ValueError):
            parse_order("0 x bolt")


if __name__ == "__main__":
    unittest.main()
