"""Redshift Data: SQL without a connection, and how its failures are told."""

import json
import random
import tempfile
import time

import psycopg

from cloud import Serving, fresh
from ground import PASSWORD, GroundTest, NewData


class DataTest(GroundTest):
    def setUp(self):
        super().setUp()
        self.data, self.secrets = self.client("redshift-data"), self.client("secretsmanager")
        self.namespace_name = self.namespace()["namespaceName"]
        self.name = self.workgroup(self.namespace_name, self.subnets(self.vpc(), 2))["workgroupName"]
        self.secret = self.login("admin", PASSWORD)

    def login(self, user, password):
        return self.secrets.create_secret(Name=fresh(), SecretString=json.dumps({"username": user, "password": password}))["ARN"]

    def target(self, **more):
        return {"WorkgroupName": self.name, "Database": "dev", "SecretArn": self.secret} | more

    def run_sql(self, sql, **more):
        """The description of the statement at its end."""
        id = self.data.execute_statement(Sql=sql, **self.target(**more))["Id"]
        return self.new_data.describe_statement(Id=id, WaitTimeSeconds=20)

    def run_batch(self, *sqls, **more):
        id = self.new_data.batch_execute_statement(Sqls=list(sqls), **self.target(**more))["Id"]
        return self.new_data.describe_statement(Id=id, WaitTimeSeconds=20)

    def done(self, described):
        self.assertEqual(described["Status"], "FINISHED", described.get("Error"))
        return described

    def rows(self, sql, **more):
        found = self.data.get_statement_result(Id=self.done(self.run_sql(sql, **more))["Id"])
        return [[next(iter(field.values())) for field in row] for row in found["Records"]]


class Submission(DataTest):
    def test_limits(self):
        """A batch of 41, a wait of 31 seconds, a name over 63 characters: `ValidationException`."""
        batch, execute = self.data.batch_execute_statement, self.data.execute_statement
        self.refused("ValidationException", batch, Sqls=["select 1"] * 41, **self.target())
        self.refused("ValidationException", self.new_data.execute_statement, Sql="select 1", WaitTimeSeconds=31, **self.target())
        self.refused("ValidationException", execute, Sql="select 1", **self.target(WorkgroupName="w" * 64))
        self.refused("ValidationException", execute, Sql="select '" + "x" * 102_400 + "'", **self.target())
        self.refused("ValidationException", execute, Sql="select 1", SecretArn=self.secret, WorkgroupName=self.name)
        self.refused("ValidationException", execute, Sql="select 1", Database="dev")
        self.refused("ValidationException", execute, Sql="select 1", **self.target(DbUser="admin"))

    def test_nobody_is_there(self):
        """An unknown workgroup, secret or statement: `ResourceNotFoundException` at once."""
        execute = self.data.execute_statement
        self.refused("ResourceNotFoundException", execute, Sql="select 1", **self.target(WorkgroupName="nobody"))
        self.refused("ResourceNotFoundException", execute, Sql="select 1", **self.target(SecretArn=self.secret + "x"))
        self.refused("ResourceNotFoundException", execute, Sql="select 1", Database="dev", ClusterIdentifier="c")
        self.refused("ResourceNotFoundException", self.data.describe_statement, Id="0" * 8 + "-0000" * 3 + "-" + "0" * 12)

    def test_a_wrong_password_fails_later(self):
        """A wrong password makes the statement FAILED."""
        found = self.run_sql("select 1", SecretArn=self.login("admin", "Wrong0ne"))
        self.assertEqual(found["Status"], "FAILED")
        self.assertIn("password authentication failed", found["Error"])

    def test_an_unknown_database_fails_later(self):
        found = self.run_sql("select 1", Database="nowhere")
        self.assertEqual(found["Status"], "FAILED")
        self.assertIn("nowhere", found["Error"])

    def test_a_client_token_runs_a_statement_once(self):
        """The same ClientToken gives the first statement's Id and runs nothing again."""
        token = fresh()
        ask = self.target(Sql="create table once (n int)", ClientToken=token)
        first = self.new_data.execute_statement(**ask, WaitTimeSeconds=20)
        second = self.new_data.execute_statement(**ask, WaitTimeSeconds=20)
        self.assertEqual(first["Id"], second["Id"])
        self.assertEqual(second["Status"], "FINISHED")

    def test_waiting(self):
        quick = self.new_data.execute_statement(Sql="select 1", **self.target(), WaitTimeSeconds=20)
        self.assertEqual((quick["Status"], quick["HasResultSet"]), ("FINISHED", True))
        slow = self.new_data.execute_statement(Sql="select 1", **self.target())
        self.assertEqual(slow["Status"], "SUBMITTED")
        self.assertEqual(self.data.describe_statement(Id=slow["Id"])["Status"], "STARTED")
        self.done(self.new_data.describe_statement(Id=slow["Id"], WaitTimeSeconds=20))


