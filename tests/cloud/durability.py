"""The data folder: what was answered outlives the process, however it ends, and secrets are not readable in it."""

import json
import os
import pathlib
import stat
import subprocess
import tempfile
import shlex

from cloud import CloudTest, Serving, client, fresh

TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"x"},"Action":"sts:AssumeRole"}]}'


class DurabilityTest(CloudTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "cloud"

    def serve(self, *more):
        serving = Serving("--data", str(self.data), *more)
        self.addCleanup(serving.kill)
        return serving

    def build(self, url):
        """Something of every service; returns what describes it."""
        ec2, kms = client("ec2", url=url), client("kms", url=url)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        key = kms.create_key(Description="k")["KeyMetadata"]["KeyId"]
        client("iam", url=url).create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
        client("secretsmanager", "eu-west-1", url).create_secret(Name="s", SecretString="the value of the secret")
        return vpc, key

    def find(self, url, vpc, key):
        ec2 = client("ec2", url=url)
        ec2.describe_vpcs()
        self.assertEqual([one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"]], [vpc])
        self.assertEqual(client("kms", url=url).describe_key(KeyId=key)["KeyMetadata"]["Description"], "k")
        self.assertEqual(client("iam", url=url).get_role(RoleName="r")["Role"]["RoleName"], "r")
        secret = client("secretsmanager", "eu-west-1", url).get_secret_value(SecretId="s")
        self.assertEqual(secret["SecretString"], "the value of the secret")


class Folder(DurabilityTest):
    def test_killed_and_opened_again(self):
        first = self.serve()
        made = self.build(first.url)
        first.kill()
        second = self.serve()
        self.find(second.url, *made)
        self.assertEqual(second.stop(), 0)
        self.find(self.serve().url, *made)

    def test_a_write_cut_short_loses_nothing_that_was_answered(self):
        first = self.serve()
        made = self.build(first.url)
        first.kill()
        with open(self.data / "cloud.log", "ab") as log:
            log.write(b'{"seed":1,"draws":2,"rows":[["us-east-1/ec2')
        self.find(self.serve().url, *made)

    def test_identifiers_are_never_drawn_twice(self):
        def draw(url):
            return client("sts", url=url).get_session_token()["Credentials"]["AccessKeyId"]

        first = self.serve()
        drawn = [draw(first.url), draw(first.url)]
        first.kill()
        drawn.append(draw(self.serve().url))
        self.assertEqual(len(set(drawn)), 3)

    def test_secrets_stand_nowhere_in_the_clear(self):
        first = self.serve()
        self.build(first.url)
        first.stop()
        for path in self.data.rglob("*"):
            if path.is_file():
                self.assertNotIn(b"the value of the secret", path.read_bytes(), path)
        self.assertEqual(stat.S_IMODE((self.data / "cloud.key").stat().st_mode), 0o600)

    def test_one_process_owns_it(self):
        first = self.serve()
        pid, port = (self.data / "cloud.lock").read_text().split()
        self.assertEqual((int(pid), f"http://127.0.0.1:{port}"), (first.process.pid, first.url))
        command = [*shlex.split(os.environ["RSX_CLOUD_COMMAND"]), "--port", "0", "--data", str(self.data)]
        second = subprocess.run(command, capture_output=True, text=True, timeout=10)
        self.assertNotEqual(second.returncode, 0)
        self.assertIn(port, second.stderr)

    def test_reading_writes_nothing(self):
        first = self.serve()
        vpc, key = self.build(first.url)
        self.find(first.url, vpc, key)
        size = (self.data / "cloud.log").stat().st_size
        self.find(first.url, vpc, key)
        self.assertEqual((self.data / "cloud.log").stat().st_size, size)


class Speed(DurabilityTest):
    def test_with_a_factor_time_passes_by_the_clock(self):
        # A second or so until it is seen, however often one asks; how long exactly is not the test's matter.
        url = self.serve("--speed", "2").url
        ec2 = client("ec2", url=url)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.refused("InvalidVpcID.NotFound", ec2.describe_vpcs, VpcIds=[vpc])
        waiter = ec2.get_waiter("vpc_exists")
        waiter.wait(VpcIds=[vpc], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        self.assertEqual(ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["State"], "available")
