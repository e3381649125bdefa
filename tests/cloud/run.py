"""Runs every description of the local cloud's behaviour: `run.py [NAME…]`; see cloud.py for the environment."""

import os
import pathlib
import sys
import unittest

from cloud import Serving

HERE = pathlib.Path(__file__).parent
SUPPORT = {"cloud", "ground", "listing", "run"}


def main():
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("*.py") if path.stem not in SUPPORT)
    own = None if "RSX_CLOUD_URL" in os.environ else Serving()
    if own:
        os.environ["RSX_CLOUD_URL"] = own.url
    try:
        suite = unittest.defaultTestLoader.loadTestsFromNames(names)
        result = unittest.TextTestRunner(buffer=True).run(suite)
    finally:
        if own:
            own.stop()
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    main()
