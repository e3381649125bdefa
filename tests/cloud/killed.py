"""rsx, killed by SIGKILL at ten instants of a run and at ten of a destroy, comes to the world of one that was let live."""

import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from cloud import Serving

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples" / "airline.rsx"
LISTING = pathlib.Path(__file__).parent / "listing.py"
KILLS = 10
# How long after a line of the journal, in seconds: at once, or in the middle of what follows.
DELAYS = [0, 0.01, 0.1, 0.3]


class Deployment:
    """The airline in a folder of its own. The cloud is in the process that is killed, and so it dies with it."""

    def __init__(self, test):
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        shutil.copy(EXAMPLE, self.folder)
        self.rsx = shlex.split(os.environ["RSX_CLOUD_COMMAND"])[:-2]

    def start(self, *arguments):
        return subprocess.Popen([*self.rsx, *arguments], cwd=self.folder, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def finish(self, *arguments):
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=300)
        if process.returncode != 0:
            raise AssertionError(f"{arguments}: {process.returncode}\n{said}")
        return said

    def written(self):
        """How much has been written into the journal, in lines."""
        journals = self.folder.glob(".rsx/airline/default/**/journal.ndjson")
        return sum(journal.read_bytes().count(b"\n") for journal in journals)

    def kill_after(self, lines, delay, *arguments):
        """Kills a command some time after it has written so many more lines; whether it was still alive."""
        goal = self.written() + lines
        process = self.start(*arguments)
        while process.poll() is None and self.written() < goal:
            time.sleep(0.001)
        time.sleep(delay)
        process.kill()
        said, _ = process.communicate()
        if process.returncode not in (-9, 0):
            raise AssertionError(f"{arguments}: {process.returncode}\n{said}")
        return process.returncode == -9

    def listing(self):
        serving = Serving("--data", str(self.folder / ".rsx/local"))
        try:
            keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1"}
            environment = {**os.environ, **keys, "AWS_ENDPOINT_URL": serving.url}
            return subprocess.check_output([sys.executable, LISTING], env=environment, text=True)
        finally:
            serving.stop()


class Killed(unittest.TestCase):
    def test_it_is_killed_again_and_again(self):
        chance = random.Random(20)
        calm, killed = Deployment(self), Deployment(self)
        # A step of a run writes what is intended, made and settled; one of a destroy what is intended and gone.
        self.live(calm, killed, chance, "run", 3)
        self.assertEqual(killed.finish("plan", EXAMPLE.name, "--local"), "airline: nothing to do\n")
        self.live(calm, killed, chance, "destroy", 2)

    def live(self, calm, killed, chance, command, lines_of_a_step):
        command = [command, EXAMPLE.name, "--local", "--yes"]
        steps = int(re.search(r"(\d+) (created|deleted)", calm.finish(*command)).group(1))
        part = steps * lines_of_a_step / KILLS
        for number in range(KILLS):
            lines = max(1, round(part * chance.uniform(0.1, 0.8)))
            alive = killed.kill_after(lines, chance.choice(DELAYS), *command)
            self.assertTrue(alive, f"it was over before it could be killed for the {number + 1}th time")
        killed.finish(*command)
        self.assertEqual(killed.listing(), calm.listing())