class Active(DataTest):
    def test_one_is_stopped(self):
        self.done(self.run_sql("create table big (n int)"))
        self.done(self.run_sql("insert into big values " + ",".join(["(1)"] * 300)))
        endless = ", ".join(f"big b{n}" for n in range(8))
        id = self.data.execute_statement(Sql=f"select count(*) from {endless}", **self.target())["Id"]
        self.assertEqual(self.data.describe_statement(Id=id)["Status"], "STARTED")
        self.refused("ResourceNotFoundException", self.data.get_statement_result, Id=id, message="not finished")
        self.assertTrue(self.data.cancel_statement(Id=id)["Status"])
        self.assertEqual(self.new_data.describe_statement(Id=id, WaitTimeSeconds=20)["Status"], "ABORTED")

    def test_two_hundred_at_most(self):
        """200 active statements: `ActiveStatementsExceededException`."""
        self.done(self.run_sql("create table t (n int)"))
        endpoint = self.available(self.name)["endpoint"]
        insert = self.target(Sql="insert into t values (1)")
        with psycopg.connect(
            host=endpoint["address"], port=endpoint["port"], user="admin", password=PASSWORD, dbname="dev", sslmode="require"
        ) as writer:
            writer.execute("insert into t values (0)")
            waiting = [self.data.execute_statement(**insert)["Id"] for _ in range(200)]
            self.refused("ActiveStatementsExceededException", self.data.execute_statement, **insert)
        for id in waiting:
            self.done(self.new_data.describe_statement(Id=id, WaitTimeSeconds=30))


