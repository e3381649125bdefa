"""KMS: keys are never gone at once, aliases are unique, and neither is found by filters."""

import json

from cloud import ACCOUNT, CloudTest, client, fresh


class KmsTest(CloudTest):
    def setUp(self):
        self.kms = client("kms")

    def key(self, **more):
        return self.kms.create_key(**more)["KeyMetadata"]

    def alias(self):
        return f"alias/{fresh()}"


class Refusals(KmsTest):
    def test_a_key_that_is_not_there(self):
        """DescribeKey of no key: `NotFoundException`."""
        nobody = "00000000-0000-4000-8000-000000000000"
        error = self.refused("NotFoundException", self.kms.describe_key, KeyId=nobody, status=400)
        self.assertEqual(error["Message"], f"Key 'arn:aws:kms:us-east-1:{ACCOUNT}:key/{nobody}' does not exist")
        self.refused("NotFoundException", self.kms.describe_key, KeyId=self.alias(), message="is not found.")

    def test_a_key_of_another_region(self):
        key = self.key()
        self.refused("NotFoundException", client("kms", "eu-west-1").describe_key, KeyId=key["KeyId"])
        self.refused("NotFoundException", client("kms", "eu-west-1").describe_key, KeyId=key["Arn"])

    def test_an_alias_that_is_taken(self):
        """An alias that is taken: `AlreadyExistsException`."""
        name, key = self.alias(), self.key()
        self.kms.create_alias(AliasName=name, TargetKeyId=key["KeyId"])
        again = self.refused("AlreadyExistsException", self.kms.create_alias, AliasName=name, TargetKeyId=self.key()["KeyId"])
        self.assertEqual(again["Message"], f"An alias with the name arn:aws:kms:us-east-1:{ACCOUNT}:{name} already exists")

    def test_names_that_are_no_aliases(self):
        key = self.key()["KeyId"]
        self.refused("InvalidAliasNameException", self.kms.create_alias, AliasName="mine", TargetKeyId=key)
        self.refused("NotAuthorizedException", self.kms.create_alias, AliasName="alias/aws/mine", TargetKeyId=key)
        self.refused("ValidationException", self.kms.create_alias, AliasName="alias/a b", TargetKeyId=key, message="'aliasName'")

    def test_an_alias_of_an_alias(self):
        name = self.alias()
        self.kms.create_alias(AliasName=name, TargetKeyId=self.key()["KeyId"])
        self.refused("ValidationException", self.kms.create_alias, AliasName=self.alias(), TargetKeyId=name)

    def test_a_key_that_waits_for_its_deletion(self):
        """A key that waits for its deletion: `KMSInvalidStateException`."""
        key = self.key()["KeyId"]
        self.kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        for call in (self.kms.enable_key, self.kms.enable_key_rotation, self.kms.schedule_key_deletion):
            self.refused("KMSInvalidStateException", call, KeyId=key, message="is pending deletion.")
        self.refused("KMSInvalidStateException", self.kms.create_alias, AliasName=self.alias(), TargetKeyId=key)

    def test_waits_are_7_to_30_days(self):
        key = self.key()["KeyId"]
        for days in (6, 31):
            self.refused("ValidationException", self.kms.schedule_key_deletion, KeyId=key, PendingWindowInDays=days)

    def test_bad_tags(self):
        """KMS: a tag with a bracket is `TagException`."""
        self.refused("TagException", self.key, Tags=[{"TagKey": "place", "TagValue": "readers[2]"}])
        self.refused("TagException", self.key, Tags=[{"TagKey": "aws:x", "TagValue": ""}])

    def test_a_policy_that_is_not_json(self):
        self.refused("MalformedPolicyDocumentException", self.key, Policy="everybody")

    def test_types_of_members(self):
        """JSON: a missing member or one of a wrong type is told with the member's name."""
        kms = client("kms", checked=False)
        error = self.refused("SerializationException", kms.describe_key, KeyId=7)
        self.assertEqual(error["Message"], "NUMBER_VALUE can not be converted to a String")
        error = self.refused("ValidationException", kms.describe_key)
        self.assertEqual(
            error["Message"],
            "1 validation error detected: Value at 'keyId' failed to satisfy constraint: Member must not be null",
        )


