"""Secrets Manager: tokens, stages, and names that stay taken while a secret waits for its deletion."""

import string

from cloud import ACCOUNT, CloudTest, client, fresh

MISSING = "Secrets Manager can't find the specified secret."


class SecretsTest(CloudTest):
    def setUp(self):
        self.secrets = client("secretsmanager")
        self.name = fresh("app/db/login")

    def make(self, value="one", **more):
        return self.secrets.create_secret(Name=self.name, SecretString=value, **more)

    def value(self, **which):
        return self.secrets.get_secret_value(SecretId=self.name, **which)["SecretString"]

    def stages(self):
        return self.secrets.describe_secret(SecretId=self.name)["VersionIdsToStages"]


def token(letter):
    return letter * 32


class Refusals(SecretsTest):
    def test_a_secret_that_is_not_there(self):
        for call in (self.secrets.describe_secret, self.secrets.get_secret_value, self.secrets.delete_secret):
            self.refused("ResourceNotFoundException", call, SecretId=self.name, message=MISSING, status=400)

    def test_a_name_that_is_taken(self):
        self.make()
        words = f"The operation failed because the secret {self.name} already exists."
        self.refused("ResourceExistsException", self.make, message=words)

    def test_a_name_that_waits_for_its_deletion(self):
        """The name of a secret that waits for its deletion stays taken: `InvalidRequestException`."""
        self.make()
        self.secrets.delete_secret(SecretId=self.name, RecoveryWindowInDays=7)
        words = "You can't create this secret because a secret with this name is already scheduled for deletion."
        for _ in range(3):
            self.refused("InvalidRequestException", self.make, message=words)
        self.refused("InvalidRequestException", self.value, message="marked for deletion")
        self.secrets.restore_secret(SecretId=self.name)
        self.assertEqual(self.value(), "one")

    def test_bad_names_values_and_tags(self):
        create = self.secrets.create_secret
        self.refused("ValidationException", create, Name="a b", SecretString="x", message="Invalid name.")
        self.refused("ValidationException", create, Name="x" * 513, message="'name' failed to satisfy constraint: Member must have length less than or equal to 512")
        self.refused("InvalidParameterException", create, Name=self.name, SecretString="x", SecretBinary=b"x")
        self.refused("InvalidParameterException", create, Name=self.name, Tags=[{"Key": "place", "Value": "readers[2]"}])
        self.refused("ResourceNotFoundException", self.value)

    def test_a_token_belongs_to_one_value(self):
        made = self.make(ClientRequestToken=token("a"))
        again = self.make(ClientRequestToken=token("a"))
        self.assertEqual((made["ARN"], made["VersionId"]), (again["ARN"], again["VersionId"]))
        self.refused("ResourceExistsException", self.make, "two", ClientRequestToken=token("a"), message="already in use for a version")
        self.refused("ResourceExistsException", self.secrets.put_secret_value, SecretId=self.name, SecretString="two", ClientRequestToken=token("a"))

    def test_waits_are_7_to_30_days_and_force_takes_none(self):
        self.make()
        delete = self.secrets.delete_secret
        self.refused("InvalidParameterException", delete, SecretId=self.name, RecoveryWindowInDays=6)
        self.refused("InvalidParameterException", delete, SecretId=self.name, RecoveryWindowInDays=7, ForceDeleteWithoutRecovery=True)

    def test_a_key_that_is_not_there(self):
        self.refused("EncryptionFailure", self.make, KmsKeyId="alias/nobody")

    def test_versions_that_are_not_there(self):
        self.make()
        self.refused("ResourceNotFoundException", self.value, VersionId=token("z"))
        self.refused("ResourceNotFoundException", self.value, VersionStage="AWSPENDING", message="for staging label: AWSPENDING")

    def test_rotation_needs_a_function_or_a_service(self):
        self.make()
        self.refused("InvalidRequestException", self.secrets.rotate_secret, SecretId=self.name, message="No Lambda rotation function ARN")


