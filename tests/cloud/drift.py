"""Whatever is changed behind rsx's back, the next plan names that field and no other; a run then puts it right."""

import json
import os
import pathlib
import shlex
import subprocess
import tempfile
import unittest

from cloud import Serving, client

SPEC = """
stack drift { region = "us-east-1", tags = { team = "data" } }

network main { cidr = 10.0.0.0/16, subnets = [10.0.0.0/20, 10.0.16.0/20, 10.0.32.0/20] }

consumer reader {
  network          = main
  capacity         = 32rpu..64rpu
  encryption       = own_key
  logins           = [{ user = "bi", password = generated }]
  settings         = { query_group = "drift", max_query_execution_time = 10min, auto_mv = false }
}

producer writer {
  network          = main
  database         = "drift"
  capacity         = 32rpu..64rpu
  clients          = [10.0.8.0/24]
  enhanced_routing = true
}

step tables { on = writer, sql = "create schema s; create table s.t (i int)" }

datashare share { from = writer, schemas = ["s"], to = reader, database = "shared", users = ["bi"] }

nlb reads { network = main, targets = reader, clients = [10.0.0.0/16] }
"""

READER = "drift-reader"
OTHER = {"key": "team", "value": "others"}


class World:
    """What was made, by the names that AWS gave it."""

    def __init__(self, url, folder):
        self.url, self.folder = url, folder
        self.ids = {}
        for journal in folder.glob(".rsx/drift/default/**/journal.ndjson"):
            for line in journal.read_text().splitlines():
                ((kind, fact),) = json.loads(line)["fact"].items()
                if kind == "made":
                    self.ids[fact["address"]] = fact["id"]
                elif kind == "snapshot":
                    self.ids = {address: entry["id"] for address, entry in fact["entries"].items()}

    def __getitem__(self, address):
        return self.ids[address]

    def call(self, service, operation, **arguments):
        return getattr(client(service, url=self.url), operation)(**arguments)

    def reader(self):
        return self.call("redshift-serverless", "get_workgroup", workgroupName=READER)["workgroup"]

    def new_group(self):
        """A security group that nobody knows."""
        group = self.call("ec2", "create_security_group", VpcId=self["main.vpc"], GroupName="other", Description="other")
        return group["GroupId"]

    def new_subnet(self):
        subnet = self.call("ec2", "create_subnet", VpcId=self["main.vpc"], CidrBlock="10.0.64.0/20", AvailabilityZone="us-east-1d")
        return subnet["Subnet"]["SubnetId"]


def ec2_tag(address):
    return lambda w: w.call("ec2", "create_tags", Resources=[w[address]], Tags=[{"Key": "team", "Value": "others"}])


def ec2_name(address):
    return lambda w: w.call("ec2", "create_tags", Resources=[w[address]], Tags=[{"Key": "Name", "Value": "others"}])


def elb_tag(address):
    return lambda w: w.call("elbv2", "add_tags", ResourceArns=[w[address]], Tags=[{"Key": "team", "Value": "others"}])


def workgroup(**change):
    return lambda w: w.call("redshift-serverless", "update_workgroup", workgroupName=READER, **change)


def setting(name, value):
    return workgroup(configParameters=[{"parameterKey": name, "parameterValue": value}])


def group_attribute(name, value):
    return lambda w: w.call("elbv2", "modify_target_group_attributes", TargetGroupArn=w["reads.targets_of"],
                            Attributes=[{"Key": name, "Value": value}])


def connection(name, value):
    def change(w):
        secret = w["reader.login_secret[bi].own"]
        content = json.loads(w.call("secretsmanager", "get_secret_value", SecretId=secret)["SecretString"])
        content[name] = value
        current = w.call("secretsmanager", "describe_secret", SecretId=secret)["VersionIdsToStages"]
        (version,) = [id for id, stages in current.items() if "AWSCURRENT" in stages]
        # The part of a version's name that stands for the password stays.
        w.call("secretsmanager", "put_secret_value", SecretId=secret, SecretString=json.dumps(content),
               ClientRequestToken=version[:32] + name.ljust(32, "f"))
    return change


def password(w):
    secret = w["reader.login_secret[bi].own"]
    content = json.loads(w.call("secretsmanager", "get_secret_value", SecretId=secret)["SecretString"])
    content["password"] = "Rotated-Elsewhere-1"
    w.call("secretsmanager", "put_secret_value", SecretId=secret, SecretString=json.dumps(content))


WG, NS = "reader.warehouse.workgroup", "reader.warehouse.namespace"

