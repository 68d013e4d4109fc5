"""DATABASE_URL with several servers."""

import socket
import time
from contextlib import closing
from urllib.parse import quote

import psycopg2
import pytest
from django.db.utils import ConnectionHandler

from cluster.layout import Layout
from settings.database_url import parse as parse_url


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("one", "one", ""),
        ("one:5433", "one", 5433),
        ("one:5433,other:5434", "one,other", "5433,5434"),
        ("one,other:5434,%2Frun", "one,other,/run", ",5434,"),
        ("[::1]:5433,[fe80::2]", "::1,fe80::2", "5433,"),
    ],
)
def test_hosts_and_their_ports(written: str, host: str, port: str | int) -> None:
    found = parse_url(f"postgres://me:a,b%40@{written}/objects?sslmode=require")
    assert (found["HOST"], found["PORT"]) == (host, port)
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("me", "a,b@", "objects")
    assert found["OPTIONS"]["sslmode"] == "require"


def test_of_several_the_one_that_takes_writes_unless_told_otherwise() -> None:
    several = "postgres://me@one,other/objects"
    assert parse_url(several)["OPTIONS"]["target_session_attrs"] == "read-write"
    told = parse_url(f"{several}?target_session_attrs=any&connect_timeout=9")["OPTIONS"]
    assert (told["target_session_attrs"], told["connect_timeout"]) == ("any", 9)


@pytest.mark.parametrize("hosts", ["one,", ",", "one:x,other", "[one],other", "one:1:2,other"])
def test_what_is_no_list_of_hosts_is_refused(hosts: str) -> None:
    with pytest.raises(ValueError, match="not a host"):
        parse_url(f"postgres://me@{hosts}/objects")


def test_a_server_that_says_nothing_is_passed_over(cluster: Layout) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        hosts = f"127.0.0.1:{silent.getsockname()[1]},{quote(str(cluster.run), safe='')}:5432"
        known = {"default": parse_url(f"postgres://pithos@{hosts}/pithos")}
        parameters = ConnectionHandler(known)["default"].get_connection_params()
        begun = time.monotonic()
        psycopg2.connect(**parameters).close()
        assert time.monotonic() - begun < 10
