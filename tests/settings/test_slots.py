"""How many threads the database has connections for, once commands have theirs."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from settings import env, slots
from settings.slots import most_threads


@pytest.mark.parametrize(
    ("limit", "most", "warned"),
    [(170, 64, False), (100, 29, False), (58, 8, False), (57, 8, True)],
)
@pytest.mark.django_db
def test_threads_leave_connections_to_commands(limit, most, warned, caplog):
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} CONNECTION LIMIT {limit}")  # rolled back
    assert most_threads(connection, 2, 8) == most
    assert bool(caplog.records) == warned
    assert not warned or "it should take 58" in caplog.text


@pytest.mark.django_db
def test_the_embedded_server_has_connections_for_all_threads_and_commands():
    assert most_threads(connection, 2, 8) == 64
    assert slots.wanted(2, 8) == 2 * (64 + 11) + 20 + 3


@pytest.mark.parametrize("value", ["0", "101", "x"])
def test_a_share_is_a_percentage(value, monkeypatch):
    monkeypatch.setenv("PITHOS_ADDRESS_SHARE", value)
    with pytest.raises(ImproperlyConfigured, match="PITHOS_ADDRESS_SHARE"):
        env.percent("PITHOS_ADDRESS_SHARE", 50)