# What is changed, how, at which address the plan finds it, and which field it names; without a field, what it does.
TABLE = [
    ("a vpc's tag", ec2_tag("main.vpc"), "main.vpc", "tags"),
    ("a vpc's name", ec2_name("main.vpc"), "main.vpc", "name"),
    ("a subnet's tag", ec2_tag("main.subnet[10.0.0.0/20]"), "main.subnet[10.0.0.0/20]", "tags"),
    ("a subnet's name", ec2_name("main.subnet[10.0.0.0/20]"), "main.subnet[10.0.0.0/20]", "name"),
    ("a route table's tag", ec2_tag("main.routes"), "main.routes", "tags"),
    ("a route table's name", ec2_name("main.routes"), "main.routes", "name"),
    ("an association", lambda w: w.call("ec2", "disassociate_route_table", AssociationId=w["main.route[10.0.0.0/20]"]),
     "main.route[10.0.0.0/20]", None),
    ("an endpoint's tag", ec2_tag("main.s3"), "main.s3", "tags"),
    ("an endpoint's name", ec2_name("main.s3"), "main.s3", "name"),
    ("an endpoint's tables", lambda w: w.call("ec2", "modify_vpc_endpoint", VpcEndpointId=w["main.s3"],
                                              RemoveRouteTableIds=[w["main.routes"]]), "main.s3", "tables"),
    ("a group's tag", ec2_tag("reader.gateway.group"), "reader.gateway.group", "tags"),
    ("a rule's tag", ec2_tag("reads.from_network[10.0.0.0/16 on 5439]"), "reads.from_network[10.0.0.0/16 on 5439]", "tags"),
    ("a rule's description", lambda w: w.call(
        "ec2", "modify_security_group_rules", GroupId=w["reads.group"], SecurityGroupRules=[
            {"SecurityGroupRuleId": w["reads.from_network[10.0.0.0/16 on 5439]"], "SecurityGroupRule": {
                "IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "CidrIpv4": "10.0.0.0/16", "Description": "others"}}]),
     "reads.from_network[10.0.0.0/16 on 5439]", "description"),
    ("a rule", lambda w: w.call("ec2", "revoke_security_group_ingress", GroupId=w["reads.group"],
                                SecurityGroupRuleIds=[w["reads.from_network[10.0.0.0/16 on 5439]"]]),
     "reads.from_network[10.0.0.0/16 on 5439]", None),
    ("a namespace's tag", lambda w: w.call("redshift-serverless", "tag_resource", tags=[OTHER], resourceArn=w.call(
        "redshift-serverless", "get_namespace", namespaceName=READER)["namespace"]["namespaceArn"]), NS, "tags"),
    ("a namespace's administrator", lambda w: w.call("redshift-serverless", "update_namespace", namespaceName=READER,
                                                     adminUsername="others", manageAdminPassword=True), NS, "admin_user"),
    ("a namespace's key", lambda w: w.call("redshift-serverless", "update_namespace", namespaceName=READER,
                                           kmsKeyId=w.call("kms", "create_key")["KeyMetadata"]["Arn"]), NS, "key"),
    ("a workgroup's tag", lambda w: w.call("redshift-serverless", "tag_resource", tags=[OTHER],
                                           resourceArn=w.reader()["workgroupArn"]), WG, "tags"),
    ("a workgroup's base", workgroup(baseCapacity=64), WG, "base"),
    ("a workgroup's maximum", workgroup(maxCapacity=128), WG, "max"),
    ("no maximum", workgroup(maxCapacity=-1), WG, "max"),
    ("a workgroup's port", workgroup(port=5440), WG, "port"),
    ("a workgroup's subnets", lambda w: w.call(
        "redshift-serverless", "update_workgroup", workgroupName=READER,
        subnetIds=[*w.reader()["subnetIds"], w.new_subnet()]), WG, "subnets"),
    ("a workgroup's groups", lambda w: w.call(
        "redshift-serverless", "update_workgroup", workgroupName=READER,
        securityGroupIds=[*w.reader()["securityGroupIds"], w.new_group()]), WG, "security_groups"),
    ("a workgroup's routing", workgroup(enhancedVpcRouting=True), WG, "enhanced_routing"),
    ("a workgroup's publicity", workgroup(publiclyAccessible=True), WG, "publicly_accessible"),
    ("a text setting", setting("query_group", "others"), WG, "settings"),
    ("a time setting", setting("max_query_execution_time", "60"), WG, "settings"),
    ("a switch", setting("auto_mv", "true"), WG, "settings"),
    ("a balancer's tag", elb_tag("reads.balancer"), "reads.balancer", "tags"),
    ("a balancer's subnets", lambda w: w.call("elbv2", "set_subnets", LoadBalancerArn=w["reads.balancer"], Subnets=[
        w["main.subnet[10.0.0.0/20]"], w["main.subnet[10.0.16.0/20]"]]), "reads.balancer", "subnets"),
    ("a balancer's groups", lambda w: w.call("elbv2", "set_security_groups", LoadBalancerArn=w["reads.balancer"],
                                             SecurityGroups=[w["reader.gateway.group"]]), "reads.balancer", "security_groups"),
    ("a balancer's zones", lambda w: w.call("elbv2", "modify_load_balancer_attributes", LoadBalancerArn=w["reads.balancer"],
                                            Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "false"}]),
     "reads.balancer", "cross_zone"),
    ("a target group's tag", elb_tag("reads.targets_of"), "reads.targets_of", "tags"),
    ("a target group's health", lambda w: w.call("elbv2", "modify_target_group", TargetGroupArn=w["reads.targets_of"],
                                                 HealthCheckIntervalSeconds=20), "reads.targets_of", "health"),
    ("a target group's other threshold", lambda w: w.call("elbv2", "modify_target_group", TargetGroupArn=w["reads.targets_of"],
                                                          HealthyThresholdCount=5), "reads.targets_of", "health"),
    ("a target group's threshold", lambda w: w.call("elbv2", "modify_target_group", TargetGroupArn=w["reads.targets_of"],
                                                    UnhealthyThresholdCount=5), "reads.targets_of", "health"),
    ("a target group's drain", group_attribute("deregistration_delay.timeout_seconds", "90"), "reads.targets_of", "drain"),
    ("a target group's stickiness", group_attribute("stickiness.enabled", "true"), "reads.targets_of", "sticky"),
    ("a listener's tag", elb_tag("reads.listener"), "reads.listener", "tags"),
    ("a listener's port", lambda w: w.call("elbv2", "modify_listener", ListenerArn=w["reads.listener"], Port=6000),
     "reads.listener", "port"),
    ("a listener's target group", lambda w: w.call("elbv2", "modify_listener", ListenerArn=w["reads.listener"], DefaultActions=[
        {"Type": "forward", "TargetGroupArn": w.call("elbv2", "create_target_group", Name="others", Protocol="TCP", Port=5439,
                                                     VpcId=w["main.vpc"], TargetType="ip")["TargetGroups"][0]["TargetGroupArn"]}]),
     "reads.listener", "target_group"),
    ("a listener's idle time", lambda w: w.call("elbv2", "modify_listener_attributes", ListenerArn=w["reads.listener"],
                                                Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "600"}]),
     "reads.listener", "idle_timeout"),
    ("a target", lambda w: w.call("elbv2", "deregister_targets", TargetGroupArn=w["reads.targets_of"], Targets=[
        w.call("elbv2", "describe_target_health", TargetGroupArn=w["reads.targets_of"])
        ["TargetHealthDescriptions"][0]["Target"]]), "reads.target[reader]", "addresses"),
    ("a secret's tag", lambda w: w.call("secretsmanager", "tag_resource", SecretId=w["reader.login_secret[bi].own"],
                                        Tags=[{"Key": "team", "Value": "others"}]), "reader.login_secret[bi].own", "tags"),
    ("a secret's host", connection("host", "elsewhere"), "reader.login_secret[bi].connection", "host"),
    ("a secret's port", connection("port", 1), "reader.login_secret[bi].connection", "port"),
    ("a secret's database", connection("dbname", "elsewhere"), "reader.login_secret[bi].connection", "dbname"),
    ("a secret's password", password, "reader.login[bi]", "version"),
    ("a key's tag", lambda w: w.call("kms", "tag_resource", KeyId=w["reader.warehouse.key"],
                                     Tags=[{"TagKey": "team", "TagValue": "others"}]), "reader.warehouse.key", "tags"),
    ("a key's description", lambda w: w.call("kms", "update_key_description", KeyId=w["reader.warehouse.key"],
                                             Description="others"), "reader.warehouse.key", "description"),
]


