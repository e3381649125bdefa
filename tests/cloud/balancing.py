"""Traffic through a balancer, seen by clients: who gets it, and who gets none."""

import asyncio
import pathlib
import socket

import asyncpg
import psycopg

from cloud import fresh
from ground import PASSWORD, GroundTest

PORT = 6000


class Traffic(GroundTest):
    def setUp(self):
        super().setUp()
        self.elb = self.client("elbv2")
        self.vpc_id = self.vpc()
        self.subnet_ids = self.subnets(self.vpc_id)

    def group(self, port):
        """Open for everybody on the port."""
        group = super().group(self.vpc_id)
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        return group

    def warehouse(self, *groups):
        """A namespace's id and its first address."""
        made = self.namespace()
        endpoint = self.workgroup(made["namespaceName"], self.subnet_ids, groups)["endpoint"]
        return made["namespaceId"], endpoint["vpcEndpoints"][0]["networkInterfaces"][0]["privateIpAddress"]

    def balance(self, addresses, before_listening=lambda host: None, **check):
        """The targets of a new balancer, and its name."""
        balancer = self.elb.create_load_balancer(
            Name=fresh("lb"), Type="network", Scheme="internal", Subnets=self.subnet_ids, SecurityGroups=[self.group(PORT)]
        )["LoadBalancers"][0]
        targets = self.elb.create_target_group(
            Name=fresh("tg"), Protocol="TCP", Port=5439, VpcId=self.vpc_id, TargetType="ip", **check
        )["TargetGroups"][0]["TargetGroupArn"]
        before_listening(balancer["DNSName"])
        forward = [{"Type": "forward", "TargetGroupArn": targets}]
        self.elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="TCP", Port=PORT, DefaultActions=forward)
        self.elb.register_targets(TargetGroupArn=targets, Targets=[{"Id": address} for address in addresses])
        return targets, balancer["DNSName"]

    def states(self, targets):
        """The states of the targets, once none is new."""
        for _ in range(50):
            self.elb.describe_load_balancers()
            found = self.elb.describe_target_health(TargetGroupArn=targets)["TargetHealthDescriptions"]
            states = {one["Target"]["Id"]: one["TargetHealth"]["State"] for one in found}
            if "initial" not in states.values():
                return states
        self.fail(f"still {states}")

    def answer(self, host, port=PORT):
        with psycopg.connect(
            host=host, port=port, user="admin", password=PASSWORD, dbname="dev", sslmode="require", connect_timeout=5
        ) as connection:
            return connection.execute("select current_namespace").fetchone()[0]

    def test_two_hundred_clients_at_once(self):
        """Each gets a reader and an answer, and all readers get some."""
        made = [self.warehouse(self.group(5439)) for _ in range(2)]
        targets, host = self.balance([address for _, address in made], HealthCheckIntervalSeconds=5)
        self.states(targets)

        async def one():
            connection = await asyncpg.connect(
                host=host, port=PORT, user="admin", password=PASSWORD, database="dev", ssl="require", timeout=60
            )
            try:
                return await connection.fetchval("select current_namespace")
            finally:
                await connection.close()

        async def all_of_them():
            return await asyncio.gather(*(one() for _ in range(200)))

        self.assertEqual(set(asyncio.run(all_of_them())), {namespace for namespace, _ in made})

    def test_when_all_targets_are_unhealthy_all_are_tried(self):
        """All targets unhealthy: the balancer sends to all of them."""
        one, address = self.warehouse(self.group(5439))
        other, another = self.warehouse(self.group(5439))
        targets, host = self.balance([address, another], HealthCheckPort="1")
        self.assertEqual(self.states(targets), {address: "unhealthy", another: "unhealthy"})
        self.assertEqual({self.answer(host) for _ in range(12)}, {one, other})

    def test_an_unhealthy_target_gets_nothing_while_another_is_well(self):
        """While one target is healthy, an unhealthy one gets no traffic."""
        well, address = self.warehouse(self.group(5439))
        _, another = self.warehouse(self.group(5438))
        targets, host = self.balance([address, another])
        self.assertEqual(self.states(targets), {address: "healthy", another: "unhealthy"})
        self.assertEqual({self.answer(host) for _ in range(8)}, {well})

    def test_a_port_that_is_taken_is_had_elsewhere(self):
        """Where the balancer's own address and port can't be had, it listens on a free port of 127.0.0.1."""
        one, address = self.warehouse(self.group(5439))
        taken, ports = socket.socket(), set()
        self.addCleanup(taken.close)

        def take(host):
            taken.bind((host, PORT))
            taken.listen()
            ports.update(listening())

        targets, host = self.balance([address], take)
        self.assertEqual(self.states(targets), {address: "healthy"})
        answers = []
        for port in listening() - ports:
            try:
                answers.append(self.answer("127.0.0.1", port))
            except psycopg.OperationalError:
                pass  # Somebody else's.
        self.assertEqual(answers, [one])


def listening():
    """The ports of 127.0.0.1 that anybody listens on."""
    lines = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(line[1][9:], 16) for line in lines if line[1].startswith("0100007F:") and line[3] == "0A"}
