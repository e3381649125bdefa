#!/usr/bin/env python3
"""How fast `rsx check` and `rsx plan` are, and how much memory they take, from three readers to many.

    cargo build --release && tests/bench/bench.py [SIZE...] [--rsx target/release/rsx]

It writes the specs itself and measures whole processes. It is no test: what is fast enough depends on the machine, to
which the first line, a process that does nothing, is the yardstick. A peak below that line's is the floor of the
measuring process, not rsx's own.
"""
import argparse
import math
import os
import statistics
import sys
import tempfile
import time

SIZES = [3, 30, 300, 3_000, 30_000]
GROWTH_FROM = 300  # Below, starting is most of it.
SITE = 400  # Readers of one network with a balancer of its own.


def spec(readers):
    """Writes a spec with every reader written out, so that the text grows with them."""
    names = [f"reader_{number}" for number in range(1, readers + 1)]
    text = ['stack speed { region = "eu-west-1" }', "network office { cidr = 10.0.0.0/16 }"]
    text.append('producer books {\n  network  = office\n  database = "books"\n  capacity = 64rpu..128rpu\n}')
    for site in range(0, readers, SITE):
        number, members = site // SITE + 1, names[site : site + SITE]
        text.append(f"network site_{number} {{ cidr = 10.{number}.0.0/16 }}")
        text += [
            f"consumer {name} {{\n  network  = site_{number}\n  capacity = 8rpu..64rpu\n"
            "  settings = { max_query_execution_time = 20min, enable_user_activity_logging = true }\n}"
            for name in members
        ]
        text.append(
            f"nlb front_{number} {{\n  network = site_{number}\n  targets = [{', '.join(members)}]\n"
            f"  clients = [10.{number}.0.0/16]\n}}"
        )
    text.append(
        'datashare pages {\n  from     = books\n  schemas  = ["public"]\n'
        f"  to       = [{', '.join(names)}]\n  database = \"pages\"\n}}"
    )
    return "\n\n".join(text) + "\n"


def run(command, folder):
    """Runs a command once: wall and CPU time in milliseconds, and its peak in MB."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    here = os.getcwd()
    os.chdir(folder)
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    os.chdir(here)
    if status:
        sys.exit(f"`{' '.join(command)}` in {folder} ends with {os.waitstatus_to_exitcode(status)}")
    return wall * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3, usage.ru_maxrss * 1_024 / 1e6


def measured(command, folder, runs):
    return [statistics.median(column) for column in zip(*(run(command, folder) for _ in range(runs)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, metavar="SIZE", help="how many readers")
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    parser.add_argument("--rsx", default=os.path.join(root, "target", "release", "rsx"))
    options = parser.parse_args()
    rsx = os.path.abspath(options.rsx)
    commands = {"check": [rsx, "check", "spec.rsx"], "plan": [rsx, "plan", "--refresh=false", "spec.rsx"]}
    found = {what: [] for what in commands}
    print(f"{'':<8} {'readers':>8} {'kB':>8}  {'wall ms':>10} {'cpu ms':>10} {'peak MB':>10}")

    def line(what, readers, size, values):
        print(f"{what:<8} {readers:>8} {size // 1_000:>8}  " + " ".join(f"{value:>10.1f}" for value in values), flush=True)

    with tempfile.TemporaryDirectory() as folder:
        line("nothing", 0, 0, measured(["/bin/true"], folder, 20))
        for readers in options.sizes:
            text = spec(readers)
            with open(os.path.join(folder, "spec.rsx"), "w", encoding="utf-8") as file:
                file.write(text)
            for what, command in commands.items():
                values = measured(command, folder, min(max(30_000 // readers, 3), 20))
                line(what, readers, len(text), values)
                found[what].append((readers, values[1]))
    for what, all_found in found.items():
        large = [one for one in all_found if one[0] >= GROWTH_FROM]
        if len(large) > 1:
            (few, before), (many, after) = large[0], large[-1]
            exponent = math.log(after / before) / math.log(many / few)
            print(f"{what} grows from {few} to {many} readers with exponent {exponent:.2f}")


if __name__ == "__main__":
    main()
