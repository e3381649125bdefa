"""STS: any access key is let in, and is somebody."""

import json

from cloud import ACCOUNT, CloudTest, client, fresh


class Identity(CloudTest):
    def test_any_key_is_the_one_account(self):
        for key in ("AKIAANYKEYWILLDO0000", "test"):
            identity = client("sts", key=key).get_caller_identity()
            self.assertEqual(identity["Account"], ACCOUNT)
            self.assertRegex(identity["Arn"], f"^arn:aws:iam::{ACCOUNT}:user/")
            self.assertTrue(identity["UserId"])

    def test_every_answer_has_a_request_id(self):
        first, second = (client("sts").get_caller_identity()["ResponseMetadata"]["RequestId"] for _ in range(2))
        self.assertNotEqual(first, second)
