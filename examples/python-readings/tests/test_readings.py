import unittest

from readings.parse import BadLine, parse
from readings.rates import steepest


class ReadingsTest(unittest.TestCase):
    def test_comments_and_empty_lines_are_no_readings(self):
        self.assertEqual(parse("# all\n\n00:01:00 roof humidity 40 %  # dry\n"),
                         [(60, "roof", "humidity", 40.0)])

    def test_units_are_converted(self):
        self.assertEqual([value for *_, value in parse("01:00:00 a t 20500 mC\n01:00:00 a p 100000 Pa")],
                         [20.5, 1000.0])

    def test_bad_lines_are_named(self):
        for line in ("24:00:00 roof humidity 40 %", "00:00:00 roof humidity 40", "00:00:00 r h 1 F"):
            with self.assertRaises(BadLine):
                parse(line)

    def test_the_steepest_change_may_go_down(self):
        readings = parse("00:00:00 roof t 20 C\n00:01:00 roof t 21 C\n00:01:30 roof t 19 C\n")
        self.assertEqual(steepest(readings), {("roof", "t"): -4.0})

    def test_midnight_is_no_change(self):
        self.assertEqual(steepest(parse("23:59:00 roof t 20 C\n00:00:30 roof t 10 C\n")),
                         {("roof", "t"): None})


if __name__ == "__main__":
    unittest.main()
