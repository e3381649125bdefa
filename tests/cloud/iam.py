"""IAM: roles, what stands in them, what hangs on them, and what keeps them from being deleted."""

import json

from cloud import ACCOUNT, CloudTest, client, fresh

TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}],
})
READ = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a bucket+more/*"}],
})
MANAGED = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


class IamTest(CloudTest):
    def setUp(self):
        self.iam = client("iam")
        self.name = fresh("role")

    def role(self, **more):
        return self.iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=TRUST, **more)["Role"]


class Refusals(IamTest):
    def test_a_second_role_of_one_name(self):
        """A role of that name exists: `EntityAlreadyExists`."""
        self.role()
        self.refused("EntityAlreadyExists", self.role, message=f"Role with name {self.name} already exists.", status=409)

    def test_names_differ_by_more_than_case(self):
        self.role()
        self.refused("EntityAlreadyExists", self.iam.create_role, RoleName=self.name.upper(), AssumeRolePolicyDocument=TRUST)

    def test_a_role_that_is_not_there(self):
        for call in (self.iam.get_role, self.iam.delete_role, self.iam.list_role_policies):
            self.refused("NoSuchEntity", call, RoleName=self.name, message=f"The role with name {self.name} cannot be found.", status=404)

    def test_a_role_with_policies_is_not_deleted(self):
        """A role with policies is not deleted: `DeleteConflict`."""
        self.role()
        self.iam.put_role_policy(RoleName=self.name, PolicyName="read", PolicyDocument=READ)
        self.iam.attach_role_policy(RoleName=self.name, PolicyArn=MANAGED)
        self.refused("DeleteConflict", self.iam.delete_role, RoleName=self.name, message="must detach all policies first", status=409)
        self.iam.detach_role_policy(RoleName=self.name, PolicyArn=MANAGED)
        self.refused("DeleteConflict", self.iam.delete_role, RoleName=self.name, message="must delete policies first")
        self.iam.delete_role_policy(RoleName=self.name, PolicyName="read")
        self.iam.delete_role(RoleName=self.name)
        self.refused("NoSuchEntity", self.iam.get_role, RoleName=self.name)

    def test_documents_that_are_no_policies(self):
        create = self.iam.create_role
        for document in ("not json", "{}", READ):
            self.refused("MalformedPolicyDocument", create, RoleName=self.name, AssumeRolePolicyDocument=document)
        self.role()
        self.refused("MalformedPolicyDocument", self.iam.put_role_policy, RoleName=self.name, PolicyName="p", PolicyDocument=TRUST)

    def test_limits_of_the_model(self):
        """Query: missing members, lengths and enums of the model are `ValidationError`."""
        iam = client("iam", checked=False)
        error = self.refused("ValidationError", iam.create_role, RoleName="x" * 65, AssumeRolePolicyDocument=TRUST)
        self.assertEqual(
            error["Message"],
            "1 validation error detected: Value at 'roleName' failed to satisfy constraint: "
            "Member must have length less than or equal to 64",
        )
        error = self.refused("ValidationError", iam.create_role, RoleName="a b")
        self.assertIn("2 validation errors detected: ", error["Message"])
        self.assertIn("Value at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null", error["Message"])

    def test_a_tag_with_brackets(self):
        """IAM: a tag with a bracket is `ValidationError`."""
        tags = [{"Key": "place", "Value": "readers[2]"}]
        self.refused("ValidationError", self.role, Tags=tags, message="tags.1.member.value")

    def test_tags_of_aws_and_tags_twice(self):
        self.refused("InvalidInput", self.role, Tags=[{"Key": "aws:mine", "Value": ""}])
        self.refused("InvalidInput", self.role, Tags=[{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}])

    def test_a_policy_that_is_not_there_is_not_attached(self):
        self.role()
        self.refused("NoSuchEntity", self.iam.attach_role_policy, RoleName=self.name, PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/{fresh()}")

    def test_an_attached_policy_is_not_deleted(self):
        self.role()
        arn = self.iam.create_policy(PolicyName=fresh(), PolicyDocument=READ)["Policy"]["Arn"]
        self.iam.attach_role_policy(RoleName=self.name, PolicyArn=arn)
        self.refused("DeleteConflict", self.iam.delete_policy, PolicyArn=arn)
        self.iam.detach_role_policy(RoleName=self.name, PolicyArn=arn)
        self.iam.delete_policy(PolicyArn=arn)
        self.refused("NoSuchEntity", self.iam.get_policy, PolicyArn=arn)


class Roles(IamTest):
    def test_a_role_is_described_as_it_was_made(self):
        made = self.role(Path="/team/", Description="for loads", Tags=[{"Key": "owner", "Value": "me"}])
        self.assertEqual(made["Arn"], f"arn:aws:iam::{ACCOUNT}:role/team/{self.name}")
        self.assertRegex(made["RoleId"], "^AROA[A-Z0-9]{17}$")
        role = self.iam.get_role(RoleName=self.name)["Role"]
        self.assertEqual(role["AssumeRolePolicyDocument"], json.loads(TRUST))
        self.assertEqual(role["Tags"], [{"Key": "owner", "Value": "me"}])
        self.assertEqual((role["Description"], role["MaxSessionDuration"]), ("for loads", 3600))

    def test_trust_and_description_change(self):
        self.role()
        trust = TRUST.replace("redshift.", "redshift-serverless.")
        self.iam.update_assume_role_policy(RoleName=self.name, PolicyDocument=trust)
        self.iam.update_role(RoleName=self.name, Description="other")
        role = self.iam.get_role(RoleName=self.name)["Role"]
        self.assertEqual((role["AssumeRolePolicyDocument"], role["Description"]), (json.loads(trust), "other"))

    def test_inline_policies(self):
        self.role()
        self.iam.put_role_policy(RoleName=self.name, PolicyName="read", PolicyDocument=READ)
        self.assertEqual(self.iam.list_role_policies(RoleName=self.name)["PolicyNames"], ["read"])
        policy = self.iam.get_role_policy(RoleName=self.name, PolicyName="read")
        self.assertEqual(policy["PolicyDocument"], json.loads(READ))

    def test_attaching_twice_is_attaching_once(self):
        self.role()
        for _ in range(2):
            self.iam.attach_role_policy(RoleName=self.name, PolicyArn=MANAGED)
        attached = self.iam.list_attached_role_policies(RoleName=self.name)["AttachedPolicies"]
        self.assertEqual(attached, [{"PolicyName": "AmazonS3ReadOnlyAccess", "PolicyArn": MANAGED}])

    def test_tags_come_and_go(self):
        self.role()
        self.iam.tag_role(RoleName=self.name, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
        self.iam.untag_role(RoleName=self.name, TagKeys=["a"])
        self.assertEqual(self.iam.list_role_tags(RoleName=self.name)["Tags"], [{"Key": "b", "Value": ""}])

    def test_lists_have_pages(self):
        path = f"/{fresh()}/"
        names = sorted(fresh() for _ in range(5))
        for name in names:
            self.iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=TRUST)
        pages = list(self.iam.get_paginator("list_roles").paginate(PathPrefix=path, PaginationConfig={"PageSize": 2}))
        self.assertEqual([len(page["Roles"]) for page in pages], [2, 2, 1])
        self.assertEqual([role["RoleName"] for page in pages for role in page["Roles"]], names)

    def test_a_role_can_be_assumed_and_the_session_is_somebody_else(self):
        role = self.role()
        session = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="night")
        keys = session["Credentials"]
        identity = client("sts", key=keys["AccessKeyId"], token=keys["SessionToken"]).get_caller_identity()
        self.assertEqual(identity["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.name}/night")

    def test_service_linked_roles_are_made_once(self):
        name = "redshift.amazonaws.com"
        try:
            self.iam.create_service_linked_role(AWSServiceName=name)
        except self.iam.exceptions.InvalidInputException:
            pass
        self.assertIn(name, self.iam.get_role(RoleName="AWSServiceRoleForRedshift")["Role"]["Path"])
        self.refused("InvalidInput", self.iam.create_service_linked_role, AWSServiceName=name, message="has been taken")
