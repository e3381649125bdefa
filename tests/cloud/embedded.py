"""Commands with --local, each with a cloud of its own over one data folder: they take turns."""

import fcntl
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile
import unittest

EXAMPLE = pathlib.Path(__file__).parents[2] / "examples/minimal.rsx"


class Turns(unittest.TestCase):
    def test_commands_on_one_folder_wait_for_each_other(self):
        """Of several runs that find the folder owned each says by whom and waits; one makes everything then, and the others find nothing to do."""
        rsx = shlex.split(os.environ["RSX_CLOUD_COMMAND"])[:-2]
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(EXAMPLE, folder)
            data = pathlib.Path(folder) / ".rsx/local"
            data.mkdir(parents=True)
            command = [*rsx, "run", EXAMPLE.name, "--local", "--yes"]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            with open(data / "cloud.lock", "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                lock.write(f"{os.getpid()}\n")
                lock.flush()
                runs = [subprocess.Popen(command, cwd=folder, **pipes) for _ in range(3)]
                for run in runs:
                    self.assertIn(f"waiting for another command (process {os.getpid()})", run.stderr.readline())
            ended = [(*run.communicate(timeout=120), run.returncode) for run in runs]
        said = [out + err for out, err, _ in ended]
        self.assertEqual([code for _, _, code in ended], [0, 0, 0], said)
        self.assertEqual(len([text for text in said if " created" in text]), 1, said)
        self.assertEqual(len([text for text in said if "nothing changed" in text]), 2, said)