class Keys(KmsTest):
    def test_a_key_is_described_as_it_was_made(self):
        made = self.key(Description="at rest", Tags=[{"TagKey": "a", "TagValue": "1"}])
        self.assertEqual(made["Arn"], f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{made['KeyId']}")
        self.assertEqual((made["KeyState"], made["Enabled"], made["Description"]), ("Enabled", True, "at rest"))
        for name in (made["KeyId"], made["Arn"]):
            self.assertEqual(self.kms.describe_key(KeyId=name)["KeyMetadata"], made)
        tags = self.kms.list_resource_tags(KeyId=made["KeyId"])
        self.assertEqual((tags["Tags"], tags["Truncated"]), ([{"TagKey": "a", "TagValue": "1"}], False))

    def test_without_a_policy_the_account_decides(self):
        policy = json.loads(self.kms.get_key_policy(KeyId=self.key()["KeyId"], PolicyName="default")["Policy"])
        self.assertEqual(policy["Statement"][0]["Principal"], {"AWS": f"arn:aws:iam::{ACCOUNT}:root"})

    def test_rotation(self):
        key = self.key()["KeyId"]
        self.assertFalse(self.kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"])
        self.kms.enable_key_rotation(KeyId=key)
        status = self.kms.get_key_rotation_status(KeyId=key)
        self.assertEqual((status["KeyRotationEnabled"], status["RotationPeriodInDays"]), (True, 365))

    def test_deletion_waits_and_can_be_cancelled(self):
        key = self.key()["KeyId"]
        answer = self.kms.schedule_key_deletion(KeyId=key)
        self.assertEqual((answer["KeyState"], answer["PendingWindowInDays"]), ("PendingDeletion", 30))
        seen = self.kms.describe_key(KeyId=key)["KeyMetadata"]
        self.assertEqual((seen["KeyState"], seen["DeletionDate"]), ("PendingDeletion", answer["DeletionDate"]))
        self.kms.cancel_key_deletion(KeyId=key)
        self.assertEqual(self.kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"], "Disabled")

    def test_aliases_name_keys(self):
        name, key, other = self.alias(), self.key(), self.key()
        self.kms.create_alias(AliasName=name, TargetKeyId=key["Arn"])
        self.assertEqual(self.kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"], key["KeyId"])
        listed = self.kms.list_aliases(KeyId=key["KeyId"])["Aliases"]
        self.assertEqual([(alias["AliasName"], alias["TargetKeyId"]) for alias in listed], [(name, key["KeyId"])])
        self.kms.update_alias(AliasName=name, TargetKeyId=other["KeyId"])
        self.assertEqual(self.kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"], other["KeyId"])
        self.kms.delete_alias(AliasName=name)
        self.refused("NotFoundException", self.kms.describe_key, KeyId=name)
        self.refused("NotFoundException", self.kms.delete_alias, AliasName=name)

    def test_tags_come_and_go(self):
        key = self.key()["KeyId"]
        self.kms.tag_resource(KeyId=key, Tags=[{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": "2"}])
        self.kms.untag_resource(KeyId=key, TagKeys=["a"])
        self.assertEqual(self.kms.list_resource_tags(KeyId=key)["Tags"], [{"TagKey": "b", "TagValue": "2"}])

    def test_lists_have_pages(self):
        kms = client("kms", "sa-east-1")
        made = {kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(5)}
        pages = list(kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2}))
        self.assertGreaterEqual(len(pages), 3)
        self.assertLessEqual(made, {key["KeyId"] for page in pages for key in page["Keys"]})
