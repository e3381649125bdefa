"""PostgreSQL's drivers and Amazon's own, each as its users connect: what it asks at the start, parameters, types, cursors."""

import datetime
import decimal
import hashlib
import secrets

import pg8000.dbapi
import psycopg
import psycopg2
import psycopg2.extras
import redshift_connector

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
        salt = secrets.token_bytes(16)
        digest = hashlib.sha256(b"An0therSecret" + salt).hexdigest()
        with psycopg.connect(**self.to(), sslmode="require") as admin:
            admin.execute(f"create user hashed password 'sha256|{digest}|{salt.hex()}'")
        with self.connect(user="hashed", password="An0therSecret") as connection, connection.cursor() as cursor:
            self.assertEqual(self.rows(cursor, "select current_user"), [("hashed",)])
        with self.assertRaises(psycopg.OperationalError) as caught:
            psycopg.connect(**(self.to() | {"user": "hashed", "password": "An0therSecret"}), sslmode="require")
        self.assertIn("authentication method 13 not supported", str(caught.exception))
