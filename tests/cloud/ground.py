"""Ground to build on: a VPC with subnets and groups, in a region that no other test has."""

import itertools

from cloud import CloudTest, Serving, client, fresh

REGIONS = itertools.cycle(
    "us-east-2 us-west-2 eu-west-1 eu-west-2 eu-west-3 eu-north-1 eu-south-1 eu-south-2 eu-central-2 ap-south-1 "
    "ap-south-2 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 ap-southeast-3 "
    "ap-southeast-4 ca-central-1 ca-west-1 sa-east-1 me-south-1 me-central-1 il-central-1 af-south-1 mx-central-1".split()
)
PASSWORD = "Sup3rSecretEnough"


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