class Secrets(SecretsTest):
    def test_it_is_described_and_found_by_each_of_its_names(self):
        made = self.make(Description="of a test", Tags=[{"Key": "a", "Value": "1"}])
        self.assertRegex(made["ARN"], f"^arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{self.name}-[A-Za-z0-9]{{6}}$")
        for name in (self.name, made["ARN"], made["ARN"][:-7]):
            found = self.secrets.describe_secret(SecretId=name)
            self.assertEqual((found["Description"], found["Tags"]), ("of a test", [{"Key": "a", "Value": "1"}]))
            self.assertEqual(found["VersionIdsToStages"], {made["VersionId"]: ["AWSCURRENT"]})

    def test_a_forced_deletion_is_not_done_at_once(self):
        self.make()
        self.secrets.delete_secret(SecretId=self.name, ForceDeleteWithoutRecovery=True)
        self.refused("InvalidRequestException", self.make, message="scheduled for deletion")
        self.make("two")
        self.assertEqual(self.value(), "two")

    def test_forcing_away_what_is_not_there_is_no_error(self):
        self.assertEqual(self.secrets.delete_secret(SecretId=self.name, ForceDeleteWithoutRecovery=True)["Name"], self.name)

    def test_tags_come_and_go(self):
        self.make()
        self.secrets.tag_resource(SecretId=self.name, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
        self.secrets.untag_resource(SecretId=self.name, TagKeys=["a"])
        self.assertEqual(self.secrets.describe_secret(SecretId=self.name)["Tags"], [{"Key": "b", "Value": "2"}])

    def test_listing_by_filters_and_pages(self):
        names = sorted(f"{self.name}/{number}" for number in range(5))
        for name in names:
            self.secrets.create_secret(Name=name, SecretString="x", Tags=[{"Key": "team", "Value": self.name}])
        self.secrets.delete_secret(SecretId=names[4])
        by_tag = [{"Key": "tag-value", "Values": [self.name]}]
        pages = list(self.secrets.get_paginator("list_secrets").paginate(Filters=by_tag, PaginationConfig={"PageSize": 3}))
        self.assertEqual([[one["Name"] for one in page["SecretList"]] for page in pages], [names[:3], names[3:4]])
        by_name = [{"Key": "name", "Values": [self.name]}]
        self.assertEqual(len(self.secrets.list_secrets(Filters=by_name, IncludePlannedDeletion=True)["SecretList"]), 5)


class Versions(SecretsTest):
    def test_stages_move(self):
        self.make("one", ClientRequestToken=token("a"))
        self.secrets.put_secret_value(SecretId=self.name, SecretString="two", ClientRequestToken=token("b"))
        self.assertEqual(self.stages(), {token("a"): ["AWSPREVIOUS"], token("b"): ["AWSCURRENT"]})
        self.secrets.put_secret_value(SecretId=self.name, SecretString="three", ClientRequestToken=token("c"))
        self.assertEqual(self.stages(), {token("b"): ["AWSPREVIOUS"], token("c"): ["AWSCURRENT"]})
        self.assertEqual([self.value(), self.value(VersionStage="AWSPREVIOUS"), self.value(VersionId=token("a"))], ["three", "two", "one"])

    def test_a_pending_version_becomes_current_by_hand(self):
        self.make("one", ClientRequestToken=token("a"))
        self.secrets.put_secret_value(SecretId=self.name, SecretString="two", ClientRequestToken=token("b"), VersionStages=["AWSPENDING"])
        self.assertEqual((self.value(), self.value(VersionStage="AWSPENDING")), ("one", "two"))
        move = dict(SecretId=self.name, VersionStage="AWSCURRENT", MoveToVersionId=token("b"))
        self.refused("InvalidParameterException", self.secrets.update_secret_version_stage, **move, message="RemoveFromVersionId can't be empty")
        self.secrets.update_secret_version_stage(**move, RemoveFromVersionId=token("a"))
        self.assertEqual((self.value(), self.value(VersionStage="AWSPREVIOUS")), ("two", "one"))

    def test_the_same_version_twice_is_one(self):
        self.make("one")
        for _ in range(2):
            self.secrets.put_secret_value(SecretId=self.name, SecretString="two", ClientRequestToken=token("b"))
        self.assertEqual(len(self.secrets.list_secret_version_ids(SecretId=self.name)["Versions"]), 2)

    def test_bytes(self):
        self.secrets.create_secret(Name=self.name, SecretBinary=b"\x00\xff")
        self.assertEqual(self.secrets.get_secret_value(SecretId=self.name)["SecretBinary"], b"\x00\xff")

    def test_updates_make_versions(self):
        self.make("one")
        answer = self.secrets.update_secret(SecretId=self.name, SecretString="two", Description="new")
        self.assertTrue(answer["VersionId"])
        self.assertEqual((self.value(), self.secrets.describe_secret(SecretId=self.name)["Description"]), ("two", "new"))


class Passwords(SecretsTest):
    def password(self, **rules):
        return self.secrets.get_random_password(**rules)["RandomPassword"]

    def test_rules_are_kept(self):
        for _ in range(20):
            password = self.password(PasswordLength=16, ExcludeCharacters="'\"/\\@ ", RequireEachIncludedType=True)
            self.assertEqual(len(password), 16)
            self.assertFalse(set(password) & set("'\"/\\@ "))
            for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation):
                self.assertTrue(set(password) & set(kind), password)

    def test_kinds_can_be_left_out(self):
        password = self.password(ExcludePunctuation=True, ExcludeNumbers=True, ExcludeUppercase=True)
        self.assertRegex(password, "^[a-z]{32}$")

    def test_no_two_are_equal(self):
        self.assertEqual(len({self.password() for _ in range(10)}), 10)

    def test_impossible_rules(self):
        self.refused("InvalidParameterException", self.password, PasswordLength=3)
        nothing = dict(ExcludeLowercase=True, ExcludeUppercase=True, ExcludeNumbers=True, ExcludePunctuation=True)
        self.refused("InvalidParameterException", self.password, **nothing)
