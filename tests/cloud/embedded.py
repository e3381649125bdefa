"""Commands with --local, each with a cloud of its own over one data folder: they take turns."""

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
        """Of several runs begun together one makes everything; the others wait, say so, and find nothing to do."""
        rsx = shlex.split(os.environ["RSX_CLOUD_COMMAND"])[:-2]
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(EXAMPLE, folder)
            command = [*rsx, "run", EXAMPLE.name, "--local", "--yes"]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            runs = [subprocess.Popen(command, cwd=folder, **pipes) for _ in range(3)]
            ended = [(*run.communicate(timeout=120), run.returncode) for run in runs]
        said = [out + err for out, err, _ in ended]
        self.assertEqual([code for _, _, code in ended], [0, 0, 0], said)
        self.assertEqual(len([text for text in said if " created" in text]), 1, said)
        self.assertEqual(len([text for text in said if "nothing changed" in text]), 2, said)
        waiting = [text for text in said if "waiting for another command (process" in text]
        self.assertEqual(len(waiting), 2, said)
