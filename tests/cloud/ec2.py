"""EC2: networks, what depends on what, and how long it takes until everybody sees it."""

from cloud import ACCOUNT, CloudTest, client, fresh

NOT_FOUND = "InvalidVpcID.NotFound"


def tags(kind, **pairs):
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in pairs.items()]}]


def where(**filters):
    """Filters by name; `__` stands for a colon, `_` for a hyphen."""
    spelled = {name.replace("__", ":").replace("_", "-"): value for name, value in filters.items()}
    return [{"Name": name, "Values": [value]} for name, value in spelled.items()]


class Ec2Test(CloudTest):
    """Every test has a region's worth of quota: what it makes is taken away again."""

    def setUp(self):
        self.ec2 = client("ec2")
        self.made = []

    def tearDown(self):
        for vpc in self.made:
            self.purge(vpc)

    def purge(self, vpc):
        ec2, here = self.ec2, where(vpc_id=vpc)
        endpoints = [one["VpcEndpointId"] for one in self.settled(ec2.describe_vpc_endpoints, Filters=here)["VpcEndpoints"]]
        if endpoints:
            ec2.delete_vpc_endpoints(VpcEndpointIds=endpoints)
            self.settled(ec2.describe_vpc_endpoints, Filters=here)
            self.settled(ec2.describe_network_interfaces, Filters=here)
        for subnet in self.settled(ec2.describe_subnets, Filters=here)["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        groups = self.settled(ec2.describe_security_groups, Filters=here)["SecurityGroups"]
        for group in groups:
            for rule in ec2.describe_security_group_rules(Filters=where(group_id=group["GroupId"]))["SecurityGroupRules"]:
                revoke = ec2.revoke_security_group_egress if rule["IsEgress"] else ec2.revoke_security_group_ingress
                revoke(GroupId=group["GroupId"], SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
        for group in groups:
            if group["GroupName"] != "default":
                ec2.delete_security_group(GroupId=group["GroupId"])
        for table in self.settled(ec2.describe_route_tables, Filters=here)["RouteTables"]:
            if not any(association["Main"] for association in table["Associations"]):
                ec2.delete_route_table(RouteTableId=table["RouteTableId"])
        ec2.delete_vpc(VpcId=vpc)

    def settled(self, describe, **arguments):
        """What the second of two reads sees."""
        describe(**arguments)
        return describe(**arguments)

    def vpc(self, block="10.0.0.0/16", **more):
        vpc = self.ec2.create_vpc(CidrBlock=block, **more)["Vpc"]["VpcId"]
        self.made.append(vpc)
        return vpc

    def subnet(self, vpc, block="10.0.0.0/24", zone="us-east-1a"):
        return self.ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]

    def group(self, vpc, name=None):
        return self.ec2.create_security_group(VpcId=vpc, GroupName=name or fresh(), Description="of a test")["GroupId"]


class Checks(Ec2Test):
    def test_missing_and_unknown_parameters(self):
        """EC2: `MissingParameter` and `InvalidParameterValue`."""
        raw = client("ec2", checked=False)
        self.refused("MissingParameter", raw.create_subnet, CidrBlock="10.0.0.0/24", message="The request must contain the parameter VpcId")
        self.refused("InvalidParameterValue", raw.describe_vpcs, MaxResults=3, message="MaxResults")
        self.refused("InvalidParameterCombination", raw.describe_vpcs, VpcIds=["vpc-0123456789abcdef0"], MaxResults=5)

    def test_ids_of_a_wrong_form_and_of_nobody(self):
        self.refused("InvalidVpcID.Malformed", self.ec2.describe_vpcs, VpcIds=["mine"], message='Invalid id: "mine" (expecting "vpc-...")')
        self.refused(NOT_FOUND, self.ec2.describe_vpcs, VpcIds=["vpc-0123456789abcdef0"], message="The vpc ID 'vpc-0123456789abcdef0' does not exist")
        self.refused("InvalidSubnetID.NotFound", self.ec2.delete_subnet, SubnetId="subnet-0123456789abcdef0")
        self.refused("InvalidGroup.NotFound", self.ec2.delete_security_group, GroupId="sg-0123456789abcdef0")
        self.refused("InvalidRouteTableID.NotFound", self.ec2.delete_route_table, RouteTableId="rtb-0123456789abcdef0")
        self.refused("InvalidAssociationID.NotFound", self.ec2.disassociate_route_table, AssociationId="rtbassoc-0123456789abcdef0")

    def test_a_filter_that_does_not_exist(self):
        vpc = self.vpc()
        self.refused("InvalidParameterValue", self.ec2.describe_vpcs, Filters=where(colour="red"), message="The filter 'colour' is invalid")

    def test_a_dry_run_does_nothing(self):
        region = client("ec2", "ap-south-1")
        self.refused("DryRunOperation", region.create_vpc, CidrBlock="10.0.0.0/16", DryRun=True, status=412)
        self.assertEqual(region.describe_vpcs()["Vpcs"], [])


class Vpcs(Ec2Test):
    def test_blocks_are_16_to_28(self):
        """A VPC larger than /16 or smaller than /28: `InvalidVpc.Range`."""
        for block in ("10.0.0.0/15", "10.0.0.0/29"):
            self.refused("InvalidVpc.Range", self.ec2.create_vpc, CidrBlock=block, message=f"The CIDR '{block}' is invalid.")
        self.refused("InvalidParameterValue", self.ec2.create_vpc, CidrBlock="ten")

    def test_a_region_holds_five(self):
        """A sixth VPC: `VpcLimitExceeded`."""
        region = client("ec2", "eu-north-1")
        for _ in range(5):
            region.create_vpc(CidrBlock="10.0.0.0/16")
        self.refused("VpcLimitExceeded", region.create_vpc, CidrBlock="10.0.0.0/16", message="The maximum number of VPCs has been reached.")

    def test_one_attribute_a_call(self):
        """Two attributes in one ModifyVpcAttribute: `InvalidParameterCombination`."""
        vpc, both = self.vpc(), {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}
        self.refused("InvalidParameterCombination", self.ec2.modify_vpc_attribute, VpcId=vpc, **both)
        self.refused("InvalidParameterCombination", self.ec2.modify_vpc_attribute, VpcId=vpc)

    def test_what_is_in_use_stays(self):
        """DeleteVpc with subnets, groups or tables: `DependencyViolation`."""
        vpc = self.vpc()
        subnet = self.subnet(vpc)
        self.refused("DependencyViolation", self.ec2.delete_vpc, VpcId=vpc, message=f"The vpc '{vpc}' has dependencies and cannot be deleted.")
        self.ec2.delete_subnet(SubnetId=subnet)
        group = self.group(vpc)
        self.refused("DependencyViolation", self.ec2.delete_vpc, VpcId=vpc)
        self.ec2.delete_security_group(GroupId=group)
        table = self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        self.refused("DependencyViolation", self.ec2.delete_vpc, VpcId=vpc)
        self.ec2.delete_route_table(RouteTableId=table)

    def test_the_first_look_misses_and_the_second_finds_it_pending(self):
        """A describe by id does not see at once what was made."""
        vpc = self.vpc()
        self.refused(NOT_FOUND, self.ec2.describe_vpcs, VpcIds=[vpc])
        states = [self.ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["State"] for _ in range(3)]
        self.assertEqual(states, ["pending", "available", "available"])

    def test_a_listing_by_tag_misses_it_once(self):
        """A listing by tag does not see at once what was made."""
        name = fresh()
        vpc = self.vpc(TagSpecifications=tags("vpc", name=name))
        seen = [[one["VpcId"] for one in self.ec2.describe_vpcs(Filters=where(tag__name=name))["Vpcs"]] for _ in range(2)]
        self.assertEqual(seen, [[], [vpc]])

    def test_waiting_for_a_state_ends(self):
        vpc = self.vpc()
        looks = [len(self.ec2.describe_vpcs(Filters=where(state="available", vpc_id=vpc))["Vpcs"]) for _ in range(3)]
        self.assertEqual(looks[-1], 1)

    def test_dns_hostnames_are_off_and_support_is_on(self):
        vpc = self.vpc()

        def attribute(name, member):
            return self.ec2.describe_vpc_attribute(VpcId=vpc, Attribute=name)[member]["Value"]

        self.assertFalse(attribute("enableDnsHostnames", "EnableDnsHostnames"))
        self.assertTrue(attribute("enableDnsSupport", "EnableDnsSupport"))
        self.ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        self.assertTrue(attribute("enableDnsHostnames", "EnableDnsHostnames"))

    def test_it_is_born_with_a_group_a_table_and_an_acl(self):
        vpc = self.vpc()
        here = where(vpc_id=vpc)
        group, = self.ec2.describe_security_groups(Filters=here)["SecurityGroups"]
        self.assertEqual(group["GroupName"], "default")
        self.assertEqual(group["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"], group["GroupId"])
        table, = self.ec2.describe_route_tables(Filters=here)["RouteTables"]
        self.assertTrue(table["Associations"][0]["Main"])
        self.assertEqual([(route["DestinationCidrBlock"], route["GatewayId"]) for route in table["Routes"]], [("10.0.0.0/16", "local")])
        acl, = self.ec2.describe_network_acls(Filters=here)["NetworkAcls"]
        self.assertTrue(acl["IsDefault"])
        self.refused("CannotDelete", self.ec2.delete_security_group, GroupId=group["GroupId"])
        self.refused("InvalidParameterValue", self.ec2.disassociate_route_table, AssociationId=table["Associations"][0]["RouteTableAssociationId"])

    def test_it_goes_with_what_it_was_born_with(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.ec2.delete_vpc(VpcId=vpc)
        self.refused(NOT_FOUND, self.ec2.describe_vpcs, VpcIds=[vpc])
        self.assertEqual(self.ec2.describe_security_groups(Filters=where(vpc_id=vpc))["SecurityGroups"], [])

    def test_a_block_is_made_canonical(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.0.9.9/16")["Vpc"]
        self.made.append(vpc["VpcId"])
        self.assertEqual(vpc["CidrBlock"], "10.0.0.0/16")

    def test_pages(self):
        region = client("ec2", "eu-west-3")
        made = sorted(region.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for _ in range(5))
        region.describe_vpcs()
        for group in range(4):
            region.create_security_group(VpcId=made[0], GroupName=fresh(), Description="d")
        region.describe_security_groups()
        pages = list(region.get_paginator("describe_security_groups").paginate(PaginationConfig={"PageSize": 5}))
        self.assertEqual([len(page["SecurityGroups"]) for page in pages], [5, 4])


class Subnets(Ec2Test):
    def test_blocks(self):
        """A subnet that overlaps is `InvalidSubnet.Conflict`, one outside or of a bad size `InvalidSubnet.Range`."""
        vpc = self.vpc()
        self.subnet(vpc, "10.0.0.0/24")
        create = self.ec2.create_subnet
        self.refused("InvalidSubnet.Conflict", create, VpcId=vpc, CidrBlock="10.0.0.128/25", message="The CIDR '10.0.0.128/25' conflicts with another subnet")
        self.refused("InvalidSubnet.Range", create, VpcId=vpc, CidrBlock="10.1.0.0/24", message="The CIDR '10.1.0.0/24' is invalid.")
        self.refused("InvalidSubnet.Range", create, VpcId=vpc, CidrBlock="10.0.1.0/29")

    def test_a_zone_of_another_region(self):
        self.refused("InvalidParameterValue", self.subnet, self.vpc(), zone="eu-west-1a", message="us-east-1a, us-east-1b")

    def test_a_vpc_that_is_not_there(self):
        self.refused(NOT_FOUND, self.subnet, "vpc-0123456789abcdef0")

    def test_five_addresses_are_kept(self):
        vpc = self.vpc()
        made = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/28", AvailabilityZone="us-east-1b")["Subnet"]
        self.assertEqual((made["AvailableIpAddressCount"], made["MapPublicIpOnLaunch"]), (11, False))
        self.assertEqual(made["SubnetArn"], f"arn:aws:ec2:us-east-1:{ACCOUNT}:subnet/{made['SubnetId']}")

    def test_zones_can_be_named_by_id(self):
        zone = self.ec2.describe_availability_zones()["AvailabilityZones"][2]
        made = self.ec2.create_subnet(VpcId=self.vpc(), CidrBlock="10.0.0.0/24", AvailabilityZoneId=zone["ZoneId"])["Subnet"]
        self.assertEqual(made["AvailabilityZone"], zone["ZoneName"])

    def test_it_is_found_by_vpc_and_block(self):
        vpc = self.vpc()
        subnet = self.subnet(vpc)
        found = self.settled(self.ec2.describe_subnets, Filters=where(vpc_id=vpc, cidr_block="10.0.0.0/24"))["Subnets"]
        self.assertEqual([one["SubnetId"] for one in found], [subnet])
        self.assertEqual(self.ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["State"], "available")

    def test_public_addresses_can_be_switched(self):
        subnet = self.subnet(self.vpc())
        self.ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
        found = self.settled(self.ec2.describe_subnets, Filters=where(subnet_id=subnet))["Subnets"]
        self.assertTrue(found[0]["MapPublicIpOnLaunch"])


class RouteTables(Ec2Test):
    def test_a_token_makes_one_table(self):
        """A token used again makes nothing new; with other inputs it is `IdempotentParameterMismatch`."""
        vpc, other, token = self.vpc(), self.vpc(), fresh()
        first = self.ec2.create_route_table(VpcId=vpc, ClientToken=token)["RouteTable"]["RouteTableId"]
        again = self.ec2.create_route_table(VpcId=vpc, ClientToken=token)["RouteTable"]["RouteTableId"]
        self.assertEqual(first, again)
        self.refused("IdempotentParameterMismatch", self.ec2.create_route_table, VpcId=other, ClientToken=token)

    def test_a_subnet_follows_one_table(self):
        vpc = self.vpc()
        subnet = self.subnet(vpc)
        tables = [self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)]
        association = self.ec2.associate_route_table(RouteTableId=tables[0], SubnetId=subnet)["AssociationId"]
        self.refused("Resource.AlreadyAssociated", self.ec2.associate_route_table, RouteTableId=tables[1], SubnetId=subnet)
        self.refused("DependencyViolation", self.ec2.delete_route_table, RouteTableId=tables[0])
        found = self.settled(self.ec2.describe_route_tables, Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["RouteTables"]
        self.assertEqual([(table["RouteTableId"], table["Associations"][0]["RouteTableAssociationId"]) for table in found], [(tables[0], association)])
        self.ec2.disassociate_route_table(AssociationId=association)
        self.ec2.delete_route_table(RouteTableId=tables[0])

    def test_table_and_subnet_are_of_one_vpc(self):
        table = self.ec2.create_route_table(VpcId=self.vpc())["RouteTable"]["RouteTableId"]
        self.refused("InvalidParameterValue", self.ec2.associate_route_table, RouteTableId=table, SubnetId=self.subnet(self.vpc()), message="belong to different networks")


class Groups(Ec2Test):
    def open(self, port, **peer):
        return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peer}]

    def block(self, port, block="10.0.0.0/8"):
        return self.open(port, IpRanges=[{"CidrIp": block, "Description": "clients"}])

    def test_names(self):
        """The same group name, case apart, in one VPC: `InvalidGroup.Duplicate`."""
        vpc, name = self.vpc(), fresh()
        self.group(vpc, name)
        words = f"The security group '{name.upper()}' already exists for VPC '{vpc}'"
        self.refused("InvalidGroup.Duplicate", self.group, vpc, name=name.upper(), message=words)
        for bad in ("sg-mine", "default", "ümlaut", "x" * 256):
            self.refused("InvalidParameterValue", self.group, vpc, name=bad)
        self.refused("VPCIdNotSpecified", self.ec2.create_security_group, GroupName=fresh(), Description="d")

    def test_the_same_rule_twice(self):
        """The same rule twice: `InvalidPermission.Duplicate`, and nothing of the request is done."""
        group = self.group(self.vpc())
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=self.block(5439))
        error = self.refused("InvalidPermission.Duplicate", self.ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=self.block(5440) + self.block(5439))
        self.assertEqual(error["Message"], 'the specified rule "peer: 10.0.0.0/8, TCP, from port: 5439, to port: 5439, ALLOW" already exists')
        found = self.settled(self.ec2.describe_security_groups, Filters=where(group_id=group))["SecurityGroups"]
        self.assertEqual([one["FromPort"] for one in found[0]["IpPermissions"]], [5439])

    def test_an_unknown_rule_is_not_revoked(self):
        """Revoking what is not there: `InvalidPermission.NotFound`."""
        group = self.group(self.vpc())
        self.refused("InvalidPermission.NotFound", self.ec2.revoke_security_group_ingress, GroupId=group, IpPermissions=self.block(5439))
        self.refused("InvalidSecurityGroupRuleId.NotFound", self.ec2.revoke_security_group_ingress, GroupId=group, SecurityGroupRuleIds=["sgr-0123456789abcdef0"])

    def test_rules_that_make_no_sense(self):
        vpc = self.vpc()
        group, authorize = self.group(vpc), self.ec2.authorize_security_group_ingress
        self.refused("InvalidParameterValue", authorize, GroupId=group, IpPermissions=self.block(5439, "10.0.0.0/33"), message="CIDR block 10.0.0.0/33 is malformed")
        backwards = [{"IpProtocol": "tcp", "FromPort": 9, "ToPort": 8, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
        self.refused("InvalidParameterValue", authorize, GroupId=group, IpPermissions=backwards)
        self.refused("MissingParameter", authorize, GroupId=group, IpPermissions=self.open(5439))
        foreign = self.group(self.vpc())
        self.refused("InvalidGroup.NotFound", authorize, GroupId=group, IpPermissions=self.open(5439, UserIdGroupPairs=[{"GroupId": foreign}]))

    def test_sixty_rules_are_enough(self):
        group = self.group(self.vpc())
        for port in range(60):
            self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=self.block(port))
        self.refused("RulesPerSecurityGroupLimitExceeded", self.ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=self.block(60))

    def test_a_group_that_another_names_stays(self):
        """DeleteSecurityGroup of a group that another names: `DependencyViolation`."""
        vpc = self.vpc()
        named, naming = self.group(vpc), self.group(vpc)
        peer = self.open(5439, UserIdGroupPairs=[{"GroupId": named}])
        self.ec2.authorize_security_group_ingress(GroupId=naming, IpPermissions=peer)
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=named, message=f"resource {named} has a dependent object")
        self.ec2.revoke_security_group_ingress(GroupId=naming, IpPermissions=peer)
        self.ec2.delete_security_group(GroupId=named)

    def test_a_new_group_lets_everything_out(self):
        """A new group has a rule that lets everything out."""
        group = self.group(self.vpc())
        rule, = self.ec2.describe_security_group_rules(Filters=where(group_id=group))["SecurityGroupRules"]
        self.assertEqual((rule["IsEgress"], rule["IpProtocol"], rule["CidrIpv4"], rule["FromPort"]), (True, "-1", "0.0.0.0/0", -1))
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        self.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
        self.assertEqual(self.ec2.describe_security_group_rules(Filters=where(group_id=group))["SecurityGroupRules"], [])

    def test_rules_have_ids_and_tags(self):
        vpc = self.vpc()
        group, other = self.group(vpc), self.group(vpc)
        made, = self.ec2.authorize_security_group_egress(
            GroupId=group,
            IpPermissions=self.open(5439, UserIdGroupPairs=[{"GroupId": other, "Description": "readers"}]),
            TagSpecifications=tags("security-group-rule", owner="me"),
        )["SecurityGroupRules"]
        found, = self.ec2.describe_security_group_rules(SecurityGroupRuleIds=[made["SecurityGroupRuleId"]])["SecurityGroupRules"]
        self.assertEqual(found, made)
        self.assertEqual((found["ReferencedGroupInfo"]["GroupId"], found["Description"]), (other, "readers"))
        self.assertEqual(found["Tags"], [{"Key": "owner", "Value": "me"}])
        self.ec2.revoke_security_group_egress(GroupId=group, SecurityGroupRuleIds=[made["SecurityGroupRuleId"]])

    def rule(self, group, port, **peer):
        made = self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=self.open(port, **peer))
        return made["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    def test_a_rule_is_changed_in_its_place(self):
        vpc = self.vpc()
        group = self.group(vpc)
        id = self.rule(group, 5439, IpRanges=[{"CidrIp": "10.0.0.0/8", "Description": "clients"}])
        self.ec2.create_tags(Resources=[id], Tags=[{"Key": "owner", "Value": "me"}])
        wanted = {"IpProtocol": "tcp", "FromPort": 5440, "ToPort": 5441, "CidrIpv4": "10.1.2.3/16", "Description": "others"}
        change = self.ec2.modify_security_group_rules
        self.assertTrue(change(GroupId=group, SecurityGroupRules=[{"SecurityGroupRuleId": id, "SecurityGroupRule": wanted}])["Return"])
        found, = self.ec2.describe_security_group_rules(SecurityGroupRuleIds=[id])["SecurityGroupRules"]
        self.assertEqual({name: found[name] for name in wanted}, wanted | {"CidrIpv4": "10.1.0.0/16"})
        self.assertEqual((found["IsEgress"], found["Tags"]), (False, [{"Key": "owner", "Value": "me"}]))
        del wanted["Description"]
        change(GroupId=group, SecurityGroupRules=[{"SecurityGroupRuleId": id, "SecurityGroupRule": wanted}])
        self.assertNotIn("Description", self.ec2.describe_security_group_rules(SecurityGroupRuleIds=[id])["SecurityGroupRules"][0])

    def test_a_changed_rule_stays_of_its_kind_and_alone(self):
        vpc = self.vpc()
        group, other = self.group(vpc), self.group(vpc)
        first = self.rule(group, 1, IpRanges=[{"CidrIp": "10.0.0.0/8"}])
        second = self.rule(group, 2, IpRanges=[{"CidrIp": "10.0.0.0/8"}])

        def change(port, id=first, **peer):
            wanted = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peer}
            return [{"SecurityGroupRuleId": id, "SecurityGroupRule": wanted}]

        def refused(code, changes, within=group):
            self.refused(code, self.ec2.modify_security_group_rules, GroupId=within, SecurityGroupRules=changes)

        refused("InvalidPermission.Duplicate", change(2, CidrIpv4="10.0.0.0/8"))
        refused("InvalidParameterValue", change(1, ReferencedGroupId=other))
        refused("InvalidParameterCombination", change(1, CidrIpv4="10.0.0.0/8", ReferencedGroupId=other))
        refused("MissingParameter", change(1))
        refused("InvalidSecurityGroupRuleId.NotFound", change(1, CidrIpv4="10.0.0.0/8"), other)
        refused("InvalidGroup.NotFound", change(1, CidrIpv4="10.0.0.0/8"), "sg-0123456789abcdef0")
        # Both at once may change places; what is refused changed nothing.
        swap = change(2, CidrIpv4="10.0.0.0/8") + change(1, second, CidrIpv4="10.0.0.0/8")
        self.ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=swap)
        found = self.ec2.describe_security_group_rules(SecurityGroupRuleIds=[first, second])["SecurityGroupRules"]
        self.assertEqual({one["SecurityGroupRuleId"]: one["FromPort"] for one in found}, {first: 2, second: 1})

    def test_it_is_found_by_vpc_and_name(self):
        vpc, name = self.vpc(), fresh()
        group = self.group(vpc, name)
        found = self.settled(self.ec2.describe_security_groups, Filters=where(vpc_id=vpc, group_name=name))["SecurityGroups"]
        self.assertEqual([one["GroupId"] for one in found], [group])


