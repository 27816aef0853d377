"""Invoices: the sum of an order, with shipping and tax."""

from billing.order import parse_order

TAX_PERCENT = 19
SHIPPING = 990
FREE_SHIPPING_FROM = 50_000


def shipping(net):
    return 0 if net >= FREE_SHIPPING_FROM else SHIPPING


def total(order_text):
    net = sum(line.amount() for line in parse_order(order_text))
    if net == 0:
        return 0
    gross = net + shipping(net)
    return gross + gross * TAX_PERCENT // 100
