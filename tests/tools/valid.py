"""valid [-l] SCHEMA: holds the JSON on standard input, or with -l every line of it, to tests/data/SCHEMA.json."""

import json
import pathlib
import sys

from jsonschema import FormatChecker
from jsonschema.validators import validator_for

DATA = pathlib.Path(__file__).parent.parent / "data"


def main():
    *options, name = sys.argv[1:]
    schema = json.loads((DATA / f"{name}.json").read_text())
    validator = validator_for(schema)
    validator.check_schema(schema)
    holds = validator(schema, format_checker=FormatChecker())
    things = [json.loads(line) for line in sys.stdin] if "-l" in options else [json.load(sys.stdin)]
    wrong = [(number, error) for number, it in enumerate(things, 1) for error in holds.iter_errors(it)]
    for number, error in wrong:
        print(f"{number}: {error.json_path}: {error.message}")
    if wrong or not things:
        sys.exit("not valid" if wrong else "nothing there")
    print("valid")


main()
