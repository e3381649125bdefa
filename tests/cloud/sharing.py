"""Sharing by SQL as an outside client meets it: what producers and consumers are refused, and what a restore does."""

import hashlib
import json
import secrets
import socket
import struct

import psycopg

from cloud import fresh
from ground import PASSWORD, GroundTest

NOBODY = "99999999-9999-4999-8999-999999999999"


class SharingTest(GroundTest):
    """A producer and a consumer in one VPC."""

    def setUp(self):
        super().setUp()
        self.subnet_ids = self.subnets(self.vpc())
        self.ends = {}
        self.producer, self.consumer = self.warehouse(), self.warehouse()

    def warehouse(self):
        made = self.namespace()
        self.ends[made["namespaceId"]] = self.workgroup(made["namespaceName"], self.subnet_ids)
        return made["namespaceId"]

    def connect(self, namespace, user="admin", password=PASSWORD, database="dev"):
        endpoint = self.ends[namespace]["endpoint"]
        return psycopg.connect(
            host=endpoint["address"], port=endpoint["port"], user=user, password=password,
            dbname=database, sslmode="require", autocommit=True,
        )

    def run_sql(self, namespace, *statements, **where):
        """The rows of the last statement, if it has any."""
        with self.connect(namespace, **where) as connection:
            for sql in statements:
                cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else None

    def sql_refused(self, state, namespace, sql, message="", **where):
        with self.connect(namespace, **where) as connection, self.assertRaises(psycopg.Error) as caught:
            connection.execute(sql)
        self.assertEqual(caught.exception.sqlstate, state, caught.exception)
        self.assertIn(message, str(caught.exception))

    def share(self):
        self.run_sql(
            self.producer,
            "create schema harbour",
            "create table harbour.ship (id int, name varchar(20))",
            "insert into harbour.ship values (1, 'Erna'), (2, 'Ada')",
            "create datashare fleet",
            "alter datashare fleet add schema harbour",
            "alter datashare fleet add all tables in schema harbour",
            f"grant usage on datashare fleet to namespace '{self.consumer}'",
        )

    def attached(self):
        self.share()
        self.run_sql(self.consumer, f"create database ships from datashare fleet of namespace '{self.producer}'")


class Refusals(SharingTest):
    def test_what_is_there_already(self):
        """A second share, database or user of one name, and IF NOT EXISTS on a share, are errors."""
        self.attached()
        self.sql_refused("42710", self.producer, "create datashare fleet", "already exists")
        self.sql_refused("42601", self.producer, "create datashare if not exists fleet", "syntax error")
        again = f"create database ships from datashare fleet of namespace '{self.producer}'"
        self.sql_refused("42P04", self.consumer, again, "already exists")
        self.sql_refused("42601", self.consumer, again.replace("database", "database if not exists", 1), "syntax error")
        self.run_sql(self.producer, f"create user keeper password '{PASSWORD}'")
        self.sql_refused("42710", self.producer, f"create user keeper password '{PASSWORD}'", "already exists")
        self.sql_refused("42P06", self.producer, "alter datashare fleet add schema harbour")
        self.sql_refused("3F000", self.producer, "alter datashare fleet add schema nowhere")

    def test_grants_to_whom_nothing_can_be_granted(self):
        """A grant needs the quoted id of another namespace that exists."""
        self.share()
        grant = "grant usage on datashare fleet to namespace "
        words = "USAGE cannot be granted to users and groups on a datashare"
        self.sql_refused("0LP01", self.producer, grant + self.consumer, words)
        self.sql_refused("42704", self.producer, f"{grant}'{NOBODY}'")
        self.sql_refused("0LP01", self.producer, f"{grant}'{self.producer}'")

    def test_a_database_needs_the_grant(self):
        """A database is made of a granted share only, once of each share, outside transactions."""
        self.share()
        third = self.warehouse()
        make = "create database {} from datashare fleet of namespace '" + self.producer + "'"
        self.sql_refused("42704", third, make.format("ships"))
        self.run_sql(self.consumer, make.format("ships"))
        self.sql_refused("42710", self.consumer, make.format("boats"))
        with self.connect(third) as connection:
            connection.execute("begin")
            with self.assertRaises(psycopg.errors.ActiveSqlTransaction) as caught:
                connection.execute(make.format("ships"))
        self.assertIn("cannot run inside a transaction block", str(caught.exception))
        self.run_sql(self.producer, f"revoke usage on datashare fleet from namespace '{self.consumer}'")
        self.sql_refused("42501", self.consumer, "select count(*) from ships.harbour.ship")

    def test_a_share_is_read_only(self):
        """Nothing is written through a share, and nothing of it is shared again."""
        self.attached()
        for sql in (
            "insert into ships.harbour.ship values (3, 'Eva')",
            "update ships.harbour.ship set name = 'x'",
            "delete from ships.harbour.ship",
            "truncate ships.harbour.ship",
            "drop table ships.harbour.ship",
            "create table ships.harbour.mine (n int)",
        ):
            self.sql_refused("25006", self.consumer, sql, "read-only")
        self.sql_refused("25006", self.consumer, "create datashare again", database="ships")
        self.assertEqual(self.run_sql(self.consumer, "select count(*) from ships.harbour.ship"), [(2,)])

    def test_an_owner_of_a_share_stays(self):
        """A user who owns a share is not dropped."""
        self.run_sql(self.producer, f"create user keeper password '{PASSWORD}' createuser")
        self.run_sql(self.producer, "create datashare fleet", user="keeper")
        self.sql_refused("55006", self.producer, "drop user keeper")
        self.run_sql(self.producer, "drop datashare fleet", "drop user keeper")

    def test_without_rights_there_is_no_share(self):
        """Who is no superuser makes no share, and reads no shared database that was not granted to him."""
        self.attached()
        for namespace in (self.producer, self.consumer):
            self.run_sql(namespace, f"create user plain password '{PASSWORD}'")
        self.sql_refused("42501", self.producer, "create datashare mine", user="plain")
        self.sql_refused("42501", self.consumer, "select 1 from ships.harbour.ship", user="plain")
        self.run_sql(self.consumer, "grant usage on database ships to plain")
        self.assertEqual(self.run_sql(self.consumer, "select max(name) from ships.harbour.ship", user="plain"), [("Erna",)])


