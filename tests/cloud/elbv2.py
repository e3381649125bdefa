"""Elastic Load Balancing v2: network load balancers, listeners, target groups, and how targets are doing."""

from cloud import fresh
from ground import GroundTest


class BalancerTest(GroundTest):
    def setUp(self):
        super().setUp()
        self.elb = self.client("elbv2", checked=False)
        self.vpc_id = self.vpc()
        self.subnet_ids = self.subnets(self.vpc_id)

    def balancer(self, name=None, **more):
        more.setdefault("Subnets", self.subnet_ids)
        made = self.elb.create_load_balancer(Name=name or fresh("lb"), Type="network", Scheme="internal", **more)
        return made["LoadBalancers"][0]

    def target_group(self, name=None, **more):
        settings = {"Protocol": "TCP", "Port": 5439, "VpcId": self.vpc_id, "TargetType": "ip"} | more
        return self.elb.create_target_group(Name=name or fresh("tg"), **settings)["TargetGroups"][0]["TargetGroupArn"]

    def listener(self, balancer, group, port=5439):
        made = self.elb.create_listener(
            LoadBalancerArn=balancer, Protocol="TCP", Port=port, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}]
        )
        return made["Listeners"][0]["ListenerArn"]

    def health(self, group, **more):
        found = self.elb.describe_target_health(TargetGroupArn=group, **more)["TargetHealthDescriptions"]
        return [(one["TargetHealth"]["State"], one["TargetHealth"].get("Reason")) for one in found]

    def attributes(self, describe, **arguments):
        return {one["Key"]: one["Value"] for one in describe(**arguments)["Attributes"]}


