"""psql as people use it: its backslash commands, its variables, transactions, cursors, and errors with their place."""

import os
import subprocess

from ground import PASSWORD, WarehouseTest


class Psql(WarehouseTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sql(
            "create schema shop; create table shop.item (id int not null, name varchar(20) default 'x', price numeric(8,2), at timestamp);"
            "create view shop.names as select name from shop.item; create table here (a int); insert into here values (1), (2);"
            f"create user reader password '{PASSWORD}'"
        )

    @classmethod
    def psql(cls, *arguments, stdin=None, **variables):
        connection = {"PGHOST": cls.host, "PGPORT": str(cls.port), "PGUSER": "admin", "PGPASSWORD": PASSWORD}
        connection |= {"PGDATABASE": "dev", "PGSSLMODE": "require", "PGCONNECT_TIMEOUT": "10", "PSQLRC": "/dev/null"}
        command = ["psql", "--no-psqlrc", *arguments]
        environment = os.environ | connection | variables
        return subprocess.run(command, input=stdin, capture_output=True, text=True, env=environment, timeout=60)

    @classmethod
    def sql(cls, text):
        done = cls.psql("-v", "ON_ERROR_STOP=1", stdin=text)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shown(self, *commands, **variables):
        """What the commands print; none of them may fail."""
        arguments = [word for command in commands for word in ("-c", command)]
        done = self.psql("-v", "ON_ERROR_STOP=1", *arguments, **variables)
        problems = [line for line in done.stderr.splitlines() if "WARNING: psql major version" not in line]
        self.assertEqual((done.returncode, [line for line in problems if "ERROR" in line]), (0, []), done.stderr)
        return done.stdout


class Backslash(Psql):
    def test_tables_schemas_users_and_databases_are_listed(self):
        self.assertRegex(self.shown(r"\dt"), r"public\s*\|\s*here\s*\|\s*table\s*\|\s*admin")
        self.assertIn("item", self.shown(r"\dt shop.*"))
        self.assertNotIn("names", self.shown(r"\dt shop.*"))
        self.assertIn("names", self.shown(r"\dv shop.*"))
        self.assertRegex(self.shown(r"\dn"), r"shop\s*\|\s*admin")
        self.assertRegex(self.shown(r"\dn+"), r"shop\s*\|\s*admin")
        self.assertIn("reader", self.shown(r"\du"))
        self.assertRegex(self.shown(r"\du"), r"admin\s*\|\s*Superuser")
        self.assertRegex(self.shown(r"\l"), r"dev\s*\|\s*admin")
        self.assertRegex(self.shown(r"\dp here"), "here")
        self.assertIn("here", self.shown(r"\d"))

    def test_a_table_is_described(self):
        shown = self.shown(r"\d shop.item")
        self.assertIn('Table "shop.item"', shown)
        self.assertRegex(shown, r"id\s*\|\s*integer\s*\|\s*\|\s*not null")
        self.assertRegex(shown, r"name\s*\|\s*character varying\(20\)")
        self.assertIn("'x'", shown)
        self.assertRegex(shown, r"price\s*\|\s*numeric\(8,2\)")
        self.assertRegex(shown, r"at\s*\|\s*timestamp without time zone")
        self.assertIn('Table "shop.item"', self.shown(r"\d+ shop.item"))
        self.assertIn('View "shop.names"', self.shown(r"\d shop.names"))
        self.assertIn("Did not find any relation", self.psql("-c", r"\d nowhere").stderr)

    def test_the_session_is_told(self):
        self.assertIn('You are connected to database "dev" as user "admin"', self.shown(r"\conninfo"))
        self.assertIn("Expanded display is on", self.shown(r"\x", "select a from here"))
        self.assertIn("-[ RECORD 1 ]", self.shown(r"\x", "select a from here"))
        self.assertIn("Time:", self.shown(r"\timing", "select 1"))
        self.assertIn("8.0.2", self.shown(r"\echo :SERVER_VERSION_NAME"))
        self.assertIn("UTF8", self.shown(r"\encoding"))

    def test_functions_and_types_are_listed(self):
        for command in (r"\df", r"\dT", r"\di", r"\ds", r"\dm", r"\db"):
            with self.subTest(command):
                self.shown(command)


class Statements(Psql):
    def test_a_file_of_statements(self):
        text = "begin;\ninsert into here values (9);\nselect count(*) from here;\nrollback;\nselect count(*) from here;\n"
        done = self.psql("-At", stdin=text)
        self.assertEqual(done.stdout.split(), ["BEGIN", "INSERT", "0", "1", "3", "ROLLBACK", "2"], done.stderr)

    def test_an_error_shows_its_line(self):
        done = self.psql("-c", "select a,\n  nothing\nfrom here", "-v", "VERBOSITY=verbose")
        self.assertEqual(done.returncode, 1)
        self.assertIn('ERROR:  42703: column "nothing" does not exist', done.stderr)
        self.assertIn("LINE 2:   nothing", done.stderr)

    def test_a_failed_transaction_takes_rollback_only(self):
        done = self.psql(stdin="begin;\nselect nothing;\nselect 1;\nrollback;\nselect 2;\n")
        self.assertIn("current transaction is aborted, commands ignored until end of transaction block", done.stderr)
        self.assertIn("ROLLBACK", done.stdout)

    def test_cursors_and_prepared_statements(self):
        text = "begin; declare c cursor for select a from here order by a; fetch 1 from c; fetch all from c; close c; commit;"
        done = self.psql("-At", stdin=text + "prepare p (int) as select a + $1 from here order by 1; execute p (10); deallocate p;")
        self.assertEqual((done.stderr.count("ERROR"), done.stdout.split()[-4:]), (0, ["PREPARE", "11", "12", "DEALLOCATE"]))

    def test_copy_reads_from_s3_only(self):
        done = self.psql("-c", r"\copy here from /dev/null")
        self.assertIn("LOAD source is not supported. (Hint: only S3 or DynamoDB or EMR based load is allowed)", done.stderr)
        self.assertIn("COPY is not supported", self.psql("-c", "copy here from 's3://b/k' iam_role default").stderr)

    def test_settings(self):
        shown = self.shown("set search_path to shop, public", "show search_path", "select current_schema()", "reset search_path")
        self.assertIn("shop, public", shown)
        self.assertIn("PGAPP", self.shown("show application_name", PGAPPNAME="PGAPP"))
        self.assertIn("UTC", self.shown("show timezone"))
        self.assertIn("Redshift", self.shown("select version()"))

    def test_csv_and_variables(self):
        self.assertEqual(self.shown("select a, 'x,y' as b from here order by a", ) and self.psql("--csv", "-c", "select a, 'x,y' as b from here order by a").stdout, 'a,b\n1,"x,y"\n2,"x,y"\n')
        done = self.psql("-At", "-v", "n=2", stdin="select a from here where a = :n;\nselect 1 \\gset v_\n\\echo :v_?column?\n")
        self.assertEqual(done.stdout.splitlines()[0], "2")

    def test_who_is_not_known_is_not_let_in(self):
        self.assertIn('password authentication failed for user "admin"', self.psql("-c", "select 1", PGPASSWORD="wrong").stderr)
        self.assertIn('database "nowhere" does not exist', self.psql("-c", "select 1", PGDATABASE="nowhere").stderr)
