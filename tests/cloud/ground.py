"""Ground to build on: a VPC with subnets and groups, in a region that no other test has."""

import http.client
import itertools
import json
import urllib.parse

from botocore.exceptions import ClientError

from cloud import CloudTest, Serving, client, fresh

REGIONS = itertools.cycle(
    "us-east-2 us-west-2 eu-west-1 eu-west-2 eu-west-3 eu-north-1 eu-south-1 eu-south-2 eu-central-2 ap-south-1 "
    "ap-south-2 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 ap-southeast-3 "
    "ap-southeast-4 ca-central-1 ca-west-1 sa-east-1 me-south-1 me-central-1 il-central-1 af-south-1 mx-central-1".split()
)
PASSWORD = "Sup3rSecretEnough"


class NewData:
    """Redshift Data by hand, for members that older clients don't know."""

    def __init__(self, region, url):
        self.region, self.where = region, urllib.parse.urlsplit(url)

    def __getattr__(self, method):
        operation = "".join(word.title() for word in method.split("_"))
        return lambda **members: self.call(operation, members)

    def call(self, operation, members):
        connection = http.client.HTTPConnection(self.where.hostname, self.where.port)
        credential = f"Credential=KEY/20260101/{self.region}/redshift-data/aws4_request"
        headers = {"X-Amz-Target": f"RedshiftData.{operation}", "Authorization": f"AWS4-HMAC-SHA256 {credential}"}
        connection.request("POST", "/", json.dumps(members), headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        if answer.status != 200:
            error = {"Code": body["__type"], "Message": body.get("Message") or body.get("message")}
            raise ClientError({"Error": error, "ResponseMetadata": {"HTTPStatusCode": answer.status}}, operation)
        return body


class GroundTest(CloudTest):
    """Each class has a cloud, and each of its tests a region there, where what it makes stays."""

    @classmethod
    def setUpClass(cls):
        cls.serving = Serving()
        cls.addClassCleanup(cls.serving.stop)

    def setUp(self):
        self.region = next(REGIONS)
        self.ec2 = self.client("ec2")
        self.serverless = self.client("redshift-serverless")
        self.new_data = NewData(self.region, self.serving.url)

    def client(self, service, **more):
        return client(service, self.region, self.serving.url, **more)

    def vpc(self, block="10.0.0.0/16"):
        return self.ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]

    def zones(self):
        return [zone["ZoneName"] for zone in self.ec2.describe_availability_zones()["AvailabilityZones"]]

    def subnets(self, vpc, count=3, prefix=24, net="10.0"):
        """One a zone."""
        step = 1 if prefix <= 24 else 2 ** (32 - prefix)
        blocks = [f"{net}.{n}.0/{prefix}" if prefix <= 24 else f"{net}.0.{n * step}/{prefix}" for n in range(count)]
        return [
            self.ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
            for block, zone in zip(blocks, self.zones(), strict=False)
        ]

    def group(self, vpc):
        return self.ec2.create_security_group(VpcId=vpc, GroupName=fresh(), Description="of a test")["GroupId"]

    def namespace(self, name=None, **more):
        name = name or fresh("ns")
        more.setdefault("adminUsername", "admin")
        more.setdefault("adminUserPassword", PASSWORD)
        return self.serverless.create_namespace(namespaceName=name, **more)["namespace"]

    def workgroup(self, namespace, subnets, groups=(), name=None, **more):
        more.setdefault("baseCapacity", 8)
        name = name or fresh("wg")
        self.serverless.create_workgroup(
            workgroupName=name, namespaceName=namespace, subnetIds=subnets, securityGroupIds=list(groups), **more
        )
        return self.available(name)

    def available(self, name):
        """The workgroup, once it is available."""
        for _ in range(50):
            found = self.serverless.get_workgroup(workgroupName=name)["workgroup"]
            if found["status"] == "AVAILABLE":
                return found
        self.fail(f"{name} is still {found['status']}")

    def gone(self, get, **arguments):
        """Reads until nothing is found."""
        for _ in range(50):
            try:
                get(**arguments)
            except self.serverless.exceptions.ResourceNotFoundException:
                return
        self.fail(f"{arguments} is still there")


class WarehouseTest(CloudTest):
    """Each class has a cloud with one warehouse, whose endpoint is `host` and `port`, and a table of its own makes."""

    @classmethod
    def setUpClass(cls):
        cls.serving = Serving()
        cls.addClassCleanup(cls.serving.stop)
        ground = GroundTest()
        ground.serving = cls.serving
        ground.setUp()
        cls.ground, cls.namespace_made = ground, ground.namespace()
        workgroup = ground.workgroup(cls.namespace_made["namespaceName"], ground.subnets(ground.vpc(), 2))
        cls.workgroup_name = workgroup["workgroupName"]
        cls.host, cls.port = workgroup["endpoint"]["address"], workgroup["endpoint"]["port"]