class Endpoints(Ec2Test):
    def test_a_gateway_is_a_route(self):
        vpc, token = self.vpc(), fresh()
        table = self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        wanted = dict(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=[table])
        made = self.ec2.create_vpc_endpoint(**wanted, ClientToken=token)["VpcEndpoint"]
        self.assertEqual(self.ec2.create_vpc_endpoint(**wanted, ClientToken=token)["VpcEndpoint"]["VpcEndpointId"], made["VpcEndpointId"])
        self.refused("RouteAlreadyExists", self.ec2.create_vpc_endpoint, **wanted)
        found = self.settled(self.ec2.describe_route_tables, Filters=where(route_table_id=table))["RouteTables"]
        self.assertIn(made["VpcEndpointId"], [route["GatewayId"] for route in found[0]["Routes"]])

    def test_a_gateway_is_led_to_by_other_tables(self):
        vpc = self.vpc()
        old, new = (self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))
        id = self.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=[old])["VpcEndpoint"]["VpcEndpointId"]
        change = self.ec2.modify_vpc_endpoint
        self.assertTrue(change(VpcEndpointId=id, AddRouteTableIds=[new], RemoveRouteTableIds=[old])["Return"])
        tables = self.settled(self.ec2.describe_route_tables, Filters=where(vpc_id=vpc))["RouteTables"]
        led = [table["RouteTableId"] for table in tables if id in [route.get("GatewayId") for route in table["Routes"]]]
        self.assertEqual(led, [new])
        self.refused("RouteAlreadyExists", change, VpcEndpointId=id, AddRouteTableIds=[new])
        self.refused("InvalidParameter", change, VpcEndpointId=id, RemoveRouteTableIds=[old], message="is not associated")
        foreign = self.ec2.create_route_table(VpcId=self.vpc())["RouteTable"]["RouteTableId"]
        self.refused("InvalidParameter", change, VpcEndpointId=id, AddRouteTableIds=[foreign])
        self.refused("InvalidParameter", change, VpcEndpointId=id, AddSubnetIds=[self.subnet(vpc)])
        self.refused("InvalidVpcEndpointId.NotFound", change, VpcEndpointId="vpce-0123456789abcdef0")

    def test_a_policy_is_set_and_put_back(self):
        vpc = self.vpc()
        made = self.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3")["VpcEndpoint"]
        id, change = made["VpcEndpointId"], self.ec2.modify_vpc_endpoint

        def policy():
            return self.found(id)[0]["PolicyDocument"]

        self.refused("InvalidPolicyDocument", change, VpcEndpointId=id, PolicyDocument="everybody")
        self.refused("InvalidParameterCombination", change, VpcEndpointId=id, PolicyDocument="{}", ResetPolicy=True)
        change(VpcEndpointId=id, PolicyDocument='{"Statement":[]}')
        self.assertEqual(policy(), '{"Statement":[]}')
        change(VpcEndpointId=id, ResetPolicy=True)
        self.assertEqual(policy(), made["PolicyDocument"])

    def test_interfaces_move_to_other_subnets_and_groups(self):
        vpc = self.vpc()
        first, second = self.subnet(vpc), self.subnet(vpc, "10.0.1.0/24", "us-east-1b")
        twin = self.subnet(vpc, "10.0.2.0/24", "us-east-1b")
        group, other = self.group(vpc), self.group(vpc)
        wanted = dict(VpcId=vpc, VpcEndpointType="Interface", ServiceName="com.amazonaws.us-east-1.ssm", SecurityGroupIds=[group])
        self.refused("DuplicateSubnetsInSameZone", self.ec2.create_vpc_endpoint, SubnetIds=[second, twin], **wanted)
        id = self.ec2.create_vpc_endpoint(SubnetIds=[first], **wanted)["VpcEndpoint"]["VpcEndpointId"]
        change = self.ec2.modify_vpc_endpoint
        self.refused("InvalidParameter", change, VpcEndpointId=id, RemoveSecurityGroupIds=[group], message="at least one")
        change(VpcEndpointId=id, AddSubnetIds=[second], AddSecurityGroupIds=[other], RemoveSecurityGroupIds=[group], PrivateDnsEnabled=False)
        self.refused("DuplicateSubnetsInSameZone", change, VpcEndpointId=id, AddSubnetIds=[twin])
        change(VpcEndpointId=id, RemoveSubnetIds=[first])
        found, = self.found(id)
        self.assertEqual((found["SubnetIds"], [one["GroupId"] for one in found["Groups"]]), ([second], [other]))
        self.assertFalse(found["PrivateDnsEnabled"])
        interface, = self.ec2.describe_network_interfaces(NetworkInterfaceIds=found["NetworkInterfaceIds"])["NetworkInterfaces"]
        self.assertEqual((interface["SubnetId"], [one["GroupId"] for one in interface["Groups"]]), (second, [other]))
        # What was removed lingers, then its subnet is free.
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=first)
        self.ec2.delete_subnet(SubnetId=first)

    def found(self, endpoint):
        """The first look misses what is new."""
        self.ec2.describe_vpc_endpoints()
        return self.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]

    def test_services_that_are_not_there(self):
        self.refused("InvalidServiceName", self.ec2.create_vpc_endpoint, VpcId=self.vpc(), ServiceName="com.amazonaws.eu-west-1.s3")

    def test_deleting_what_is_not_there_is_no_error(self):
        answer = self.ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-0123456789abcdef0"])
        self.assertEqual(answer["Unsuccessful"][0]["Error"]["Code"], "InvalidVpcEndpointId.NotFound")

    def test_interfaces_hold_subnet_and_group_and_linger(self):
        """Interfaces hold their subnet and group, and linger after their owner."""
        vpc = self.vpc()
        subnet, group = self.subnet(vpc, "10.0.0.0/28"), self.group(vpc)
        made = self.ec2.create_vpc_endpoint(
            VpcId=vpc, VpcEndpointType="Interface", ServiceName="com.amazonaws.us-east-1.ssm", SubnetIds=[subnet], SecurityGroupIds=[group]
        )["VpcEndpoint"]
        self.assertEqual(made["State"], "pending")
        interface, = self.ec2.describe_network_interfaces(Filters=where(subnet_id=subnet))["NetworkInterfaces"]
        self.assertEqual((interface["PrivateIpAddress"], interface["RequesterManaged"]), ("10.0.0.4", True))
        self.assertEqual(self.settled(self.ec2.describe_subnets, Filters=where(subnet_id=subnet))["Subnets"][0]["AvailableIpAddressCount"], 10)
        self.refused("InvalidParameterValue", self.ec2.delete_network_interface, NetworkInterfaceId=interface["NetworkInterfaceId"], message="is currently in use")
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=subnet, message=f"The subnet '{subnet}' has dependencies")
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=group, message=f"resource {group} has a dependent object")
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
        self.refused("DependencyViolation", self.ec2.delete_subnet, SubnetId=subnet)
        self.ec2.delete_subnet(SubnetId=subnet)
        self.ec2.delete_security_group(GroupId=group)


