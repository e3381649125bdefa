"""A whole deployment by an outside client: a restored warehouse shared with two readers behind one balancer.

Only boto3 and SQL are used, under names of their own; at the end every listing is as it was.
"""

import hashlib
import tempfile
import time

import psycopg

from cloud import CloudTest, Serving, client

REGION = "eu-west-1"
READERS = ("harbour-one", "harbour-two")
HUB = "lighthouse"
PASSWORD = "Qu1teLongEnough"
TABLE = "charts.airline_dw"


def verifier(user, password):
    """What stands for a password in SQL."""
    return "md5" + hashlib.md5((password + user).encode()).hexdigest()


class Deployment(CloudTest):
    """Every step uses only what the steps before it answered."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.begin()

    def begin(self):
        self.serving = Serving("--data", self.folder)
        self.addCleanup(self.serving.kill)
        services = "ec2 elbv2 redshift redshift-data redshift-serverless secretsmanager".split()
        made = [client(name, REGION, self.serving.url) for name in services]
        self.ec2, self.elb, self.redshift, self.data, self.serverless, self.secrets = made

    def listings(self):
        """Everything that can be listed, read twice so that what lingers has gone."""
        for _ in range(2):
            found = {
                "vpcs": self.ec2.describe_vpcs()["Vpcs"],
                "subnets": self.ec2.describe_subnets()["Subnets"],
                "groups": self.ec2.describe_security_groups()["SecurityGroups"],
                "tables": self.ec2.describe_route_tables()["RouteTables"],
                "interfaces": self.ec2.describe_network_interfaces()["NetworkInterfaces"],
                "balancers": self.elb.describe_load_balancers()["LoadBalancers"],
                "target groups": self.elb.describe_target_groups()["TargetGroups"],
                "namespaces": self.serverless.list_namespaces()["namespaces"],
                "workgroups": self.serverless.list_workgroups()["workgroups"],
                "snapshots": self.serverless.list_snapshots()["snapshots"],
                "secrets": self.secrets.list_secrets()["SecretList"],
                "shares": self.redshift.describe_data_shares()["DataShares"],
            }
        return found

    def until(self, read, is_done):
        for _ in range(50):
            found = read()
            if is_done(found):
                return found
        self.fail(f"still {found}")

    def network(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
        zones = [zone["ZoneName"] for zone in self.ec2.describe_availability_zones()["AvailabilityZones"]][:3]
        blocks = (f"10.40.{n}.0/24" for n in range(3))
        subnets = [
            self.ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
            for block, zone in zip(blocks, zones, strict=True)
        ]
        outer, inner = (
            self.ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"] for name in ("pier", "quay")
        )
        for group in (outer, inner):
            open_rule = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
            self.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=open_rule)

        def rule(port, **peer):
            return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peer}]

        clients = {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        self.ec2.authorize_security_group_ingress(GroupId=outer, IpPermissions=rule(6000, **clients))
        to_inner = {"UserIdGroupPairs": [{"GroupId": inner}]}
        self.ec2.authorize_security_group_egress(GroupId=outer, IpPermissions=rule(5439, **to_inner))
        from_outer = {"UserIdGroupPairs": [{"GroupId": outer}]}
        self.ec2.authorize_security_group_ingress(GroupId=inner, IpPermissions=rule(5439, **from_outer))
        return vpc, subnets, outer, inner

    def warehouse(self, name, subnets, group):
        namespace = self.serverless.create_namespace(namespaceName=name, manageAdminPassword=True, adminUsername="warden")
        self.serverless.create_workgroup(
            workgroupName=name, namespaceName=name, subnetIds=subnets, securityGroupIds=[group], baseCapacity=8
        )
        self.available(name)
        return namespace["namespace"]

    def available(self, name):
        get = self.serverless.get_workgroup
        return self.until(lambda: get(workgroupName=name)["workgroup"], lambda found: found["status"] == "AVAILABLE")

    def secret(self, name):
        return self.serverless.get_namespace(namespaceName=name)["namespace"]["adminPasswordSecretArn"]

    def sql(self, name, database, *sqls):
        for sql in sqls:
            id = self.data.execute_statement(WorkgroupName=name, Database=database, SecretArn=self.secret(name), Sql=sql)["Id"]
            end = self.ended(id)
            self.assertEqual(end["Status"], "FINISHED", (sql, end.get("Error")))
        return end["Id"]

    def ended(self, id):
        """The description of a statement at its end."""
        for _ in range(200):
            found = self.data.describe_statement(Id=id)
            if found["Status"] in ("FINISHED", "FAILED", "ABORTED"):
                return found
            time.sleep(0.1)
        self.fail(f"{id} is still {found['Status']}")

    def share(self, readers):
        ask = {"namespaceName": HUB, "workgroupName": HUB, "snapshotName": "airline-data-snapshot"}
        self.serverless.restore_from_snapshot(**ask, manageAdminPassword=True)
        self.available(HUB)
        get = self.serverless.get_namespace
        self.until(lambda: get(namespaceName=HUB)["namespace"], lambda found: found["status"] == "AVAILABLE")
        grants = [f"grant usage on datashare tide to namespace '{reader['namespaceId']}'" for reader in readers]
        sqls = ["create datashare tide", "alter datashare tide add schema airline_dw", "alter datashare tide add all tables in schema airline_dw"]
        batch = {"WorkgroupName": HUB, "Database": "airline", "SecretArn": self.secret(HUB), "Sqls": sqls + grants}
        id = self.data.batch_execute_statement(**batch)["Id"]
        end = self.ended(id)
        self.assertEqual(end["Status"], "FINISHED", end.get("Error"))

    def attach(self, producer):
        for reader in READERS:
            self.sql(
                reader,
                "dev",
                f"create database charts from datashare tide of namespace '{producer['namespaceId']}'",
                f"create user pilot password '{verifier('pilot', PASSWORD)}'",
                "grant usage on database charts to pilot",
            )

    def balance(self, vpc, subnets, group):
        balancer = self.elb.create_load_balancer(
            Name="breakwater", Type="network", Scheme="internal", Subnets=subnets, SecurityGroups=[group]
        )["LoadBalancers"][0]
        arn = balancer["LoadBalancerArn"]
        check = {"HealthCheckIntervalSeconds": 10, "HealthyThresholdCount": 3}
        targets = self.elb.create_target_group(
            Name="breakwater", Protocol="TCP", Port=5439, VpcId=vpc, TargetType="ip", **check
        )["TargetGroups"][0]["TargetGroupArn"]
        terminate = [{"Key": "deregistration_delay.connection_termination.enabled", "Value": "true"}]
        self.elb.modify_target_group_attributes(TargetGroupArn=targets, Attributes=terminate)
        forward = [{"Type": "forward", "TargetGroupArn": targets}]
        self.elb.create_listener(LoadBalancerArn=arn, Protocol="TCP", Port=6000, DefaultActions=forward)
        addresses = []
        for reader in READERS:
            endpoint = self.available(reader)["endpoint"]
            for interface in endpoint["vpcEndpoints"][0]["networkInterfaces"]:
                addresses.append({"Id": interface["privateIpAddress"], "Port": endpoint["port"]})
        self.elb.register_targets(TargetGroupArn=targets, Targets=addresses)
        self.until(
            lambda: self.elb.describe_load_balancers(Names=["breakwater"])["LoadBalancers"][0],
            lambda found: found["State"]["Code"] == "active",
        )
        self.healthy(targets, len(addresses))
        return arn, targets, balancer["DNSName"]

    def states(self, targets):
        found = self.elb.describe_target_health(TargetGroupArn=targets)["TargetHealthDescriptions"]
        return [one["TargetHealth"]["State"] for one in found]

    def healthy(self, targets, count):
        self.until(lambda: self.states(targets), lambda states: states == ["healthy"] * count)

    def connect(self, host, port, user="pilot", password=PASSWORD, **more):
        more = {"dbname": "dev", "sslmode": "require", "connect_timeout": 10} | more
        return psycopg.connect(host=host, port=port, user=user, password=password, **more)

    def answers(self, host):
        """The namespaces that answer on the balancer's port, with the rows of a shared table."""
        seen, rows = set(), set()
        for _ in range(8):
            with self.connect(host, 6000) as connection:
                seen.add(connection.execute("select current_namespace").fetchone()[0])
                rows.add(connection.execute(f"select count(*) from {TABLE}.{self.table}").fetchone()[0])
        return seen, rows

    def demolish(self, vpc, subnets, groups, balancer, targets):
        addresses = self.elb.describe_target_health(TargetGroupArn=targets)["TargetHealthDescriptions"]
        self.elb.deregister_targets(TargetGroupArn=targets, Targets=[{"Id": one["Target"]["Id"], "Port": one["Target"]["Port"]} for one in addresses])
        self.until(lambda: self.states(targets), lambda states: not states)
        for listener in self.elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]:
            self.elb.delete_listener(ListenerArn=listener["ListenerArn"])
        self.elb.delete_load_balancer(LoadBalancerArn=balancer)
        self.elb.delete_target_group(TargetGroupArn=targets)
        for name in (*READERS, HUB):
            self.serverless.delete_workgroup(workgroupName=name)
            self.gone(self.serverless.get_workgroup, workgroupName=name)
            self.serverless.delete_namespace(namespaceName=name)
            self.gone(self.serverless.get_namespace, namespaceName=name)
        here = [{"Name": "vpc-id", "Values": [vpc]}]
        self.until(lambda: self.ec2.describe_network_interfaces(Filters=here)["NetworkInterfaces"], lambda found: not found)
        for group in groups:
            rules = self.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
            for rule in rules:
                revoke = self.ec2.revoke_security_group_egress if rule["IsEgress"] else self.ec2.revoke_security_group_ingress
                revoke(GroupId=group, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
        for group in groups:
            self.ec2.delete_security_group(GroupId=group)
        for subnet in subnets:
            self.ec2.delete_subnet(SubnetId=subnet)
        self.ec2.delete_vpc(VpcId=vpc)

    def gone(self, get, **arguments):
        def is_gone():
            try:
                get(**arguments)
            except self.serverless.exceptions.ResourceNotFoundException:
                return True
            return False

        self.until(is_gone, bool)

    def shared_table(self):
        tables = self.data.list_tables(WorkgroupName=HUB, SecretArn=self.secret(HUB), Database="airline", SchemaPattern="airline_dw")
        return tables["Tables"][0]["name"]

    def test_from_nothing_to_rows_and_back(self):
        """From nothing to rows and back; targets without a rule are unhealthy, and with client addresses preserved connections hang."""
        before = self.listings()
        vpc, subnets, outer, inner = self.network()
        producer = self.warehouse(HUB, subnets, inner)
        readers = [self.warehouse(name, subnets, inner) for name in READERS]
        self.share(readers)
        self.attach(producer)
        self.table = self.shared_table()
        balancer, targets, host = self.balance(vpc, subnets, outer)

        ids = {reader["namespaceId"] for reader in readers}
        seen, rows = self.answers(host)
        self.assertEqual(seen, ids)
        self.assertEqual(len(rows), 1)
        self.assertGreater(rows.pop(), 0)

        with self.subTest("without the rule for the way in the targets are unhealthy"):
            rule = [{"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "UserIdGroupPairs": [{"GroupId": outer}]}]
            self.ec2.revoke_security_group_ingress(GroupId=inner, IpPermissions=rule)
            self.assertEqual(set(self.states(targets)), {"unhealthy"})
            with self.assertRaises(psycopg.OperationalError):
                self.connect(host, 6000)
            self.ec2.authorize_security_group_ingress(GroupId=inner, IpPermissions=rule)
            self.assertEqual(set(self.states(targets)), {"healthy"})

        with self.subTest("without the rule for clients nobody hears anything"):
            rule = [{"IpProtocol": "tcp", "FromPort": 6000, "ToPort": 6000, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
            self.ec2.revoke_security_group_ingress(GroupId=outer, IpPermissions=rule)
            with self.assertRaises(psycopg.OperationalError):
                self.connect(host, 6000, connect_timeout=2)
            self.ec2.authorize_security_group_ingress(GroupId=outer, IpPermissions=rule)

        with self.subTest("a client whose address is preserved hears nothing"):
            self.preserve(targets, "true")
            with self.assertRaises(psycopg.OperationalError):
                self.connect(host, 6000, connect_timeout=2)
            self.preserve(targets, "false")
            self.assertEqual(self.answers(host)[0], ids)

        with self.subTest("temporary credentials open a workgroup's own endpoint"):
            endpoint = self.available(READERS[0])["endpoint"]
            found = self.serverless.get_credentials(workgroupName=READERS[0], dbName="dev")
            with self.connect(endpoint["address"], endpoint["port"], found["dbUser"], found["dbPassword"]) as connection:
                self.assertEqual(connection.execute("select current_user").fetchone()[0], found["dbUser"])

        with self.subTest("a killed cloud listens again where it did"):
            self.serving.kill()
            self.begin()
            self.assertEqual(self.answers(host)[0], ids)
            self.assertEqual(self.elb.describe_load_balancers()["LoadBalancers"][0]["DNSName"], host)
            self.assertEqual(self.available(READERS[0])["endpoint"], endpoint)

        self.demolish(vpc, subnets, (outer, inner), balancer, targets)
        self.assertEqual(self.listings(), before)

    def preserve(self, targets, value):
        pair = [{"Key": "preserve_client_ip.enabled", "Value": value}]
        self.elb.modify_target_group_attributes(TargetGroupArn=targets, Attributes=pair)
