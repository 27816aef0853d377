import pytest
from boltons.strutils import bytes2human


@pytest.mark.parametrize("size, expected", [(0, "0B"), (1, "1B"), (1023, "1023B")])
def test_below_the_first_boundary(size, expected):
    assert bytes2human(size) == expected


@pytest.mark.parametrize("size, expected", [(2048, "2K"), (128991, "126K"), (100001221, "95M")])
def test_between_boundaries(size, expected):
    assert bytes2human(size) == expected


def test_digits_after_the_point():
    assert bytes2human(1536, 1) == "1.5K"


@pytest.mark.parametrize("size, expected", [(1024, "1K"), (1024 ** 2, "1M"), (1024 ** 3, "1G")])
def test_an_exact_power_of_1024_is_one_of_the_next_unit(size, expected):
    assert bytes2human(size) == expected


@pytest.mark.parametrize("size, expected", [(-1023, "-1023B"), (-1024, "-1K"), (-2048, "-2K")])
def test_a_negative_size_keeps_its_sign(size, expected):
    assert bytes2human(size) == expected