class Tags(Ec2Test):
    def test_they_come_with_the_resource_and_go_by_request(self):
        vpc = self.vpc(TagSpecifications=tags("vpc", a="1", b="readers[2]"))
        self.ec2.create_tags(Resources=[vpc], Tags=[{"Key": "a", "Value": "2"}, {"Key": "c", "Value": ""}])
        self.ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "b"}, {"Key": "c", "Value": "other"}])
        found = self.settled(self.ec2.describe_vpcs, Filters=where(vpc_id=vpc))["Vpcs"][0]["Tags"]
        self.assertEqual(found, [{"Key": "a", "Value": "2"}, {"Key": "c", "Value": ""}])
        listed = self.ec2.describe_tags(Filters=where(resource_id=vpc))["Tags"]
        self.assertEqual([(tag["Key"], tag["ResourceType"]) for tag in listed], [("a", "vpc"), ("c", "vpc")])

    def test_specifications_are_of_the_kind_that_is_made(self):
        self.refused("InvalidParameterValue", self.ec2.create_vpc, CidrBlock="10.0.0.0/16", TagSpecifications=tags("subnet", a="1"))

    def test_keys_of_aws(self):
        self.refused("InvalidParameterValue", self.ec2.create_vpc, CidrBlock="10.0.0.0/16", TagSpecifications=tags("vpc", **{"aws:a": "1"}))

    def test_resources_that_are_not_there(self):
        self.refused("InvalidID", self.ec2.create_tags, Resources=["vpc-0123456789abcdef0"], Tags=[{"Key": "a", "Value": "1"}])


