"""rsx, killed by SIGKILL twenty times in a run and twenty times in a destroy, comes to the world of one that was let live."""

import os
import pathlib
import random
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
KILLS = 20


class Deployment:
    """The airline in a cloud of its own."""

    def __init__(self, test):
        serving = Serving()
        test.addCleanup(serving.kill)
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        shutil.copy(EXAMPLE, self.folder)
        self.rsx = shlex.split(os.environ["RSX_CLOUD_COMMAND"])[:-2]
        keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1"}
        self.environment = {**os.environ, **keys, "AWS_ENDPOINT_URL": serving.url}

    def start(self, *arguments):
        return subprocess.Popen([*self.rsx, *arguments], cwd=self.folder, env=self.environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

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

    def kill_after(self, lines, *arguments):
        """Kills a command when it has written so many more lines; whether it was still alive."""
        goal = self.written() + lines
        process = self.start(*arguments)
        while process.poll() is None and self.written() < goal:
            time.sleep(0.002)
        process.kill()
        process.communicate()
        return process.returncode == -9

    def listing(self):
        return subprocess.check_output([sys.executable, LISTING], env=self.environment, text=True)


class Killed(unittest.TestCase):
    def test_it_is_killed_again_and_again(self):
        chance = random.Random(20)
        calm, killed = Deployment(self), Deployment(self)
        self.live(calm, killed, chance, "run", "airline.rsx", "--yes")
        self.assertEqual(killed.finish("plan", "airline.rsx"), "airline: nothing to do\n")
        self.live(calm, killed, chance, "destroy", "airline.rsx", "--yes")

    def live(self, calm, killed, chance, *command):
        before = calm.written()
        calm.finish(*command)
        step = (calm.written() - before) / KILLS
        self.assertGreater(step, 2)
        kills = sum(killed.kill_after(max(1, round(step * chance.uniform(0.3, 1.1))), *command) for _ in range(KILLS))
        self.assertGreater(kills, KILLS // 2, "most were over before they could be killed")
        killed.finish(*command)
        self.assertEqual(killed.listing(), calm.listing())