class Drift(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rsx = shlex.split(os.environ["RSX_CLOUD_COMMAND"])[:-2]
        cls.serving = Serving()
        cls.addClassCleanup(cls.serving.kill)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "drift.rsx").write_text(SPEC)

    def command(self, *arguments):
        keys = {"AWS_ENDPOINT_URL": self.serving.url, "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
        done = subprocess.run([*self.rsx, *arguments], cwd=self.folder, env={**os.environ, **keys}, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, f"{arguments}\n{done.stdout}{done.stderr}")
        return done.stdout

    def run_it(self):
        self.command("run", "drift.rsx", "--yes")
        self.assertEqual(self.steps(), [])

    def steps(self):
        lines = map(json.loads, self.command("plan", "drift.rsx", "--json").splitlines())
        (plan,) = [line for line in lines if line["type"] == "plan"]
        return plan["steps"]

    def test_every_row_of_the_table(self):
        self.run_it()
        for name, change, address, field in TABLE:
            with self.subTest(name):
                change(World(self.serving.url, self.folder))
                steps = self.steps()
                self.run_it()
                (found,) = [step for step in steps if step["address"] == address]
                # What leaves and returns, or is only waited for, follows from it.
                changed = [step for step in steps if step["changes"] and step["class"] != "interrupts"]
                others = [step["address"] for step in changed if step["address"] != address]
                self.assertEqual(others, [])
                if field is None:
                    self.assertEqual(found["action"], "create")
                else:
                    self.assertEqual([change["field"] for change in found["changes"]], [field])