class Places(Ec2Test):
    def test_zones_have_names_and_ids(self):
        found = self.ec2.describe_availability_zones(Filters=where(zone_type="availability-zone", state="available"))["AvailabilityZones"]
        self.assertEqual([zone["ZoneName"] for zone in found], [f"us-east-1{letter}" for letter in "abcdef"])
        self.assertEqual(sorted(zone["ZoneId"] for zone in found), [f"use1-az{number}" for number in range(1, 7)])

    def test_us_west_1_has_two(self):
        self.assertEqual(len(client("ec2", "us-west-1").describe_availability_zones()["AvailabilityZones"]), 2)

    def test_regions_do_not_see_each_other(self):
        vpc = self.vpc()
        self.refused(NOT_FOUND, client("ec2", "eu-west-1").create_subnet, VpcId=vpc, CidrBlock="10.0.0.0/24")

    def test_the_rest_of_an_account(self):
        self.assertIn("us-east-1", [region["RegionName"] for region in self.ec2.describe_regions()["Regions"]])
        self.assertEqual(self.ec2.describe_internet_gateways()["InternetGateways"], [])
        attribute, = self.ec2.describe_account_attributes(AttributeNames=["default-vpc"])["AccountAttributes"]
        self.assertEqual(attribute["AttributeValues"], [{"AttributeValue": "none"}])