class LoadBalancers(BalancerTest):
    def test_names(self):
        for name in ("x" * 33, "a_b", "-a", "a-", "internal-a"):
            self.refused("ValidationError", self.balancer, name=name)

    def test_same_name_with_equal_settings_is_the_same_one(self):
        """The same name with equal settings is the same balancer, with others `DuplicateLoadBalancerName`."""
        name = fresh("lb")
        first = self.balancer(name)
        self.assertEqual(self.balancer(name)["LoadBalancerArn"], first["LoadBalancerArn"])
        self.refused("DuplicateLoadBalancerName", self.balancer, name=name, Subnets=self.subnet_ids[:2])

    def test_subnets_are_of_one_vpc_and_one_a_zone(self):
        twin = self.ec2.create_subnet(VpcId=self.vpc_id, CidrBlock="10.0.9.0/24", AvailabilityZone=self.zones()[0])
        pair = [self.subnet_ids[0], twin["Subnet"]["SubnetId"]]
        self.refused("InvalidConfigurationRequest", self.balancer, Subnets=pair, message="same Availability Zone")
        self.refused("SubnetNotFound", self.balancer, Subnets=["subnet-0123456789abcdef0"])
        abroad = self.subnets(self.vpc("10.9.0.0/16"), 2, net="10.9")[1]
        self.refused("InvalidConfigurationRequest", self.balancer, Subnets=[self.subnet_ids[0], abroad], message="same VPC")
        self.refused("ValidationError", self.balancer, Subnets=[], message="At least one subnet")

    def test_without_an_internet_gateway_it_is_internal(self):
        make = self.elb.create_load_balancer
        self.refused("InvalidSubnet", make, Name=fresh(), Type="network", Subnets=self.subnet_ids, message="no internet gateway")

    def test_security_groups_come_at_creation_or_never(self):
        """SetSecurityGroups on a balancer made without: `InvalidConfigurationRequest`."""
        group, other = self.group(self.vpc_id), self.group(self.vpc_id)
        bare = self.balancer()["LoadBalancerArn"]
        change = self.elb.set_security_groups
        self.refused("InvalidConfigurationRequest", change, LoadBalancerArn=bare, SecurityGroups=[group])
        self.refused("InvalidSecurityGroup", self.balancer, SecurityGroups=["sg-0123456789abcdef0"])
        guarded = self.balancer(SecurityGroups=[group])["LoadBalancerArn"]
        self.assertEqual(change(LoadBalancerArn=guarded, SecurityGroups=[other])["SecurityGroupIds"], [other])
        held = self.ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [other]}])["NetworkInterfaces"]
        self.assertEqual(len(held), 3)

    def test_it_is_provisioned_before_it_is_active(self):
        made = self.balancer()
        self.assertEqual(made["State"]["Code"], "provisioning")
        states = [
            self.elb.describe_load_balancers(Names=[made["LoadBalancerName"]])["LoadBalancers"][0]["State"]["Code"]
            for _ in range(2)
        ]
        self.assertEqual(states, ["provisioning", "active"])

    def test_it_takes_an_address_in_each_subnet_which_lingers(self):
        """A balancer's interfaces linger after it."""
        mapping = [{"SubnetId": self.subnet_ids[0], "PrivateIPv4Address": "10.0.0.77"}, {"SubnetId": self.subnet_ids[1]}]
        arn = self.balancer(SubnetMappings=mapping, Subnets=[])["LoadBalancerArn"]
        path = arn.split(":loadbalancer/")[1]
        mine = [{"Name": "description", "Values": [f"ELB {path}"]}]
        found = self.ec2.describe_network_interfaces(Filters=mine)["NetworkInterfaces"]
        self.assertEqual(sorted(one["PrivateIpAddress"] for one in found)[0], "10.0.0.77")
        self.assertTrue(all(one["RequesterManaged"] and one["InterfaceType"] == "network_load_balancer" for one in found))
        self.elb.delete_load_balancer(LoadBalancerArn=arn)
        self.assertEqual(len(self.ec2.describe_network_interfaces(Filters=mine)["NetworkInterfaces"]), 2)
        self.assertEqual(self.ec2.describe_network_interfaces(Filters=mine)["NetworkInterfaces"], [])

    def test_deletion(self):
        """A protected balancer is not deleted: `OperationNotPermitted`."""
        arn = self.balancer()["LoadBalancerArn"]
        protect = [{"Key": "deletion_protection.enabled", "Value": "true"}]
        self.elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=protect)
        self.refused("OperationNotPermitted", self.elb.delete_load_balancer, LoadBalancerArn=arn, message="deletion protection")
        protect[0]["Value"] = "false"
        self.elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=protect)
        self.elb.delete_load_balancer(LoadBalancerArn=arn)
        self.elb.delete_load_balancer(LoadBalancerArn=arn)
        self.refused("LoadBalancerNotFound", self.elb.describe_load_balancers, LoadBalancerArns=[arn])
        self.refused("LoadBalancerNotFound", self.elb.describe_load_balancers, Names=["nobody"])
        self.refused("ValidationError", self.elb.describe_listeners, LoadBalancerArn="arn:aws:s3:::x", message="is not a valid load balancer ARN")

    def test_set_subnets_replaces_them(self):
        arn = self.balancer(Subnets=self.subnet_ids[:2])["LoadBalancerArn"]
        zones = self.elb.set_subnets(LoadBalancerArn=arn, Subnets=self.subnet_ids[1:])["AvailabilityZones"]
        self.assertEqual({zone["SubnetId"] for zone in zones}, set(self.subnet_ids[1:]))

    def test_attributes_and_their_ranges(self):
        arn = self.balancer()["LoadBalancerArn"]
        known = self.attributes(self.elb.describe_load_balancer_attributes, LoadBalancerArn=arn)
        self.assertEqual(known["load_balancing.cross_zone.enabled"], "false")
        for key, value in (("no.such.key", "1"), ("load_balancing.cross_zone.enabled", "maybe")):
            pair = [{"Key": key, "Value": value}]
            self.refused("ValidationError", self.elb.modify_load_balancer_attributes, LoadBalancerArn=arn, Attributes=pair)

    def test_pages(self):
        for _ in range(3):
            self.balancer()
        pages = list(self.elb.get_paginator("describe_load_balancers").paginate(PaginationConfig={"PageSize": 2}))
        self.assertGreaterEqual(len(pages), 2)
        self.refused("ValidationError", self.elb.describe_load_balancers, Marker="nonsense")


