"""The table of README.md: every behaviour has a row, and every test that a row names is there and says what it is about."""

import importlib
import pathlib
import re
import unittest

ROWS = re.compile(r"^\| (\d+) \|.*\| ([^|]*) \|$", re.MULTILINE)


class Table(unittest.TestCase):
    def setUp(self):
        text = (pathlib.Path(__file__).parent / "README.md").read_text()
        self.rows = [(int(number), re.findall("`([^`]+)`", tests)) for number, tests in ROWS.findall(text)]

    def test_every_behaviour_has_tests(self):
        self.assertEqual([number for number, _ in self.rows], list(range(1, 41)))
        self.assertEqual([number for number, tests in self.rows if not tests], [])

    def test_every_named_test_is_there_and_says_what_it_is_about(self):
        for number, tests in self.rows:
            for name in tests:
                with self.subTest(number=number, test=name):
                    file, group, test = name.split(".")
                    found = getattr(getattr(importlib.import_module(file), group), test)
                    self.assertTrue(found.__doc__, "it has no first line")
