"""What analysts ask of the restored airline, each answer against the same figure computed here from the rows."""

import collections
import decimal
import statistics

import psycopg

from ground import PASSWORD, GroundTest

D = decimal.Decimal
decimal.getcontext().prec = 76


def rounded(number, places):
    return number.quantize(D(1).scaleb(-places), decimal.ROUND_HALF_UP)


def cut(number, places):
    """As AVG does."""
    return number.quantize(D(1).scaleb(-places), decimal.ROUND_DOWN)


class Analysis(GroundTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ground = cls("test_totals")
        ground.setUp()
        name = ground.namespace()["namespaceName"]
        workgroup = ground.workgroup(name, ground.subnets(ground.vpc(), 2))["workgroupName"]
        serverless = ground.serverless
        serverless.restore_from_snapshot(namespaceName=name, workgroupName=workgroup, snapshotName="airline-data-snapshot")
        endpoint = ground.available(workgroup)["endpoint"]
        cls.settled(serverless, name)
        serverless.update_namespace(namespaceName=name, adminUsername="awsuser", adminUserPassword=PASSWORD)
        cls.settled(serverless, name)
        cls.connection = psycopg.connect(
            host=endpoint["address"], port=endpoint["port"], user="awsuser", password=PASSWORD,
            dbname="airline", sslmode="require", autocommit=True,
        )
        cls.connection.execute("set search_path to airline_dw")
        cls.addClassCleanup(cls.connection.close)
        columns = "booking_key, customer_key, booking_date_key, cabin_class, booking_channel, passenger_count, total_amount"
        Booking = collections.namedtuple("Booking", columns)
        cls.bookings = [Booking(*row) for row in cls.ask(f"select {columns} from fact_bookings")]

    @staticmethod
    def settled(serverless, name):
        for _ in range(50):
            if serverless.get_namespace(namespaceName=name)["namespace"]["status"] == "AVAILABLE":
                return

    @classmethod
    def ask(cls, sql, *parameters):
        return cls.connection.execute(sql, parameters or None).fetchall()

    def groups(self, *keys):
        found = collections.defaultdict(list)
        for booking in self.bookings:
            found[tuple(getattr(booking, key) for key in keys)].append(booking.total_amount)
        return found

    def test_totals(self):
        amounts = [booking.total_amount for booking in self.bookings]
        people = sum(booking.passenger_count for booking in self.bookings)
        self.assertEqual(self.ask("select count(*), sum(total_amount), avg(total_amount), min(total_amount), max(total_amount) from fact_bookings"), [
            (len(amounts), sum(amounts), cut(sum(amounts) / len(amounts), 2), min(amounts), max(amounts))
        ])
        (per_head,), = self.ask("select sum(total_amount) / sum(passenger_count) from fact_bookings")
        self.assertEqual(per_head, rounded(sum(amounts) / people, -per_head.as_tuple().exponent))
        (raised,), = self.ask("select sum(total_amount * 1.0051234567) from fact_bookings")
        self.assertEqual(raised, sum(amounts) * D("1.0051234567"))
        (squares,), = self.ask("select sum(s) from (select total_amount * total_amount * 1000000.000001 as s from fact_bookings)")
        self.assertEqual(squares, sum(amount * amount for amount in amounts) * D("1000000.000001"))

    def test_figures_of_groups(self):
        rows = self.ask(
            "select cabin_class, sum(total_amount), median(total_amount), percentile_cont(0.9) within group (order by total_amount),"
            " stddev_samp(total_amount) from fact_bookings group by 1"
        )
        self.assertEqual(len(rows), 4)
        groups = self.groups("cabin_class")
        for cabin, total, middle, ninth, deviation in rows:
            amounts = sorted(groups[cabin,])
            place = D("0.9") * (len(amounts) - 1)
            low, high = amounts[int(place)], amounts[min(int(place) + 1, len(amounts) - 1)]
            self.assertEqual((total, middle), (sum(amounts), D(statistics.median(amounts))))
            self.assertEqual(ninth, rounded(low + (high - low) * (place % 1), 3))
            self.assertAlmostEqual(deviation, statistics.stdev(map(float, amounts)), 6)

    def test_rollup_and_cube(self):
        rows = self.ask(
            "select cabin_class, booking_channel, sum(total_amount), grouping_id(cabin_class, booking_channel)"
            " from fact_bookings group by cube (cabin_class, booking_channel)"
        )
        sets = {0: ("cabin_class", "booking_channel"), 1: ("cabin_class",), 2: ("booking_channel",), 3: ()}
        expected = set()
        for bits, keys in sets.items():
            for values, amounts in self.groups(*keys).items():
                row = dict(zip(keys, values, strict=True))
                expected.add((row.get("cabin_class"), row.get("booking_channel"), sum(amounts), bits))
        self.assertEqual(set(rows), expected)
        self.assertEqual(len(rows), len(expected))
        rolled = self.ask("select cabin_class, booking_channel, sum(total_amount) from fact_bookings group by rollup (cabin_class, booking_channel)")
        self.assertEqual(set(rolled), {row[:3] for row in expected if row[3] != 2})

    def test_running_totals_and_ranks(self):
        months = collections.Counter()
        for booking in self.bookings:
            months[booking.booking_date_key // 100] += booking.total_amount
        running, before, expected = D(0), None, []
        for month in sorted(months):
            running += months[month]
            expected.append((month, months[month], before and months[month] - before, running))
            before = months[month]
        self.assertEqual(self.ask(
            "with m as (select booking_date_key / 100 as month, sum(total_amount) as total from fact_bookings group by 1)"
            " select month, total, total - lag(total) over (order by month), sum(total) over (order by month rows unbounded preceding)"
            " from m order by month"
        ), expected)
        best = {}
        for booking in sorted(self.bookings, key=lambda one: (-one.total_amount, one.booking_key)):
            best.setdefault(booking.cabin_class, booking.booking_key)
        self.assertEqual(dict(self.ask(
            "select cabin_class, booking_key from fact_bookings"
            " qualify row_number() over (partition by cabin_class order by total_amount desc, booking_key) = 1"
        )), best)

    def test_comparisons_and_parameters(self):
        limit = D("1234.5678")
        above = sum(booking.total_amount > limit for booking in self.bookings)
        self.assertEqual(self.ask("select count(*) from fact_bookings where total_amount > %s", limit), [(above,)])
        spenders = {booking.customer_key for booking in self.bookings if booking.total_amount > 30_000}
        self.assertEqual(self.ask(
            "select count(*) from dim_customer where customer_key = any (select customer_key from fact_bookings where total_amount > 30000)"
        ), [(len(spenders),)])
        long = D("12345678901234567890.123456789012")
        self.assertEqual(self.ask("select %s::numeric(38,12), %s + 1", long, long), [(long, long + 1)])
        with self.assertRaises(psycopg.errors.FeatureNotSupported):
            self.ask("select %s + 1", D("0.1234567890123"))
        with self.assertRaises(psycopg.errors.NumericValueOutOfRange):
            self.ask("select %s::numeric(38,0) * 10", 10**37)