class Listeners(BalancerTest):
    def setUp(self):
        super().setUp()
        self.arn, self.tg = self.balancer()["LoadBalancerArn"], self.target_group()

    def test_one_a_port(self):
        """A second listener on a port is `DuplicateListener`, unless it is equal."""
        made = self.listener(self.arn, self.tg)
        self.assertEqual(self.listener(self.arn, self.tg), made)
        self.refused("DuplicateListener", self.listener, self.arn, self.target_group())
        other = self.listener(self.arn, self.tg, 5440)
        self.refused("DuplicateListener", self.elb.modify_listener, ListenerArn=other, Port=5439)
        self.assertEqual(self.elb.modify_listener(ListenerArn=other, Port=5441)["Listeners"][0]["Port"], 5441)

    def test_what_it_needs(self):
        self.refused("TargetGroupNotFound", self.listener, self.arn, self.tg[:-4] + "0000")
        self.refused("LoadBalancerNotFound", self.listener, self.arn[:-4] + "0000", self.tg)
        abroad = self.target_group(VpcId=self.vpc("10.9.0.0/16"))
        self.refused("InvalidConfigurationRequest", self.listener, self.arn, abroad)
        action = [{"Type": "forward", "TargetGroupArn": self.tg}]
        make = self.elb.create_listener
        self.refused("ValidationError", make, LoadBalancerArn=self.arn, Protocol="TCP", DefaultActions=action)
        self.refused("ValidationError", make, LoadBalancerArn=self.arn, Protocol="HTTP", Port=80, DefaultActions=action)

    def test_a_group_in_use_stays_and_belongs_to_one_balancer(self):
        """A target group that a listener names: `ResourceInUse`."""
        made = self.listener(self.arn, self.tg)
        self.refused("ResourceInUse", self.elb.delete_target_group, TargetGroupArn=self.tg)
        self.refused("TargetGroupAssociationLimit", self.listener, self.balancer()["LoadBalancerArn"], self.tg)
        self.elb.delete_listener(ListenerArn=made)
        self.refused("ListenerNotFound", self.elb.delete_listener, ListenerArn=made)
        self.elb.delete_target_group(TargetGroupArn=self.tg)
        self.refused("TargetGroupNotFound", self.elb.describe_target_groups, TargetGroupArns=[self.tg])

    def test_the_balancers_deletion_takes_them_along(self):
        made = self.listener(self.arn, self.tg)
        self.elb.delete_load_balancer(LoadBalancerArn=self.arn)
        self.refused("ListenerNotFound", self.elb.describe_listeners, ListenerArns=[made])

    def test_idle_time(self):
        made = self.listener(self.arn, self.tg)
        self.assertEqual(self.attributes(self.elb.describe_listener_attributes, ListenerArn=made), {"tcp.idle_timeout.seconds": "350"})
        change = self.elb.modify_listener_attributes
        for value in ("59", "6001", "long"):
            pair = [{"Key": "tcp.idle_timeout.seconds", "Value": value}]
            self.refused("ValidationError", change, ListenerArn=made, Attributes=pair)
        change(ListenerArn=made, Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "3600"}])


class TargetGroups(BalancerTest):
    def test_same_name(self):
        """The same name with equal settings is the same group, with others `DuplicateTargetGroupName`."""
        name = fresh("tg")
        self.assertEqual(self.target_group(name), self.target_group(name))
        self.refused("DuplicateTargetGroupName", self.target_group, name, Port=5440)

    def test_health_checks(self):
        self.refused("ValidationError", self.target_group, HealthCheckEnabled=False)
        self.refused("ValidationError", self.target_group, HealthCheckIntervalSeconds=4)
        self.refused("ValidationError", self.target_group, HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=6)
        self.refused("ValidationError", self.target_group, HealthyThresholdCount=11)
        self.refused("ValidationError", self.target_group, VpcId="vpc-0123456789abcdef0")
        arn = self.target_group()
        found = self.elb.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
        usual = [found[f"Health{rest}"] for rest in ("CheckIntervalSeconds", "CheckTimeoutSeconds", "yThresholdCount")]
        self.assertEqual((usual, found["UnhealthyThresholdCount"], found["HealthCheckPort"]), ([30, 10, 5], 2, "traffic-port"))
        self.elb.modify_target_group(TargetGroupArn=arn, HealthCheckIntervalSeconds=10, HealthyThresholdCount=3)
        found = self.elb.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
        self.assertEqual((found["HealthCheckIntervalSeconds"], found["HealthyThresholdCount"]), (10, 3))

    def test_attributes(self):
        arn = self.target_group()
        known = self.attributes(self.elb.describe_target_group_attributes, TargetGroupArn=arn)
        self.assertEqual(known["deregistration_delay.timeout_seconds"], "300")
        self.assertEqual(known["preserve_client_ip.enabled"], "false")
        self.assertEqual(known["target_health_state.unhealthy.connection_termination.enabled"], "true")
        for key, value in (("deregistration_delay.timeout_seconds", "3601"), ("stickiness.type", "lb_cookie"), ("x.y", "1")):
            pair = [{"Key": key, "Value": value}]
            self.refused("ValidationError", self.elb.modify_target_group_attributes, TargetGroupArn=arn, Attributes=pair)


