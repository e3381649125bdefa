"""terminal [--size COLUMNSxROWS] [--when TEXT --send KEYS]… -- COMMAND…: runs a command on a terminal of its own.

Each --send waits until the TEXT before it has been printed, then types KEYS, in which `\\n` is Return and `^C` Ctrl-C.
What the command printed follows with the codes of colours and cursors as they came, `\\r` left out, ESC as `^[`; with --plain
without these codes. The exit code is the command's.
"""

import argparse
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

PATIENCE = 120


def main():
    options, command = arguments()
    columns, rows = map(int, options.size.split("x"))
    child, master = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.execvp(command[0], command)
    steps = list(zip(options.when, options.send, strict=True))
    seen = follow(master, steps)
    _, status = os.waitpid(child, 0)
    text = seen.decode(errors="replace").replace("\r", "")
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text) if options.plain else text.replace("\x1b", "^[")
    sys.stdout.write(text)
    sys.stdout.flush()
    if steps:
        sys.exit(f"never printed: {steps[0][0]}")
    sys.exit(os.waitstatus_to_exitcode(status))


def arguments():
    own, command = sys.argv[1 : sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1 :]
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", default="100x40")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--when", action="append", default=[])
    parser.add_argument("--send", action="append", default=[])
    return parser.parse_args(own), command


def follow(master, steps):
    """Reads to the end, and types what is to be typed as soon as what it waits for is there."""
    seen, since = b"", 0
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            more = os.read(master, 65536)
        except OSError:
            break
        if not more:
            break
        seen += more
        while steps and steps[0][0].encode() in seen[since:]:
            since = len(seen)
            keys = steps.pop(0)[1].replace("\\n", "\n").replace("^C", "\x03").replace("^D", "\x04")
            os.write(master, keys.encode())
    return seen


main()
