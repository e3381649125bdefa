"""Redshift Serverless: namespaces, workgroups, snapshots and what belongs to them, refusals first."""

import json
import re
import time

from cloud import ACCOUNT, Serving, fresh
from ground import PASSWORD, GroundTest

BUSY = "There is an operation running on the workgroup."
TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"redshift.amazonaws.com"},"Action":"sts:AssumeRole"}]}'


class ServerlessTest(GroundTest):
    def setUp(self):
        super().setUp()
        self.vpc_id = self.vpc()
        self.subnet_ids = self.subnets(self.vpc_id)

    def pair(self, **more):
        """A namespace and its workgroup, available."""
        namespace = self.namespace()["namespaceName"]
        return namespace, self.workgroup(namespace, self.subnet_ids, **more)["workgroupName"]

    def change(self, name, **setting):
        self.serverless.update_workgroup(workgroupName=name, **setting)
        return self.available(name)

    def settled(self, name):
        for _ in range(3):
            found = self.serverless.get_namespace(namespaceName=name)["namespace"]
        return found


class Namespaces(ServerlessTest):
    def test_the_name_is_taken(self):
        """A namespace of that name exists: `ConflictException`."""
        name = self.namespace()["namespaceName"]
        self.refused("ConflictException", self.namespace, name)
        raw = self.client("redshift-serverless", checked=False)
        for bad in ("Bad_Name", "ab", "n" * 65):
            self.refused("ValidationException", raw.create_namespace, namespaceName=bad)

    def test_reserved_words_are_no_names(self):
        create = self.serverless.create_namespace
        self.refused("ValidationException", create, namespaceName=fresh(), dbName="Select", message="reserved word")
        given = {"adminUsername": "snapshot", "adminUserPassword": "Passw0rd"}
        self.refused("ValidationException", create, namespaceName=fresh(), message="reserved word", **given)

    def test_user_and_password_come_together(self):
        """User and password come both or neither; a password and manageAdminPassword exclude each other."""
        make, words = self.serverless.create_namespace, "Specify both the user name and password, or neither."
        self.refused("ValidationException", make, namespaceName=fresh(), adminUsername="admin", message=words)
        self.refused("ValidationException", make, namespaceName=fresh(), adminUserPassword=PASSWORD, message=words)
        both = {"manageAdminPassword": True, "adminUserPassword": PASSWORD, "adminUsername": "admin"}
        self.refused("ValidationException", make, namespaceName=fresh(), **both, message="manageAdminPassword")
        self.refused("ValidationException", make, namespaceName=fresh(), adminPasswordSecretKmsKeyId="k")
        for password in ("Sh0rt", "nodigitsHere", "no upper 1", "Has/Slash1", "x" * 60 + "Aa1zz"):
            self.refused("ValidationException", make, namespaceName=fresh(), adminUsername="admin", adminUserPassword=password)

    def test_echoes(self):
        """`dbName` comes back as `dev` once there is a workgroup; no key comes back as `AWS_OWNED_KMS_KEY`."""
        made = self.namespace()
        self.assertEqual(made["kmsKeyId"], "AWS_OWNED_KMS_KEY")
        self.assertNotIn("dbName", made)
        self.assertEqual(made["status"], "AVAILABLE")
        self.assertEqual(made["namespaceArn"], f"arn:aws:redshift-serverless:{self.region}:{ACCOUNT}:namespace/{made['namespaceId']}")
        self.assertRegex(made["namespaceId"], "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.workgroup(made["namespaceName"], self.subnet_ids)
        self.assertEqual(self.serverless.get_namespace(namespaceName=made["namespaceName"])["namespace"]["dbName"], "dev")

    def test_an_alias_comes_back_as_the_key(self):
        """An alias comes back as the key's ARN."""
        kms = self.client("kms")
        key = kms.create_key()["KeyMetadata"]
        kms.create_alias(AliasName="alias/" + fresh(), TargetKeyId=key["KeyId"])
        alias = [one["AliasName"] for one in kms.list_aliases()["Aliases"] if one.get("TargetKeyId") == key["KeyId"]][0]
        self.assertEqual(self.namespace(kmsKeyId=alias)["kmsKeyId"], key["Arn"])
        kms.schedule_key_deletion(KeyId=key["KeyId"])
        self.refused("ValidationException", self.namespace, kmsKeyId=key["Arn"], message="pending deletion")
        self.refused("ValidationException", self.namespace, kmsKeyId="alias/nobody")

    def test_a_role_is_known_after_some_seconds(self):
        """A young role is refused; roles come back as `IamRole(…)` with their fields in either order."""
        iam, names = self.client("iam"), [fresh("role"), fresh("role")]
        roles = [iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"] for name in names]
        name = fresh("ns")
        for _ in range(2):
            self.refused("ValidationException", self.namespace, name, iamRoles=roles, message="IAM role")
        made = self.namespace(name, iamRoles=roles, defaultIamRoleArn=roles[0])
        for text in made["iamRoles"]:
            self.assertRegex(text, r"^IamRole\((applyStatus=in-sync, iamRoleArn=\S+|iamRoleArn=\S+, applyStatus=in-sync)\)$")
        self.refused("ValidationException", self.namespace, iamRoles=[f"arn:aws:iam::{ACCOUNT}:role/nobody"])
        change = self.serverless.update_namespace
        self.refused("ValidationException", change, namespaceName=name, defaultIamRoleArn=roles[0], message="entire list")

    def test_one_group_a_call(self):
        """Two groups of settings in one UpdateNamespace are refused; so is a change while another runs, and an equal value."""
        name, change = self.namespace()["namespaceName"], self.serverless.update_namespace
        two = {"logExports": ["userlog"], "kmsKeyId": "alias/x"}
        self.refused("ValidationException", change, namespaceName=name, **two, message="can't update multiple configurations at the same time for namespace")
        self.assertEqual(change(namespaceName=name, logExports=["userlog"])["namespace"]["status"], "MODIFYING")
        self.refused("ConflictException", change, namespaceName=name, logExports=["connectionlog"])
        self.assertEqual(self.settled(name)["logExports"], ["userlog"])
        self.refused("ValidationException", change, namespaceName=name, logExports=["userlog"])

    def test_it_stays_while_it_has_a_workgroup(self):
        """A namespace is not deleted while it has a workgroup."""
        namespace, workgroup = self.pair()
        self.refused("ConflictException", self.serverless.delete_namespace, namespaceName=namespace)
        self.serverless.delete_workgroup(workgroupName=workgroup)
        self.gone(self.serverless.get_workgroup, workgroupName=workgroup)
        self.assertEqual(self.serverless.delete_namespace(namespaceName=namespace)["namespace"]["status"], "DELETING")
        self.gone(self.serverless.get_namespace, namespaceName=namespace)
        self.refused("ResourceNotFoundException", self.serverless.delete_namespace, namespaceName=namespace)

    def test_quota(self):
        """25 namespaces a region."""
        for _ in range(25):
            self.namespace()
        with self.assertRaises(self.serverless.exceptions.ValidationException):
            self.namespace()
        pages = list(self.serverless.get_paginator("list_namespaces").paginate(PaginationConfig={"PageSize": 10}))
        self.assertEqual([len(page["namespaces"]) for page in pages], [10, 10, 5])
        for namespace in [one for page in pages for one in page["namespaces"]]:
            self.serverless.delete_namespace(namespaceName=namespace["namespaceName"])
        self.serverless.list_namespaces()
        self.assertEqual(self.serverless.list_namespaces()["namespaces"], [])


class ManagedPasswords(ServerlessTest):
    def managed(self, **more):
        name = fresh("ns")
        return self.serverless.create_namespace(namespaceName=name, manageAdminPassword=True, **more)["namespace"]

    def test_the_secret_belongs_to_the_service(self):
        """The managed secret is named `redshift!…`, is not deleted by hand, and goes with its namespace."""
        secrets = self.client("secretsmanager")
        made = self.managed(adminUsername="chief")
        arn = made["adminPasswordSecretArn"]
        found = secrets.describe_secret(SecretId=arn)
        self.assertEqual(found["Name"], f"redshift!{made['namespaceName']}-chief")
        self.assertIn("OwningService", found)
        value = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
        self.assertEqual(value["username"], "chief")
        with self.assertRaises(secrets.exceptions.ClientError):
            secrets.delete_secret(SecretId=arn)
        self.serverless.delete_namespace(namespaceName=made["namespaceName"])
        self.refused("ResourceNotFoundException", secrets.get_secret_value, SecretId=arn)

    def test_rotation_changes_the_password(self):
        """A rotation makes a new version, whose password alone is let in."""
        secrets, data = self.client("secretsmanager"), self.new_data
        made = self.managed()
        workgroup = self.workgroup(made["namespaceName"], self.subnet_ids)["workgroupName"]
        arn = made["adminPasswordSecretArn"]
        before = secrets.get_secret_value(SecretId=arn)
        stale = secrets.create_secret(Name=fresh(), SecretString=before["SecretString"])["ARN"]
        secrets.rotate_secret(SecretId=arn)
        self.assertNotEqual(secrets.get_secret_value(SecretId=arn)["VersionId"], before["VersionId"])
        ask = {"WorkgroupName": workgroup, "Database": "dev", "Sql": "select 1", "WaitTimeSeconds": 20}
        self.assertEqual(data.execute_statement(SecretArn=arn, **ask)["Status"], "FINISHED")
        self.assertEqual(data.execute_statement(SecretArn=stale, **ask)["Status"], "FAILED")

    def test_given_and_managed_take_turns(self):
        secrets = self.client("secretsmanager")
        name = self.managed()["namespaceName"]
        arn = self.serverless.get_namespace(namespaceName=name)["namespace"]["adminPasswordSecretArn"]
        self.refused("ValidationException", self.serverless.update_namespace, namespaceName=name, manageAdminPassword=True)
        given = {"adminUsername": "admin", "adminUserPassword": PASSWORD}
        self.serverless.update_namespace(namespaceName=name, **given)
        self.assertNotIn("adminPasswordSecretArn", self.settled(name))
        self.refused("ResourceNotFoundException", secrets.describe_secret, SecretId=arn)
        self.serverless.update_namespace(namespaceName=name, manageAdminPassword=True)
        self.assertIn("adminPasswordSecretArn", self.settled(name))


class WorkgroupCreation(ServerlessTest):
    def refuse(self, code="ValidationException", message=None, **more):
        namespace = self.namespace()["namespaceName"]
        more.setdefault("subnetIds", self.subnet_ids)
        if "pricePerformanceTarget" not in more:
            more.setdefault("baseCapacity", 8)
        self.refused(code, self.serverless.create_workgroup, workgroupName=fresh("wg"), namespaceName=namespace, message=message, **more)

    def test_names_and_namespaces(self):
        """A workgroup of that name exists, or the namespace has one: `ConflictException`."""
        namespace, name = self.pair()
        again = {"workgroupName": name, "namespaceName": namespace, "subnetIds": self.subnet_ids}
        self.refused("ConflictException", self.serverless.create_workgroup, **again)
        again["workgroupName"] = fresh("wg")
        self.refused("ConflictException", self.serverless.create_workgroup, **again, message="already has a workgroup")
        again["namespaceName"] = "nobody"
        self.refused("ResourceNotFoundException", self.serverless.create_workgroup, **again)

    def test_capacities(self):
        """A base off the lattice, above the maximum, or beside a target is refused."""
        for base in (0, 5, 12, 516, 1040):
            self.refuse(baseCapacity=base)
        self.refuse(baseCapacity=16, maxCapacity=8)
        self.refuse(baseCapacity=16, pricePerformanceTarget={"status": "ENABLED", "level": 50})
        self.refuse(pricePerformanceTarget={"status": "ENABLED", "level": 49})

    def test_without_base_a_target_appears(self):
        """Without a base a price-performance target appears, and the base is −1."""
        namespace = self.namespace()["namespaceName"]
        made = self.serverless.create_workgroup(workgroupName=fresh("wg"), namespaceName=namespace, subnetIds=self.subnet_ids)["workgroup"]
        self.assertEqual((made["baseCapacity"], made["pricePerformanceTarget"]), (-1, {"status": "ENABLED", "level": 50}))

    def test_subnets_and_zones(self):
        """Too few subnets or zones, 2 in 2 and with enhanced routing 3 in 3, or subnets of two VPCs."""
        self.refuse(subnetIds=self.subnet_ids[:1])
        self.refuse(subnetIds=self.subnet_ids[:2], enhancedVpcRouting=True)
        self.refuse(subnetIds=["subnet-0123456789abcdef0", self.subnet_ids[0]])
        abroad = self.subnets(self.vpc("10.9.0.0/16"), 2, net="10.9")[1]
        self.refuse(subnetIds=[self.subnet_ids[0], abroad], message="same VPC")
        twin = self.ec2.create_subnet(VpcId=self.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZone=self.zones()[0])
        pair = [self.subnet_ids[0], twin["Subnet"]["SubnetId"]]
        self.refuse(subnetIds=pair, message="Availability Zones")
        self.refuse(subnetIds=[*pair, self.subnet_ids[1]], enhancedVpcRouting=True, message="Availability Zones")

    def test_a_group_of_another_vpc(self):
        """A security group of another VPC does not exist in this one."""
        other = self.vpc("10.9.0.0/16")
        group = self.group(other)
        self.refuse(securityGroupIds=[group], message=f"VPC Security group {group} does not exist in VPC {self.vpc_id}")

    def test_ports_and_parameters(self):
        for port in (5430, 5456, 8190, 80):
            self.refuse(port=port)
        for key, value in (("auto_pause", "true"), ("auto_mv", "maybe"), ("max_query_execution_time", "86400")):
            self.refuse(configParameters=[{"parameterKey": key, "parameterValue": value}])
        both = [("wlm_json_configuration", "[]"), ("max_scan_row_count", "1")]
        self.refuse(configParameters=[{"parameterKey": key, "parameterValue": value} for key, value in both])
        self.refuse("Ipv6CidrBlockNotFoundException", ipAddressType="dualstack")

    def test_addresses_are_used_up(self):
        """Too few free addresses are refused at creation, and at growth under enhanced routing."""
        small = self.subnets(self.vpc("10.7.0.0/16"), 3, prefix=28, net="10.7")
        words = re.escape("Insufficient free IP addresses found in subnets: [")
        namespace = self.namespace()["namespaceName"]
        ask = {"namespaceName": namespace, "subnetIds": small, "baseCapacity": 64, "enhancedVpcRouting": True}
        error = self.refused("ValidationException", self.serverless.create_workgroup, workgroupName=fresh("wg"), **ask)
        self.assertRegex(error["Message"], words)
        made = self.workgroup(namespace, small, baseCapacity=8, enhancedVpcRouting=True)["workgroupName"]
        error = self.refused("ValidationException", self.serverless.update_workgroup, workgroupName=made, baseCapacity=128)
        self.assertRegex(error["Message"], words)

    def test_states_and_addresses(self):
        """CREATING, then AVAILABLE: only then are there addresses; parameters come back that nobody set."""
        namespace, name = self.namespace()["namespaceName"], fresh("wg")
        made = self.serverless.create_workgroup(workgroupName=name, namespaceName=namespace, subnetIds=self.subnet_ids, baseCapacity=8, port=5440)["workgroup"]
        self.assertEqual(made["status"], "CREATING")
        first = self.serverless.get_workgroup(workgroupName=name)["workgroup"]
        self.assertEqual((first["status"], first.get("endpoint")), ("CREATING", None))
        found = self.serverless.get_workgroup(workgroupName=name)["workgroup"]
        self.assertEqual(found["status"], "AVAILABLE")
        self.assertTrue(found["endpoint"]["address"].startswith("127."))
        interfaces = found["endpoint"]["vpcEndpoints"][0]["networkInterfaces"]
        self.assertEqual({one["subnetId"] for one in interfaces}, set(self.subnet_ids))
        self.assertTrue(all(one["privateIpAddress"].startswith("10.0.") for one in interfaces))
        held = self.ec2.describe_network_interfaces(NetworkInterfaceIds=[one["networkInterfaceId"] for one in interfaces])
        self.assertTrue(all(one["RequesterManaged"] for one in held["NetworkInterfaces"]))
        keys = {one["parameterKey"] for one in found["configParameters"]}
        self.assertLessEqual({"auto_mv", "datestyle", "require_ssl", "search_path", "max_query_execution_time"}, keys)

    def test_deletion_shows_something_else_first(self):
        """While it is deleted a workgroup shows AVAILABLE or MODIFYING first."""
        namespace, name = self.pair()
        self.assertEqual(self.serverless.delete_workgroup(workgroupName=name)["workgroup"]["status"], "DELETING")
        self.refused("ConflictException", self.serverless.create_snapshot, namespaceName=namespace, snapshotName=fresh("s"), message=BUSY)
        self.refused("ResourceNotFoundException", self.serverless.get_workgroup, workgroupName=name)
        other = self.workgroup(namespace, self.subnet_ids)["workgroupName"]
        self.serverless.delete_workgroup(workgroupName=other)
        seen = self.serverless.get_workgroup(workgroupName=other)["workgroup"]["status"]
        self.assertIn(seen, ("AVAILABLE", "MODIFYING"))
        self.refused("ResourceNotFoundException", self.serverless.get_workgroup, workgroupName=other)


class WorkgroupChanges(ServerlessTest):
    def setUp(self):
        super().setUp()
        self.namespace_name, self.name = self.pair(baseCapacity=16)

    def refuse(self, code="ValidationException", message=None, **setting):
        self.refused(code, self.serverless.update_workgroup, workgroupName=self.name, message=message, **setting)

    def test_one_setting_a_call(self):
        """Two settings in one UpdateWorkgroup are refused, and so is none."""
        self.refuse(baseCapacity=24, port=5440, message="Can't update multiple configurations at the same time for workgroup")
        self.refuse()

    def test_equal_values(self):
        """A value equal to the present one is refused, and −1 where there is no maximum."""
        self.refuse(baseCapacity=16)
        self.refuse(port=5439)
        self.refuse(publiclyAccessible=False)
        self.refuse(enhancedVpcRouting=False)
        self.refuse(subnetIds=self.subnet_ids)
        self.refuse(configParameters=[{"parameterKey": "auto_mv", "parameterValue": "true"}])
        self.refuse(maxCapacity=-1)

    def test_nothing_while_something_runs(self):
        """Any change while the workgroup is not AVAILABLE: `ConflictException`."""
        self.serverless.update_workgroup(workgroupName=self.name, baseCapacity=24)
        self.refuse("ConflictException", maxCapacity=64, message=BUSY)
        self.refuse("ValidationException", baseCapacity=24)

    def test_capacities(self):
        self.change(self.name, maxCapacity=32)
        self.refuse(maxCapacity=8)
        self.refuse(baseCapacity=40)
        self.change(self.name, maxCapacity=-1)
        found = self.change(self.name, pricePerformanceTarget={"status": "ENABLED", "level": 75})
        self.assertEqual(found["baseCapacity"], -1)
        self.refuse(baseCapacity=32)
        self.change(self.name, pricePerformanceTarget={"status": "DISABLED"})
        self.assertEqual(self.change(self.name, baseCapacity=32)["baseCapacity"], 32)

    def test_parameters_are_never_unset(self):
        limit = [{"parameterKey": "max_scan_row_count", "parameterValue": "100"}]
        self.change(self.name, configParameters=limit)
        found = self.change(self.name, configParameters=[{"parameterKey": "auto_mv", "parameterValue": "false"}])
        self.assertIn(limit[0], found["configParameters"])

    def test_addresses_change_with_the_port(self):
        """Addresses change with the port, the routing and the subnets; the host's name stays."""
        def addresses(found):
            return {one["privateIpAddress"] for one in found["endpoint"]["vpcEndpoints"][0]["networkInterfaces"]}

        before = self.available(self.name)
        after = self.change(self.name, port=8191)
        self.assertEqual(after["endpoint"]["port"], 8191)
        self.assertEqual(after["endpoint"]["address"], before["endpoint"]["address"])
        self.assertFalse(addresses(before) & addresses(after))
        routed = self.change(self.name, enhancedVpcRouting=True)
        self.assertFalse(addresses(after) & addresses(routed))
        more = self.ec2.create_subnet(VpcId=self.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZone=self.zones()[0])
        moved = self.change(self.name, subnetIds=[*self.subnet_ids[1:], more["Subnet"]["SubnetId"]])
        self.assertFalse(addresses(routed) & addresses(moved))


class Snapshots(ServerlessTest):
    def take(self, namespace, name=None, **more):
        name = name or fresh("s")
        return self.serverless.create_snapshot(namespaceName=namespace, snapshotName=name, **more)["snapshot"]["snapshotName"]

    def ready(self, name):
        for _ in range(3):
            found = self.serverless.get_snapshot(snapshotName=name)["snapshot"]
        self.assertEqual(found["status"], "AVAILABLE")
        return found

    def test_the_sample_is_in_every_new_world(self):
        found = self.serverless.get_snapshot(snapshotName="airline-data-snapshot")["snapshot"]
        self.assertEqual((found["status"], found["adminUsername"]), ("AVAILABLE", "awsuser"))
        by_arn = self.serverless.get_snapshot(snapshotArn=found["snapshotArn"])["snapshot"]
        self.assertEqual(by_arn["snapshotName"], "airline-data-snapshot")

    def test_it_needs_a_workgroup(self):
        """A snapshot of a namespace without a workgroup is refused."""
        words = "You can't create a snapshot because there isn't a workgroup created for the namespace"
        name = self.namespace()["namespaceName"]
        self.refused("ValidationException", self.take, name, message=words)

    def test_names_retention_and_tags(self):
        namespace, _ = self.pair()
        for bad in ("Upper", "a--b", "a-", "1a"):
            self.refused("ValidationException", self.take, namespace, bad)
        self.refused("ValidationException", self.take, namespace, retentionPeriod=3654)
        name = self.take(namespace, retentionPeriod=7, tags=[{"key": "a", "value": "b[0]"}])
        self.refused("ConflictException", self.take, namespace, name)
        found = self.ready(name)
        self.assertEqual(found["snapshotRetentionPeriod"], 7)
        tags = self.serverless.list_tags_for_resource(resourceArn=found["snapshotArn"])["tags"]
        self.assertEqual(tags, [{"key": "a", "value": "b[0]"}])
        names = [one["snapshotName"] for one in self.serverless.list_snapshots(namespaceName=namespace)["snapshots"]]
        self.assertEqual(names, [name])
        self.serverless.delete_snapshot(snapshotName=name)
        self.refused("ResourceNotFoundException", self.serverless.get_snapshot, snapshotName=name)

    def test_one_of_name_and_arn(self):
        """A restore takes one of name and ARN, neither both nor none."""
        namespace, workgroup = self.pair()
        target = {"namespaceName": namespace, "workgroupName": workgroup}
        restore = self.serverless.restore_from_snapshot
        self.refused("ValidationException", restore, **target)
        self.refused("ValidationException", restore, **target, snapshotName="a", snapshotArn="b")
        self.refused("ResourceNotFoundException", restore, **target, snapshotName="nobody")
        self.refused("ValidationException", self.serverless.get_snapshot)

    def test_restoring_needs_what_is_available(self):
        """A restore without the workgroup, into another's, or while either is not AVAILABLE is refused."""
        restore = self.serverless.restore_from_snapshot
        lone = self.namespace()["namespaceName"]
        ask = {"snapshotName": "airline-data-snapshot", "namespaceName": lone}
        self.refused("ResourceNotFoundException", restore, **ask, workgroupName="nobody")
        _, foreign = self.pair()
        self.refused("ConflictException", restore, **ask, workgroupName=foreign)
        name = fresh("wg")
        self.serverless.create_workgroup(workgroupName=name, namespaceName=lone, subnetIds=self.subnet_ids, baseCapacity=8)
        self.refused("ConflictException", restore, **ask, workgroupName=name, message=BUSY)

    def test_everything_is_replaced(self):
        """A restore with manageAdminPassword makes the snapshot's administrator and a secret for it."""
        data, secrets = self.new_data, self.client("secretsmanager")
        namespace, workgroup = self.pair()
        ask = {"snapshotName": "airline-data-snapshot", "namespaceName": namespace, "workgroupName": workgroup}
        self.serverless.restore_from_snapshot(**ask, manageAdminPassword=True)
        self.assertEqual(self.serverless.get_workgroup(workgroupName=workgroup)["workgroup"]["status"], "MODIFYING")
        self.available(workgroup)
        found = self.settled(namespace)
        self.assertEqual(found["adminUsername"], "awsuser")
        self.assertIn("password", json.loads(secrets.get_secret_value(SecretId=found["adminPasswordSecretArn"])["SecretString"]))
        target = {"WorkgroupName": workgroup, "SecretArn": found["adminPasswordSecretArn"]}
        self.assertEqual(data.list_databases(Database="airline", **target)["Databases"], ["airline"])

    def test_what_was_kept_comes_back(self):
        data, secrets = self.new_data, self.client("secretsmanager")
        secret = secrets.create_secret(Name=fresh(), SecretString=json.dumps({"username": "admin", "password": PASSWORD}))["ARN"]
        namespace, workgroup = self.pair()
        ask = {"WorkgroupName": workgroup, "Database": "dev", "SecretArn": secret, "WaitTimeSeconds": 20}

        def run(sql):
            return data.execute_statement(Sql=sql, **ask)["Status"]

        self.assertEqual(run("create table kept (n int)"), "FINISHED")
        name = self.take(namespace)
        self.ready(name)
        self.assertEqual(run("drop table kept"), "FINISHED")
        self.serverless.restore_from_snapshot(snapshotName=name, namespaceName=namespace, workgroupName=workgroup)
        self.available(workgroup)
        self.assertEqual(run("select count(*) from kept"), "FINISHED")


class Credentials(ServerlessTest):
    def test_rules(self):
        _, workgroup = self.pair()
        get = self.serverless.get_credentials
        self.refused("ValidationException", get)
        self.refused("ValidationException", get, workgroupName=workgroup, durationSeconds=899)
        self.refused("ResourceNotFoundException", get, workgroupName="nobody")
        found = get(workgroupName=workgroup, dbName="dev")
        self.assertTrue(found["dbUser"].startswith("IAM:"))
        self.assertTrue(found["dbPassword"])


class UsageLimits(ServerlessTest):
    def test_up_to_four_of_a_kind(self):
        """Four usage limits of a kind: `ServiceQuotaExceededException`."""
        _, workgroup = self.pair()
        arn = self.available(workgroup)["workgroupArn"]
        make = self.serverless.create_usage_limit
        ask = {"resourceArn": arn, "usageType": "serverless-compute"}
        self.refused("ValidationException", make, **ask, amount=0)
        self.refused("ResourceNotFoundException", make, amount=1, usageType="serverless-compute", resourceArn=arn + "x")
        made = [make(**ask, amount=n)["usageLimit"] for n in (1, 2, 3, 4)]
        self.assertEqual((made[0]["period"], made[0]["breachAction"]), ("monthly", "log"))
        self.refused("ServiceQuotaExceededException", make, **ask, amount=5)
        one = made[0]["usageLimitId"]
        self.assertEqual(self.serverless.update_usage_limit(usageLimitId=one, amount=9)["usageLimit"]["amount"], 9)
        self.assertEqual(len(self.serverless.list_usage_limits(resourceArn=arn)["usageLimits"]), 4)
        self.serverless.delete_usage_limit(usageLimitId=one)
        self.refused("ResourceNotFoundException", self.serverless.get_usage_limit, usageLimitId=one)
        self.serverless.delete_workgroup(workgroupName=workgroup)
        self.assertEqual(self.serverless.list_usage_limits(resourceArn=arn)["usageLimits"], [])


class ManagedEndpoints(ServerlessTest):
    def test_names(self):
        _, workgroup = self.pair()
        for name in ("x" * 31, "1a", "a--b", "a-", "a_b"):
            ask = {"endpointName": name, "workgroupName": workgroup, "subnetIds": self.subnet_ids}
            self.refused("ValidationException", self.serverless.create_endpoint_access, **ask)

    def test_one_lives_and_goes_with_its_workgroup(self):
        _, workgroup = self.pair()
        name = fresh("e")
        ask = {"endpointName": name, "workgroupName": workgroup, "subnetIds": self.subnet_ids}
        self.assertEqual(self.serverless.create_endpoint_access(**ask)["endpoint"]["endpointStatus"], "CREATING")
        self.refused("ConflictException", self.serverless.create_endpoint_access, **ask)
        get = self.serverless.get_endpoint_access
        found = get(endpointName=name)["endpoint"]
        self.assertEqual(found["endpointStatus"], "ACTIVE")
        self.assertEqual(len(found["vpcEndpoint"]["networkInterfaces"]), 1)
        group = self.group(self.vpc_id)
        self.serverless.update_endpoint_access(endpointName=name, vpcSecurityGroupIds=[group])
        listed = self.serverless.list_endpoint_access(workgroupName=workgroup)["endpoints"]
        self.assertEqual([one["endpointName"] for one in listed], [name])
        self.serverless.delete_workgroup(workgroupName=workgroup)
        self.gone(get, endpointName=name)


class AtAnotherSpeed(ServerlessTest):
    @classmethod
    def setUpClass(cls):
        cls.serving = Serving("--speed", "120")
        cls.addClassCleanup(cls.serving.stop)

    def states(self, name):
        """What a workgroup shows until it is available or gone."""
        seen = []
        while True:
            try:
                status = self.serverless.get_workgroup(workgroupName=name)["workgroup"]["status"]
            except self.serverless.exceptions.ResourceNotFoundException:
                return seen
            if status not in seen:
                seen.append(status)
            if seen == ["CREATING", "AVAILABLE"]:
                return seen
            time.sleep(0.05)

    def test_time_passes_and_not_reads(self):
        """At another speed states last a time and not a number of reads."""
        name, namespace = fresh("wg"), self.namespace()["namespaceName"]
        began = time.monotonic()
        self.serverless.create_workgroup(workgroupName=name, namespaceName=namespace, subnetIds=self.subnet_ids, baseCapacity=8)
        self.assertEqual(self.states(name), ["CREATING", "AVAILABLE"])
        self.assertGreater(time.monotonic() - began, 1.5)
        self.serverless.delete_workgroup(workgroupName=name)
        first, *rest = self.states(name)
        self.assertIn(first, ("AVAILABLE", "MODIFYING"))
        self.assertEqual(rest, ["DELETING"])


class Tags(ServerlessTest):
    def test_by_arn(self):
        made = self.namespace(tags=[{"key": "a", "value": "1"}])
        arn = made["namespaceArn"]
        self.serverless.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "readers[0]"}])
        self.serverless.untag_resource(resourceArn=arn, tagKeys=["a"])
        self.assertEqual(self.serverless.list_tags_for_resource(resourceArn=arn)["tags"], [{"key": "b", "value": "readers[0]"}])
        self.refused("ResourceNotFoundException", self.serverless.list_tags_for_resource, resourceArn=arn + "x")
        self.refused("ValidationException", self.serverless.tag_resource, resourceArn=arn, tags=[{"key": "aws:x", "value": ""}])
        many = [{"key": f"k{n}", "value": ""} for n in range(50)]
        self.refused("TooManyTagsException", self.serverless.tag_resource, resourceArn=arn, tags=many)
