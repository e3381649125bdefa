"""PostgreSQL's drivers and Amazon's own, each as its users connect: what it asks at the start, parameters, types, cursors."""

import asyncio
import datetime
import decimal
import hashlib
import os
import secrets
import socket
import threading

import asyncpg
import pandas
import pg8000.dbapi
import psycopg
import psycopg2
import psycopg2.extras
import redshift_connector
import sqlalchemy

from ground import PASSWORD, WarehouseTest

ROWS = [(1, "one", decimal.Decimal("1.50"), datetime.date(2024, 5, 6), True), (2, None, None, None, None)]
QUERY = "select n, t, d, at, b from kinds order by n"


class Drivers(WarehouseTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with psycopg.connect(**cls.to("password"), sslmode="require") as connection:
            connection.execute("create table kinds (n int, t varchar(10), d numeric(6,2), at date, b boolean)")
            connection.execute("insert into kinds values (1, 'one', 1.5, '2024-05-06', true), (2, null, null, null, null)")

    @classmethod
    def to(cls, password="password", database="dbname", **more):
        return {"host": cls.host, "port": cls.port, "user": "admin", password: PASSWORD, database: "dev"} | more

    def rows(self, cursor, query=QUERY, parameters=()):
        cursor.execute(query, parameters)
        return [tuple(row) for row in cursor.fetchall()]


class Psycopg3(Drivers):
    def test_rows_parameters_and_types(self):
        with psycopg.connect(**self.to(), sslmode="require") as connection:
            self.assertEqual(self.rows(connection.cursor()), ROWS)
            self.assertEqual(self.rows(connection.cursor(binary=True)), ROWS)
            found = self.rows(connection.cursor(), "select t from kinds where n = %s and d > %s", (1, decimal.Decimal("1.2")))
            self.assertEqual(found, [("one",)])

    def test_a_statement_that_is_run_often_is_prepared(self):
        with psycopg.connect(**self.to(), sslmode="require", prepare_threshold=2) as connection:
            for n in range(8):
                self.assertEqual(connection.execute("select %s::int + 1", (n,)).fetchone(), (n + 1,))
            connection.execute("deallocate all")

    def test_rows_come_in_parts_by_a_cursor(self):
        with psycopg.connect(**self.to(), sslmode="require") as connection:
            with connection.cursor(name="parts") as cursor:
                cursor.itersize = 1
                cursor.execute("select n from kinds where n > %s order by n", (0,))
                self.assertEqual([row[0] for row in cursor], [1, 2])

    def test_errors_have_their_kind_and_place(self):
        with psycopg.connect(**self.to(), sslmode="require", autocommit=True) as connection:
            with self.assertRaises(psycopg.errors.UndefinedTable) as caught:
                connection.execute("select *\nfrom nowhere")
            self.assertEqual(caught.exception.diag.statement_position, "15")

    def test_several_statements_in_one_pipeline(self):
        with psycopg.connect(**self.to(), sslmode="require") as connection, connection.pipeline():
            cursors = [connection.execute("select %s::int", (n,)) for n in range(3)]
            self.assertEqual([cursor.fetchone()[0] for cursor in cursors], [0, 1, 2])


class Psycopg2(Drivers):
    def test_rows_parameters_and_types(self):
        connection = psycopg2.connect(**self.to(), sslmode="require")
        with connection, connection.cursor() as cursor:
            self.assertEqual(self.rows(cursor), ROWS)
            self.assertEqual(self.rows(cursor, "select n from kinds where t = %s", ("one",)), [(1,)])
        connection.close()

    def test_rows_come_in_parts_by_a_cursor(self):
        connection = psycopg2.connect(**self.to(), sslmode="require")
        with connection, connection.cursor("parts") as cursor:
            cursor.execute("select n from kinds order by n")
            self.assertEqual((cursor.fetchmany(1), cursor.fetchall()), ([(1,)], [(2,)]))
        connection.close()

    def test_many_rows_are_written_at_once(self):
        connection = psycopg2.connect(**self.to(), sslmode="require")
        with connection, connection.cursor() as cursor:
            cursor.execute("create temp table many (n int, t varchar(10))")
            psycopg2.extras.execute_values(cursor, "insert into many values %s", [(n, str(n)) for n in range(1500)], page_size=2000)
            self.assertEqual(self.rows(cursor, "select count(*), max(n) from many"), [(1500, 1499)])
        connection.close()


class Pg8000(Drivers):
    def test_rows_parameters_and_types(self):
        connection = pg8000.dbapi.connect(**self.to(database="database"), ssl_context=True)
        cursor = connection.cursor()
        self.assertEqual(self.rows(cursor), ROWS)
        self.assertEqual(self.rows(cursor, "select n from kinds where t = %s", ("one",)), [(1,)])
        connection.close()


class Asyncpg(Drivers):
    def test_rows_parameters_and_types(self):
        async def ask():
            connection = await asyncpg.connect(**self.to(database="database"), ssl="require")
            try:
                self.assertEqual([tuple(row) for row in await connection.fetch(QUERY)], ROWS)
                self.assertEqual(await connection.fetchval("select n from kinds where t = $1 and at = $2", "one", ROWS[0][3]), 1)
                self.assertEqual(await connection.fetchval("select t from kinds where d > $1", decimal.Decimal("1.4999")), "one")
                with self.assertRaises(asyncpg.UndefinedTableError):
                    await connection.fetch("select * from nowhere")
                async with connection.transaction():
                    await connection.execute("create temp table mine (n int)")
                    await connection.executemany("insert into mine values ($1)", [(n,) for n in range(5)])
                    self.assertEqual(await connection.fetchval("select sum(n) from mine"), 10)
            finally:
                await connection.close()

        asyncio.run(ask())


class SqlAlchemy(Drivers):
    """Amazon's own dialect of SQLAlchemy by psycopg2, as its users have it."""

    def engine(self):
        # The dialect brings Amazon's certificates; the cloud's authority is its own.
        url = sqlalchemy.URL.create("redshift+psycopg2", "admin", PASSWORD, self.host, self.port, "dev")
        return sqlalchemy.create_engine(url, connect_args={"sslmode": "require", "sslrootcert": "/nonexistent"})

    def test_tables_are_made_filled_and_read(self):
        engine, made = self.engine(), sqlalchemy.MetaData()
        table = sqlalchemy.Table(
            "catches", made,
            sqlalchemy.Column("id", sqlalchemy.Integer),
            sqlalchemy.Column("fish", sqlalchemy.String(20)),
            sqlalchemy.Column("weight", sqlalchemy.Numeric(8, 3)),
        )
        with engine.begin() as connection:
            made.create_all(connection, checkfirst=False)
            rows = [{"id": n, "fish": f"cod {n}", "weight": decimal.Decimal(n) / 8} for n in range(4)]
            connection.execute(table.insert(), rows)
            total = sqlalchemy.select(sqlalchemy.func.sum(table.c.weight)).where(table.c.fish.like("cod%"))
            self.assertEqual(connection.execute(total).scalar(), decimal.Decimal("0.750"))
        with engine.connect() as connection:
            heaviest = sqlalchemy.select(table.c.fish, table.c.weight).order_by(table.c.weight.desc()).limit(1)
            self.assertEqual(connection.execute(heaviest).one(), ("cod 3", decimal.Decimal("0.375")))
        engine.dispose()


class Reflection(SqlAlchemy):
    """What the dialect and pandas find out by the catalog."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        statements = [
            "create table boats (id int not null, port varchar(5), primary key (id), unique (port)) diststyle key distkey (id)",
            "create table trips (id int identity(1, 1) primary key, boat int references boats (id), catch numeric(8,2) default 1.5,"
            " sailed timestamp) sortkey (sailed)",
            "create view recent as select id, boat from trips",
            "insert into boats values (1, 'FRA'), (2, 'OSL')",
            "insert into trips (boat, sailed) values (1, '2024-05-06 10:00:00')",
        ]
        with psycopg.connect(**cls.to("password"), sslmode="require", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def setUp(self):
        super().setUp()
        self.reflected = self.engine()
        self.addCleanup(self.reflected.dispose)

    def test_tables_views_and_columns(self):
        found = sqlalchemy.inspect(self.reflected)
        self.assertLessEqual({"boats", "trips", "kinds"}, set(found.get_table_names()))
        self.assertEqual(found.get_view_names(), ["recent"])
        self.assertTrue(found.has_table("boats"))
        self.assertFalse(found.has_table("ships"))
        columns = {column["name"]: column for column in found.get_columns("trips")}
        self.assertEqual(list(columns), ["id", "boat", "catch", "sailed"])
        self.assertEqual((columns["catch"]["type"].precision, columns["catch"]["type"].scale), (8, 2))
        self.assertEqual([column["nullable"] for column in columns.values()], [False, True, True, True])
        self.assertIsInstance(columns["sailed"]["type"], sqlalchemy.TIMESTAMP)

    def test_keys(self):
        found = sqlalchemy.inspect(self.reflected)
        self.assertEqual(found.get_pk_constraint("trips"), {"name": "trips_pkey", "constrained_columns": ["id"]})
        self.assertEqual(found.get_foreign_keys("trips"), [{
            "name": "trips_boat_fkey", "constrained_columns": ["boat"],
            "referred_schema": None, "referred_table": "boats", "referred_columns": ["id"],
        }])
        (unique,) = found.get_unique_constraints("boats")
        self.assertEqual((unique["name"], unique["column_names"]), ("boats_port_key", ["port"]))
        self.assertEqual((found.get_foreign_keys("boats"), found.get_indexes("boats")), ([], []))
        options = found.get_table_options("boats")
        self.assertEqual((options["redshift_diststyle"], options["redshift_distkey"]), ("KEY", "id"))

    def test_a_table_loads_itself_with_those_it_means(self):
        known = sqlalchemy.MetaData()
        trips = sqlalchemy.Table("trips", known, autoload_with=self.reflected)
        joined = sqlalchemy.select(trips.c.catch, known.tables["boats"].c.port).join_from(trips, known.tables["boats"])
        with self.reflected.connect() as connection:
            self.assertEqual(connection.execute(joined).all(), [(decimal.Decimal("1.50"), "FRA")])

    def test_pandas(self):
        frame = pandas.read_sql("select port, count(*) as n from boats group by 1 order by 1", self.reflected)
        self.assertEqual(frame.to_dict("list"), {"port": ["FRA", "OSL"], "n": [1, 1]})
        table = pandas.read_sql_table("trips", self.reflected)
        self.assertEqual(table["sailed"].iloc[0], pandas.Timestamp("2024-05-06 10:00:00"))
        frame.to_sql("counted", self.reflected, index=False, method="multi")
        self.assertEqual(pandas.read_sql("select sum(n) as n from counted", self.reflected)["n"].iloc[0], 2)


class Wild(Drivers):
    """Clients in great numbers, and clients that behave badly."""

    MANY = "select a.n * 1000 + b.n as n, repeat('x', 200) as t from hundreds a, hundreds b, kinds"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with psycopg.connect(**cls.to("password"), sslmode="require") as connection:
            connection.execute("create table hundreds (n int)")
            connection.cursor().executemany("insert into hundreds values (%s)", [(n,) for n in range(400)])

    def test_two_hundred_at_once(self):
        async def one(n):
            connection = await asyncpg.connect(**self.to(database="database"), ssl="require", timeout=60)
            try:
                return await connection.fetchval("select $1::int + count(*)::int from kinds", n)
            finally:
                await connection.close()

        async def all_of_them():
            return await asyncio.gather(*(one(n) for n in range(200)))

        self.assertEqual(asyncio.run(all_of_them()), [n + 2 for n in range(200)])

    def test_a_query_is_cancelled_and_its_session_goes_on(self):
        with psycopg.connect(**self.to("password"), sslmode="require", autocommit=True) as connection:
            timer = threading.Timer(0.5, connection.cancel)
            timer.start()
            with self.assertRaises(psycopg.errors.QueryCanceled):
                connection.execute("select count(*) from hundreds a, hundreds b, hundreds c, hundreds d")
            timer.join()
            self.assertEqual(connection.execute("select count(*) from hundreds").fetchone(), (400,))

    def test_who_vanishes_in_the_middle_of_a_result_disturbs_nobody(self):
        for _ in range(5):
            connection = psycopg.connect(**self.to("password"), sslmode="require")
            connection.pgconn.send_query(self.MANY.encode())
            connection.pgconn.flush()
            socket.socket(fileno=os.dup(connection.fileno())).shutdown(socket.SHUT_RDWR)
            connection.close()
        with psycopg.connect(**self.to("password"), sslmode="require") as connection:
            self.assertEqual(connection.execute("select count(*) from hundreds").fetchone(), (400,))

    def test_many_rows_come_whole(self):
        with psycopg.connect(**self.to("password"), sslmode="require") as connection:
            cursor = connection.execute(self.MANY)
            self.assertEqual(sum(1 for _ in cursor), 400 * 400 * 2)

    def test_parameters_come_as_text_and_in_binary(self):
        given = (7, "it's", decimal.Decimal("12.345"), datetime.date(2024, 5, 6), datetime.datetime(2024, 5, 6, 7, 8, 9), True, None)
        sql = "select %{0}::int, %{0}::varchar, %{0}::numeric(8,3), %{0}::date, %{0}::timestamp, %{0}::bool, %{0}::int"
        with psycopg.connect(**self.to("password"), sslmode="require") as connection:
            for form in "tb":
                for binary in (False, True):
                    cursor = connection.cursor(binary=binary)
                    self.assertEqual(cursor.execute(sql.format(form), given).fetchone(), given, (form, binary))


class Jdbc(Drivers):
    """What Java's drivers, and DBeaver by them, ask the catalog, in the forms that they ask it with."""

    def asked(self, query, *parameters):
        with psycopg.connect(**self.to(), sslmode="require") as connection:
            return connection.execute(query, parameters).fetchall()

    def test_tables(self):
        rows = self.asked(
            """SELECT CAST(current_database() AS VARCHAR(124)) AS TABLE_CAT, n.nspname AS TABLE_SCHEM, c.relname AS TABLE_NAME,
                CASE n.nspname ~ '^pg_' OR n.nspname = 'information_schema'
                    WHEN true THEN CASE c.relkind WHEN 'r' THEN 'SYSTEM TABLE' WHEN 'v' THEN 'SYSTEM VIEW' ELSE NULL END
                    WHEN false THEN CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'v' THEN 'VIEW' ELSE NULL END
                    ELSE NULL END AS TABLE_TYPE,
                d.description AS REMARKS
            FROM pg_catalog.pg_namespace n, pg_catalog.pg_class c
                LEFT JOIN pg_catalog.pg_description d ON (c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass)
            WHERE c.relnamespace = n.oid AND TABLE_SCHEM LIKE 'public' AND c.relname LIKE %s
                AND (false OR (c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'))
            ORDER BY TABLE_TYPE, TABLE_SCHEM, TABLE_NAME""",
            "kin%",
        )
        self.assertEqual(rows, [("dev", "public", "kinds", "TABLE", None)])
        rows = self.asked(
            """SELECT * FROM (SELECT table_schema AS TABLE_SCHEM, table_name AS TABLE_NAME,
                CAST(CASE table_type WHEN 'BASE TABLE' THEN 'TABLE' WHEN 'VIEW' THEN 'VIEW' END AS VARCHAR(124)) AS TABLE_TYPE
                FROM svv_tables) WHERE true AND TABLE_SCHEM LIKE 'public' AND TABLE_TYPE IN ('TABLE', 'VIEW')"""
        )
        self.assertIn(("public", "kinds", "TABLE"), rows)

    def test_columns(self):
        rows = self.asked(
            """SELECT a.attname, t.typname, a.attnum,
                CASE t.typname WHEN 'varchar' THEN CASE a.atttypmod WHEN -1 THEN 0 ELSE a.atttypmod - 4 END
                    WHEN 'numeric' THEN (a.atttypmod - 4) >> 16 WHEN 'int4' THEN 10 ELSE 0 END AS COLUMN_SIZE,
                CASE t.typname WHEN 'numeric' THEN (a.atttypmod - 4) & 65535 ELSE 0 END AS DECIMAL_DIGITS,
                CASE a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) WHEN 'false' THEN 1 WHEN NULL THEN 2 ELSE 0 END AS NULLABLE,
                pg_catalog.pg_get_expr(def.adbin, def.adrelid) AS COLUMN_DEF, dsc.description
            FROM pg_catalog.pg_namespace n
                JOIN pg_catalog.pg_class c ON (c.relnamespace = n.oid)
                JOIN pg_catalog.pg_attribute a ON (a.attrelid = c.oid)
                JOIN pg_catalog.pg_type t ON (a.atttypid = t.oid)
                LEFT JOIN pg_catalog.pg_attrdef def ON (a.attrelid = def.adrelid AND a.attnum = def.adnum)
                LEFT JOIN pg_catalog.pg_description dsc ON (c.oid = dsc.objoid AND a.attnum = dsc.objsubid)
            WHERE c.relkind IN ('r', 'p', 'v', 'f', 'm') AND a.attnum > 0 AND NOT a.attisdropped
                AND n.nspname LIKE %s AND c.relname LIKE %s
            ORDER BY n.nspname, c.relname, a.attnum""",
            "public", "kinds",
        )
        self.assertEqual([row[:6] for row in rows], [
            ("n", "int4", 1, 10, 0, 1), ("t", "varchar", 2, 10, 0, 1), ("d", "numeric", 3, 6, 2, 1),
            ("at", "date", 4, 0, 0, 1), ("b", "bool", 5, 0, 0, 1),
        ])
        rows = self.asked("SELECT column_name, data_type FROM svv_columns WHERE table_name = 'kinds' ORDER BY ordinal_position")
        self.assertEqual(rows[2], ("d", "numeric"))

    def test_schemas_catalogs_and_keys(self):
        rows = self.asked(
            """SELECT nspname AS TABLE_SCHEM, current_database() AS TABLE_CATALOG FROM pg_catalog.pg_namespace
            WHERE nspname <> 'pg_toast'
                AND (nspname !~ '^pg_temp_' OR nspname = (pg_catalog.current_schemas(true))[1])
                AND (nspname !~ '^pg_toast_temp_' OR nspname = replace((pg_catalog.current_schemas(true))[1], 'pg_temp_', 'pg_toast_temp_'))
            ORDER BY TABLE_SCHEM"""
        )
        self.assertLessEqual({("public", "dev"), ("pg_catalog", "dev")}, set(rows))
        rows = self.asked("SELECT CAST(database_name AS varchar(124)) AS TABLE_CAT FROM PG_CATALOG.SVV_REDSHIFT_DATABASES ORDER BY TABLE_CAT")
        self.assertEqual(rows, [("dev",)])
        rows = self.asked(
            """SELECT a.attname, ci.relname FROM pg_catalog.pg_namespace n, pg_catalog.pg_class ct, pg_catalog.pg_class ci,
                pg_catalog.pg_attribute a, pg_catalog.pg_index i
            WHERE ct.oid = i.indrelid AND ci.oid = i.indexrelid AND a.attrelid = ci.oid AND i.indisprimary
                AND ct.relnamespace = n.oid AND ct.relname = 'kinds'"""
        )
        self.assertEqual(rows, [])

    def test_what_is_not_there_is_told(self):
        with self.assertRaises(psycopg.errors.FeatureNotSupported):
            self.asked("SELECT routine_name FROM INFORMATION_SCHEMA.ROUTINES")
        with self.assertRaises(psycopg.errors.UndefinedTable):
            self.asked("SELECT * FROM public.routines")


class AmazonsOwn(Drivers):
    def connect(self, **more):
        return redshift_connector.connect(**(self.to(database="database", sslmode="verify-ca") | {"ssl": False} | more))

    def test_rows_parameters_and_types(self):
        with self.connect() as connection, connection.cursor() as cursor:
            self.assertEqual(self.rows(cursor), ROWS)
            self.assertEqual(self.rows(cursor, "select n from kinds where t = %s", ("one",)), [(1,)])

    def test_its_listing_of_tables_is_answered(self):
        with self.connect() as connection, connection.cursor() as cursor:
            tables = cursor.get_tables(schema_pattern="public", table_name_pattern="kinds")
            self.assertEqual([row[2] for row in tables], ["kinds"])

    def test_a_user_made_by_sha256_logs_in_by_its_method_alone(self):
        """Amazon's driver answers method 13; libpq fails on it as it does on Redshift."""
        salt = secrets.token_bytes(16)
        digest = hashlib.sha256(b"An0therSecret" + salt).hexdigest()
        with psycopg.connect(**self.to(), sslmode="require") as admin:
            admin.execute(f"create user hashed password 'sha256|{digest}|{salt.hex()}'")
        with self.connect(user="hashed", password="An0therSecret") as connection, connection.cursor() as cursor:
            self.assertEqual(self.rows(cursor, "select current_user"), [("hashed",)])
        with self.assertRaises(psycopg.OperationalError) as caught:
            psycopg.connect(**(self.to() | {"user": "hashed", "password": "An0therSecret"}), sslmode="require")
        self.assertIn("authentication method 13 not supported", str(caught.exception))
