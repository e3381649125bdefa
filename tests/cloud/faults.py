"""Failures on schedule: refusals in each protocol's words, lost requests, lost answers, and the end of the cloud."""

import json
import os
import tempfile

from botocore.exceptions import BotoCoreError

from cloud import CloudTest, Serving, client


class FaultsTest(CloudTest):
    def serve(self, **schedule):
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
            json.dump(schedule, file)
        self.addCleanup(os.unlink, file.name)
        serving = Serving("--faults", file.name)
        self.addCleanup(serving.kill)
        return serving.url

    def lost(self, call, **arguments):
        """The connection ends without an answer."""
        with self.assertRaises(BotoCoreError):
            call(**arguments)


class Words(FaultsTest):
    def test_each_protocol_has_its_own(self):
        """Too many calls, a call that is not allowed, an expired token: each protocol has its own code."""
        words = {
            "throttle": ("RequestLimitExceeded", "Throttling", "ThrottlingException"),
            "deny": ("UnauthorizedOperation", "AccessDenied", "AccessDeniedException"),
            "expire_token": ("RequestExpired", "ExpiredToken", "ExpiredTokenException"),
        }
        for outcome, (ec2, query, json_word) in words.items():
            url = self.serve(faults=[{"call": "*", "every": 1, "outcome": outcome}])
            self.refused(ec2, client("ec2", url=url).describe_vpcs)
            self.refused(query, client("iam", url=url).list_roles)
            self.refused(json_word, client("kms", url=url).list_keys)

    def test_any_word_can_be_given(self):
        refuse = {"refuse": {"code": "InternalServerException", "message": "sorry", "status": 500}}
        url = self.serve(faults=[{"call": "kms:ListKeys", "nth": 1, "outcome": refuse}])
        self.refused("InternalServerException", client("kms", url=url).list_keys, message="sorry", status=500)

    def test_capacity_that_is_not_there(self):
        """CreateWorkgroup and UpdateWorkgroup may find no capacity: `InsufficientCapacityException`."""
        refuse = {"refuse": {"code": "InsufficientCapacityException", "message": "no RPU here", "status": 400}}
        calls = ("redshift-serverless:CreateWorkgroup", "redshift-serverless:UpdateWorkgroup")
        serverless = client("redshift-serverless", url=self.serve(faults=[{"call": call, "nth": 1, "outcome": refuse} for call in calls]))
        with self.assertRaises(serverless.exceptions.InsufficientCapacityException):
            serverless.create_workgroup(workgroupName="some", namespaceName="some")
        with self.assertRaises(serverless.exceptions.InsufficientCapacityException):
            serverless.update_workgroup(workgroupName="some", baseCapacity=8)
        self.refused("ResourceNotFoundException", serverless.update_workgroup, workgroupName="some", baseCapacity=8)


class Schedule(FaultsTest):
    def test_only_the_nth_call_of_an_operation_fails(self):
        kms = client("kms", url=self.serve(faults=[{"call": "kms:CreateKey", "nth": 2, "outcome": "throttle"}]))
        kms.create_key()
        kms.list_keys()
        self.refused("ThrottlingException", kms.create_key)
        kms.create_key()
        self.assertEqual(len(kms.list_keys()["Keys"]), 2)

    def test_a_lost_request_was_not_executed_and_a_lost_answer_was(self):
        kms = client("kms", url=self.serve(faults=[
            {"call": "kms:CreateKey", "nth": 1, "outcome": "drop_request"},
            {"call": "kms:CreateKey", "nth": 2, "outcome": "drop_answer"},
        ]))
        self.lost(kms.create_key)
        self.assertEqual(len(kms.list_keys()["Keys"]), 0)
        self.lost(kms.create_key)
        self.assertEqual(len(kms.list_keys()["Keys"]), 1)

    def test_after_a_cut_nothing_answers(self):
        kms = client("kms", url=self.serve(cut={"call": 2, "side": "after"}))
        kms.create_key()
        for _ in range(3):
            self.lost(kms.list_keys)

    def test_a_schedule_with_a_word_too_many_is_not_taken(self):
        with self.assertRaises(RuntimeError):
            self.serve(faults=[], fault=[])
