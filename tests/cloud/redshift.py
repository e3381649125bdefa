"""Redshift: snapshots of clusters, of which there are none, and datashares as they are now."""

import json

from cloud import ACCOUNT, fresh
from ground import PASSWORD, GroundTest


class ClusterSnapshots(GroundTest):
    def test_none(self):
        redshift = self.client("redshift")
        self.assertEqual(redshift.describe_cluster_snapshots()["Snapshots"], [])
        self.refused("ClusterSnapshotNotFound", redshift.describe_cluster_snapshots, SnapshotIdentifier="airline-data-snapshot", status=404)


class DataShares(GroundTest):
    def test_what_sql_makes_is_seen(self):
        redshift, data = self.client("redshift"), self.new_data
        secret = self.client("secretsmanager").create_secret(
            Name=fresh(), SecretString=json.dumps({"username": "admin", "password": PASSWORD})
        )["ARN"]
        producer, consumer = self.namespace(), self.namespace()
        workgroup = self.workgroup(producer["namespaceName"], self.subnets(self.vpc(), 2))["workgroupName"]
        sqls = [
            "create table public.t (n int)",
            "create datashare s",
            "alter datashare s add schema public",
            "alter datashare s add table public.t",
            f"grant usage on datashare s to namespace '{consumer['namespaceId']}'",
        ]
        done = data.batch_execute_statement(Sqls=sqls, WorkgroupName=workgroup, Database="dev", SecretArn=secret, WaitTimeSeconds=20)
        self.assertEqual(done["Status"], "FINISHED", data.describe_statement(Id=done["Id"]).get("Error"))
        shares = redshift.describe_data_shares_for_producer(ProducerArn=producer["namespaceArn"])["DataShares"]
        arn = f"arn:aws:redshift:{self.region}:{ACCOUNT}:datashare:{producer['namespaceId']}/s"
        self.assertEqual([one["DataShareArn"] for one in shares], [arn])
        association = shares[0]["DataShareAssociations"][0]
        self.assertTrue(association["ConsumerIdentifier"].endswith(consumer["namespaceId"]))
        self.assertEqual(association["Status"], "ACTIVE")
        self.assertFalse(shares[0]["AllowPubliclyAccessibleConsumers"])
        inbound = redshift.describe_data_shares_for_consumer(ConsumerArn=consumer["namespaceArn"])["DataShares"]
        self.assertEqual([one["DataShareArn"] for one in inbound], [arn])
        self.assertEqual(redshift.describe_data_shares_for_consumer(ConsumerArn=producer["namespaceArn"])["DataShares"], [])
        self.refused("InvalidDataShareFault", redshift.describe_data_shares, DataShareArn=arn + "x")
        self.refused("InvalidNamespaceFault", redshift.describe_data_shares_for_producer, ProducerArn="mine")
