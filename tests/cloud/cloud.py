"""The cloud under test: where it is, how to start one, and how refusals are asserted.

RSX_CLOUD_COMMAND is a command that serves a local cloud and takes --port, --data,
--speed and --faults, for example `rsx local serve`. RSX_CLOUD_URL, if it is set, is a
cloud that already runs at instant speed.
"""

import os
import shlex
import subprocess
import unittest
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "000000000000"
READY = "rsx local cloud ready on "


class Serving:
    """A cloud of one's own, until it is stopped or killed."""

    def __init__(self, *arguments):
        command = shlex.split(os.environ["RSX_CLOUD_COMMAND"])
        self.process = subprocess.Popen([*command, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith(READY):
            self.kill()
            raise RuntimeError(f"the cloud said {line!r} instead of {READY!r}")
        self.url = line.removeprefix(READY).strip()

    def stop(self):
        """SIGTERM; returns the exit code."""
        self.process.terminate()
        return self._ended()

    def kill(self):
        """SIGKILL."""
        self.process.kill()
        return self._ended()

    def _ended(self):
        code = self.process.wait(timeout=10)
        self.process.stdout.close()
        return code


def client(service, region="us-east-1", url=None, key="AKIAANYKEYWILLDO0000", token=None, checked=True):
    """A client that retries nothing; without `checked` it sends what boto3 would refuse itself."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=url or os.environ["RSX_CLOUD_URL"],
        aws_access_key_id=key,
        aws_secret_access_key="any",
        aws_session_token=token,
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=checked),
    )


def fresh(prefix="t"):
    """A name that no other test uses."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


class CloudTest(unittest.TestCase):
    """Assertions about refusals."""

    def refused(self, code, call, *positional, message=None, status=None, **arguments):
        """The call is refused with this code; returns AWS's whole error."""
        with self.assertRaises(ClientError) as caught:
            call(*positional, **arguments)
        answer = caught.exception.response
        self.assertEqual(answer["Error"]["Code"], code, answer)
        if message is not None:
            self.assertIn(message, answer["Error"]["Message"])
        if status is not None:
            self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], status)
        return answer["Error"]