class Killed(DataTest):
    """A cloud that is killed while statements run, and opened again."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.arguments = ["--data", f"{folder.name}/cloud"]
        cls.serving = Serving(*cls.arguments)
        cls.addClassCleanup(lambda: cls.serving.kill())

    def open_again(self):
        self.serving.kill()
        type(self).serving = Serving(*self.arguments)
        self.data, self.new_data = self.client("redshift-data"), NewData(self.region, self.serving.url)

    def test_a_statement_is_finished_exactly_if_its_rows_are_there(self):
        """What became of statements that were running is known afterwards, one by one and of several in one transaction."""
        self.done(self.run_sql("create table t (n int)"))
        numbers = iter(range(1_000_000))
        for _ in range(5):
            sent = {}
            for _ in range(12):
                one, two, three = (next(numbers) for _ in range(3))
                insert = "insert into t values ({})"
                id = self.data.execute_statement(Sql=insert.format(one), **self.target())["Id"]
                sent[id] = {one}
                both = [insert.format(two), insert.format(three)]
                sent[self.data.batch_execute_statement(Sqls=both, **self.target())["Id"]] = {two, three}
            time.sleep(random.random() / 50)
            self.open_again()
            rows = {n for [n] in self.rows("select n from t")}
            for id, numbers_of in sent.items():
                told = self.new_data.describe_statement(Id=id, WaitTimeSeconds=1)
                self.assertIn(told["Status"], {"FINISHED", "FAILED"}, told)
                there = numbers_of & rows
                self.assertEqual(there, numbers_of if told["Status"] == "FINISHED" else set(), told)


class Sessions(DataTest):
    def test_a_session_goes_on_with_what_it_has(self):
        first = self.new_data.execute_statement(Sql="create temp table mine (n int)", **self.target(), SessionKeepAliveSeconds=60, WaitTimeSeconds=20)
        self.assertEqual(first["Status"], "FINISHED")
        session = first["SessionId"]
        second = self.data.execute_statement(Sql="insert into mine values (7)", SessionId=session)
        self.assertEqual(second["SessionId"], session)
        self.done(self.new_data.describe_statement(Id=second["Id"], WaitTimeSeconds=20))
        third = self.data.execute_statement(Sql="select n from mine", SessionId=session)
        described = self.done(self.new_data.describe_statement(Id=third["Id"], WaitTimeSeconds=20))
        self.assertEqual(described["SessionId"], session)
        self.assertEqual(self.data.get_statement_result(Id=third["Id"])["Records"], [[{"longValue": 7}]])
        batch = self.data.batch_execute_statement(Sqls=["insert into mine values (8)", "select count(*) from mine"], SessionId=session)
        self.done(self.new_data.describe_statement(Id=batch["Id"], WaitTimeSeconds=20))

    def test_it_knows_where_and_as_whom(self):
        session = self.new_data.execute_statement(Sql="select 1", **self.target(), SessionKeepAliveSeconds=60, WaitTimeSeconds=20)["SessionId"]
        execute = self.data.execute_statement
        self.refused("ValidationException", execute, Sql="select 1", SessionId=session, WorkgroupName=self.name, message="together with SessionId")
        self.refused("ValidationException", execute, Sql="select 1", SessionId=session, Database="dev")
        self.refused("ResourceNotFoundException", execute, Sql="select 1", SessionId="0" * 8 + "-0000" * 3 + "-" + "0" * 12)

    def test_it_ends_when_its_time_is_over(self):
        for keep in (0, 1):
            session = self.new_data.execute_statement(Sql="select 1", **self.target(), SessionKeepAliveSeconds=keep, WaitTimeSeconds=20)["SessionId"]
            time.sleep(keep * 1.2)
            self.refused("ResourceNotFoundException", self.data.execute_statement, Sql="select 1", SessionId=session)

    def test_it_runs_one_statement_at_a_time(self):
        self.done(self.run_sql("create table big (n int)"))
        self.done(self.run_sql("insert into big values " + ",".join(["(1)"] * 300)))
        endless = ", ".join(f"big b{n}" for n in range(8))
        ask = {"Sql": f"select count(*) from {endless}", "SessionKeepAliveSeconds": 60}
        running = self.data.execute_statement(**ask, **self.target())
        self.refused("ValidationException", self.data.execute_statement, Sql="select 1", SessionId=running["SessionId"], message="busy")
        self.data.cancel_statement(Id=running["Id"])
        self.assertEqual(self.new_data.describe_statement(Id=running["Id"], WaitTimeSeconds=20)["Status"], "ABORTED")
        self.data.execute_statement(Sql="select 1", SessionId=running["SessionId"])


class Errors(DataTest):
    def test_the_call_succeeds_and_the_statement_fails(self):
        """An error of SQL: the call succeeds, the statement is FAILED with a text and no SQLSTATE."""
        found = self.run_sql("select * from nothing_here")
        self.assertEqual(found["Status"], "FAILED")
        self.assertTrue(found["Error"].startswith("ERROR: "), found["Error"])
        self.assertNotIn("42P01", json.dumps(found, default=str))
        self.assertFalse(found["HasResultSet"])
        self.refused("ResourceNotFoundException", self.data.get_statement_result, Id=found["Id"])

    def test_databases_are_not_made_in_transactions(self):
        """CREATE and DROP DATABASE in a transactional batch: FAILED."""
        found = self.run_batch("create database other", "select 1")
        self.assertEqual(found["Status"], "FAILED")
        self.assertIn("cannot run inside a transaction block", found["Error"])
        self.assertEqual([one["Status"] for one in found["SubStatements"]], ["FAILED", "ABORTED"])
        self.done(self.run_batch("create database other", "select 1", ExecutionMode="AUTO_COMMIT"))
        self.assertIn("cannot run inside a transaction block", self.run_batch("drop database other")["Error"])
        self.done(self.run_sql("drop database other"))

    def test_a_batch_is_all_or_nothing(self):
        found = self.run_batch("create table t (n int)", "insert into nowhere values (1)")
        self.assertEqual([one["Status"] for one in found["SubStatements"]], ["FINISHED", "FAILED"])
        self.assertEqual(self.run_sql("select * from t")["Status"], "FAILED")
        self.run_batch("create table t (n int)", "insert into nowhere values (1)", ExecutionMode="AUTO_COMMIT")
        self.done(self.run_sql("select * from t"))

    def test_without_a_secret_nobody_is_superuser(self):
        """Without a secret the user is `IAM:…`, who may make neither shares nor users."""
        bare = {"WorkgroupName": self.name, "Database": "dev"}
        id = self.data.execute_statement(Sql="create datashare s", **bare)["Id"]
        found = self.new_data.describe_statement(Id=id, WaitTimeSeconds=20)
        self.assertTrue(found["DbUser"].startswith("IAM:"))
        self.assertEqual(found["Status"], "FAILED")
        self.assertIn("permission denied", found["Error"])


class Results(DataTest):
    def test_fields_have_types(self):
        id = self.done(self.run_sql("select 1 as n, 'a' as t, null as nothing, true as b, 1.5::float8 as f, 2.50::numeric(5,2) as d"))["Id"]
        found = self.data.get_statement_result(Id=id)
        expected = [{"longValue": 1}, {"stringValue": "a"}, {"isNull": True}, {"booleanValue": True}, {"doubleValue": 1.5}, {"stringValue": "2.50"}]
        self.assertEqual(found["Records"], [expected])
        self.assertEqual([one["name"] for one in found["ColumnMetadata"]], ["n", "t", "nothing", "b", "f", "d"])
        self.assertEqual(found["ColumnMetadata"][0]["typeName"], "int4")
        self.assertEqual(found["TotalNumRows"], 1)

    def test_csv_is_fetched_by_an_operation_of_its_own(self):
        id = self.data.execute_statement(Sql="select 1, 'a,b', null, true", ResultFormat="CSV", **self.target())["Id"]
        self.assertEqual(self.done(self.new_data.describe_statement(Id=id, WaitTimeSeconds=20))["ResultFormat"], "CSV")
        self.refused("ValidationException", self.data.get_statement_result, Id=id, message="GetStatementResultV2")
        found = self.data.get_statement_result_v2(Id=id)
        self.assertEqual((found["Records"], found["TotalNumRows"]), ([{"CSVRecords": '1,"a,b",,true\r\n'}], 1))
        other = self.done(self.run_sql("select 1"))["Id"]
        self.refused("ValidationException", self.data.get_statement_result_v2, Id=other, message="Use GetStatementResult.")

    def test_parameters(self):
        pair = [{"name": "n", "value": "7"}]
        self.done(self.run_sql("create table p (n int)"))
        self.done(self.run_sql("insert into p values (:n)", Parameters=pair))
        self.assertEqual(self.rows("select n from p where n = :n", Parameters=pair), [[7]])

    def test_long_results_come_in_pages(self):
        self.done(self.run_sql("create table many (n int)"))
        for start in range(0, 1500, 300):
            values = ",".join(f"({n})" for n in range(start, start + 300))
            self.done(self.run_sql(f"insert into many values {values}"))
        id = self.done(self.run_sql("select n from many order by n"))["Id"]
        pages = list(self.data.get_paginator("get_statement_result").paginate(Id=id))
        self.assertEqual([len(page["Records"]) for page in pages], [1000, 500])

    def test_a_batch_has_results_by_part(self):
        found = self.done(self.run_batch("select 1", "select 2"))
        ids = [one["Id"] for one in found["SubStatements"]]
        self.assertEqual(ids, [f"{found['Id']}:1", f"{found['Id']}:2"])
        self.assertEqual(self.data.get_statement_result(Id=ids[1])["Records"], [[{"longValue": 2}]])
        self.refused("ValidationException", self.data.get_statement_result, Id=found["Id"])

    def test_the_sql_is_told(self):
        """DescribeStatement returns the SQL in full."""
        self.assertEqual(self.run_sql("select 41 + 1")["QueryString"], "select 41 + 1")

    def test_listing(self):
        name = fresh("step")
        self.run_sql("select 1", StatementName=f"{name}/1")
        self.run_sql("select 2", StatementName=f"{name}/2")
        listed = self.data.list_statements(StatementName=name, Status="ALL")["Statements"]
        self.assertEqual([one["StatementName"] for one in listed], [f"{name}/2", f"{name}/1"])
        ended = listed[0]["Id"]
        self.refused("ValidationException", self.data.cancel_statement, Id=ended, message="FINISHED")


class Catalog(DataTest):
    def test_databases_schemas_tables_columns(self):
        self.done(self.run_sql("create schema sales"))
        self.done(self.run_sql("create table sales.orders (id bigint, note varchar(20))"))
        target = self.target()
        self.assertIn("dev", self.data.list_databases(**target)["Databases"])
        self.assertIn("sales", self.data.list_schemas(**target)["Schemas"])
        tables = self.data.list_tables(SchemaPattern="sales", **target)["Tables"]
        self.assertEqual([(one["schema"], one["name"]) for one in tables], [("sales", "orders")])
        columns = self.data.describe_table(Schema="sales", Table="orders", **target)["ColumnList"]
        self.assertEqual([one["name"] for one in columns], ["id", "note"])
