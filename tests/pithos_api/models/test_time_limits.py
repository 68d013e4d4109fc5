import time

import pytest
from django.db import OperationalError, connection

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted
from pithos_api.models.statements.time_limits import TooLongError, limited, time_limit

sleep = Statement(
    "sleep_for_a_test", Counted, "SELECT count(pg_sleep(%(seconds)s::float8)) AS rows"
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_statement_has_as_long_as_the_limit_says():
    with time_limit(30):
        assert sleep.all({"seconds": 0.0}) == [Counted(1)]
    with pytest.raises(TooLongError), time_limit(0.05):
        sleep.all({"seconds": 30.0})


def test_all_of_them_together_have():
    def many() -> None:
        for _ in range(100):
            sleep.one({"seconds": 0.01})

    with pytest.raises(TooLongError), time_limit(0.2):
        many()


def test_waiting_for_a_connection_takes_nothing_of_it(monkeypatch):
    def connect_late() -> None:
        time.sleep(0.2)
        connect()

    connect = connection.connect
    connection.close()
    monkeypatch.setattr(connection, "connect", connect_late)
    with time_limit(0.15):
        assert sleep.one({"seconds": 0.0}) == Counted(1)


def test_the_limit_ends_with_the_block():
    with time_limit(0.05):
        pass
    assert limited("SELECT 1") == "SELECT 1"
    assert sleep.one({"seconds": 0.1}) == Counted(1)


def test_what_postgres_has_ended_is_not_tried_again():
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 50")
    with pytest.raises(OperationalError, match="timeout"):
        sleep.one({"seconds": 30.0})
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("50ms",)
    connection.close()
