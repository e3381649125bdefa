"""pick [-l] EXPRESSION: prints what a Python expression makes of the JSON on standard input, which it calls `it`.

With -l standard input is NDJSON, and every line is looked at; lines of which it makes None are left out.
"""

import json
import sys


def shown(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def main():
    *options, expression = sys.argv[1:]
    by_line = "-l" in options
    things = [json.loads(line) for line in sys.stdin] if by_line else [json.load(sys.stdin)]
    for it in things:
        value = eval(expression, {"it": it})  # noqa: S307, the suites' own expressions
        if not (by_line and value is None):
            print(shown(value))


main()