class Restored(SharingTest):
    def test_all_that_was_there_is_replaced(self):
        """A restore replaces every database and user, the administrator included; shares made since are gone."""
        self.attached()
        self.run_sql(self.producer, "create database other", f"create user keeper password '{PASSWORD}'")
        end = self.ends[self.producer]
        ask = {"namespaceName": end["namespaceName"], "workgroupName": end["workgroupName"], "manageAdminPassword": True}
        self.serverless.restore_from_snapshot(**ask, snapshotName="airline-data-snapshot")
        self.refused("ConflictException", self.serverless.restore_from_snapshot, **ask, snapshotName="airline-data-snapshot")
        after = self.available(end["workgroupName"])
        self.assertEqual((after["endpoint"]["address"], after["workgroupId"]), (end["endpoint"]["address"], end["workgroupId"]))
        found = self.serverless.get_namespace(namespaceName=end["namespaceName"])["namespace"]
        self.assertEqual((found["namespaceId"], found["adminUsername"]), (self.producer, "awsuser"))
        secret = self.client("secretsmanager").get_secret_value(SecretId=found["adminPasswordSecretArn"])
        login = json.loads(secret["SecretString"])
        where = {"user": login["username"], "password": login["password"], "database": "airline"}
        names = self.run_sql(self.producer, "select datname from pg_database where datname in ('other', 'airline')", **where)
        self.assertEqual(names, [("airline",)])
        self.assertEqual(self.run_sql(self.producer, "select usename from pg_user where usename in ('keeper', 'admin')", **where), [])
        self.assertEqual(self.run_sql(self.producer, "select share_name from svv_datashares", **where), [])
        for user in ("admin", "keeper"):
            with self.assertRaises(psycopg.OperationalError) as caught:
                self.connect(self.producer, user)
            self.assertIn("password authentication failed", str(caught.exception))
        self.sql_refused("42501", self.consumer, "select count(*) from ships.harbour.ship")


class Logins(SharingTest):
    """What the server asks for, seen on the wire."""

    def asked(self, user):
        """The number of the authentication that the server asks for, and what comes with it."""
        endpoint = self.ends[self.producer]["endpoint"]
        with socket.create_connection((endpoint["address"], endpoint["port"]), timeout=10) as plain:
            words = b"user\0" + user.encode() + b"\0database\0dev\0\0"
            plain.sendall(struct.pack("!ii", len(words) + 8, 196_608) + words)
            kind, length = struct.unpack("!ci", self.exactly(plain, 5))
            self.assertEqual(kind, b"R")
            body = self.exactly(plain, length - 4)
        return struct.unpack("!i", body[:4])[0], body[4:]

    def exactly(self, plain, count):
        read = b""
        while len(read) < count:
            part = plain.recv(count - len(read))
            self.assertTrue(part, "the server ended the connection")
            read += part
        return read

    def test_the_verifier_decides_the_method(self):
        """A user made by cleartext or md5 is asked for method 5 with four bytes of salt, one made by sha256 for method 13."""
        name = fresh("u").replace("-", "_")
        self.serverless.update_workgroup(
            workgroupName=self.ends[self.producer]["workgroupName"],
            configParameters=[{"parameterKey": "require_ssl", "parameterValue": "false"}],
        )
        self.available(self.ends[self.producer]["workgroupName"])
        md5 = "md5" + hashlib.md5((PASSWORD + f"{name}_md5").encode()).hexdigest()
        salt = secrets.token_bytes(16)
        sha = f"sha256|{hashlib.sha256(PASSWORD.encode() + salt).hexdigest()}|{salt.hex()}"
        for kind, password in (("clear", PASSWORD), ("md5", md5), ("sha", sha)):
            self.run_sql(self.producer, f"create user {name}_{kind} password '{password}'")
        for kind in ("clear", "md5"):
            method, rest = self.asked(f"{name}_{kind}")
            self.assertEqual((method, len(rest)), (5, 4))
            self.assertEqual(self.run_sql(self.producer, "select 1", user=f"{name}_{kind}"), [(1,)])
        method, rest = self.asked(f"{name}_sha")
        self.assertEqual(method, 13)
        self.assertIn(salt, rest)
