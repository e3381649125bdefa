"""serve [OPTION…] -- COMMAND…: runs a command while `rsx local serve OPTION…` stands in for AWS, by AWS_ENDPOINT_URL."""

import os
import subprocess
import sys

READY = "rsx local cloud ready on "


def main():
    at = sys.argv.index("--")
    options, command = sys.argv[1:at], sys.argv[at + 1 :]
    cloud = subprocess.Popen(
        ["rsx", "local", "serve", "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        line = cloud.stdout.readline()
        if not line.startswith(READY):
            sys.exit(f"the cloud said {line!r}")
        keys = {"AWS_ACCESS_KEY_ID": "AKIAANYKEYWILLDO0000", "AWS_SECRET_ACCESS_KEY": "any"}
        where = {"AWS_ENDPOINT_URL": line.removeprefix(READY).strip()}
        sys.exit(subprocess.run(command, env=keys | os.environ | where).returncode)
    finally:
        cloud.terminate()
        cloud.wait()


main()