class Targets(BalancerTest):
    def test_where_they_may_be(self):
        """A target outside the VPC and the private ranges: `InvalidTarget`."""
        arn = self.target_group()
        register = self.elb.register_targets
        self.refused("InvalidTarget", register, TargetGroupArn=arn, Targets=[{"Id": "8.8.8.8"}])
        self.refused("InvalidTarget", register, TargetGroupArn=arn, Targets=[{"Id": "192.168.1.1"}], message="'all'")
        self.refused("ValidationError", register, TargetGroupArn=arn, Targets=[{"Id": "here"}])
        wrong = [{"Id": "10.0.0.9", "AvailabilityZone": self.zones()[1]}]
        self.refused("InvalidTarget", register, TargetGroupArn=arn, Targets=wrong)
        register(TargetGroupArn=arn, Targets=[{"Id": "192.168.1.1", "AvailabilityZone": "all"}, {"Id": "10.0.0.9"}])
        register(TargetGroupArn=arn, Targets=[{"Id": "10.0.0.9"}])
        self.assertEqual(len(self.health(arn)), 2)

    def test_instances_are_not_here(self):
        arn = self.target_group(TargetType="instance")
        self.refused("InvalidTarget", self.elb.register_targets, TargetGroupArn=arn, Targets=[{"Id": "i-0123456789abcdef0"}])

    def test_outside_any_listener_nobody_checks_them(self):
        """Outside any listener a target is `unused`."""
        arn = self.target_group()
        self.elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "10.0.0.9"}])
        self.assertEqual(self.health(arn), [("unused", "Target.NotInUse")])
        self.assertEqual(self.health(arn, Targets=[{"Id": "10.0.0.10"}]), [("unused", "Target.NotRegistered")])

    def test_an_address_without_anything_becomes_unhealthy(self):
        """A new target is `initial` before it is checked."""
        arn = self.target_group()
        self.listener(self.balancer()["LoadBalancerArn"], arn)
        self.elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "10.0.0.9"}])
        self.assertEqual(self.health(arn), [("initial", "Elb.RegistrationInProgress")])
        self.elb.describe_load_balancers()
        self.assertEqual(self.health(arn), [("initial", "Elb.InitialHealthChecking")])
        self.assertEqual(self.health(arn), [("unhealthy", "Target.FailedHealthChecks")])

    def test_they_drain_when_they_leave(self):
        arn = self.target_group()
        self.listener(self.balancer()["LoadBalancerArn"], arn)
        self.elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": "10.0.0.9"}, {"Id": "10.0.0.9", "Port": 5440}])
        self.elb.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": "10.0.0.9", "Port": 5440}])
        self.elb.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": "10.0.0.99"}])
        self.assertIn(("draining", "Target.DeregistrationInProgress"), self.health(arn))
        self.assertEqual(len([one for one in self.health(arn) if one[0] != "unused"]), 1)


class Tags(BalancerTest):
    def test_they_are_plain_and_at_most_fifty(self):
        """Elastic Load Balancing: a tag with a bracket is `ValidationError`."""
        pair = [{"Key": "a", "Value": "readers[0]"}]
        self.refused("ValidationError", self.balancer, Tags=pair)
        arn = self.balancer(Tags=[{"Key": "a", "Value": "1"}])["LoadBalancerArn"]
        many = [{"Key": f"k{n}", "Value": ""} for n in range(50)]
        self.refused("TooManyTags", self.elb.add_tags, ResourceArns=[arn], Tags=many)
        self.elb.add_tags(ResourceArns=[arn], Tags=[{"Key": "b", "Value": "2"}])
        self.elb.remove_tags(ResourceArns=[arn], TagKeys=["a"])
        found = self.elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
        self.assertEqual(found, [{"Key": "b", "Value": "2"}])
        self.refused("LoadBalancerNotFound", self.elb.describe_tags, ResourceArns=[arn[:-4] + "0000"])
