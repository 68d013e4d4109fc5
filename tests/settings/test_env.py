from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from settings import env

NAME = "PITHOS_EXAMPLE"
READERS: dict[str, Callable[[], Any]] = {
    "text": lambda: env.text(NAME, "fallback"),
    "secret": lambda: env.secret(NAME),
    "boolean": lambda: env.boolean(NAME, default=True),
    "integer": lambda: env.integer(NAME, 7, least=1),
    "size": lambda: env.size(NAME, "4M"),
    "choice": lambda: env.choice(NAME, "first", ("first", "never")),
    "choices": lambda: env.choices(NAME, "a,b", ("a", "b", "c")),
    "words": lambda: env.words(NAME, "a,b"),
    "networks": lambda: env.networks(NAME, "::1"),
    "mapping": lambda: env.mapping(NAME),
    "origin": lambda: env.origin(NAME),
    "endpoint": lambda: env.endpoint(NAME),
    "span": lambda: env.span(NAME, "24h"),
}


@pytest.fixture(autouse=True)
def _unset(monkeypatch):
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)


@pytest.mark.parametrize(
    ("reader", "default"),
    [
        ("text", "fallback"),
        ("secret", None),
        ("boolean", True),
        ("integer", 7),
        ("size", 4 << 20),
        ("choice", "first"),
        ("choices", ["a", "b"]),
        ("words", ["a", "b"]),
        ("networks", (ip_network("::1"),)),
        ("mapping", {}),
        ("origin", ""),
        ("endpoint", ""),
        ("span", 86400),
    ],
)
@pytest.mark.parametrize("empty", [False, True])
def test_unset_and_empty_give_the_default(monkeypatch, reader, default, empty):
    if empty:
        monkeypatch.setenv(NAME, "")
    assert READERS[reader]() == default


@pytest.mark.parametrize(
    ("reader", "value", "expected"),
    [
        ("text", " x ", "x"),
        ("secret", "s3cret", "s3cret"),
        ("boolean", "No", False),
        ("boolean", "1", True),
        ("integer", "42", 42),
        ("size", "0", 0),
        ("size", "512k", 512 << 10),
        ("size", "1T", 1 << 40),
        ("choice", "never", "never"),
        ("choices", "c, a", ["c", "a"]),
        ("words", "x, y ,,z", ["x", "y", "z"]),
        ("networks", "10.0.0.0/8, ::1", (ip_network("10.0.0.0/8"), ip_network("::1"))),
        ("mapping", "t1=alice, t2 = bob", {"t1": "alice", "t2": "bob"}),
        ("mapping", '{"t=1": "alice"}', {"t=1": "alice"}),
        ("origin", "https://store.example/", "https://store.example"),
        ("origin", "http://[::1]:8000", "http://[::1]:8000"),
        ("endpoint", "https://login.example/v3/", "https://login.example/v3"),
        ("endpoint", "http://[::1]:5000/v3", "http://[::1]:5000/v3"),
        ("endpoint", "http://localhost/v3", "http://localhost/v3"),
        ("span", "90", 90),
        ("span", "2M", 120),
        ("span", "7d", 604_800),
    ],
)
def test_a_right_value_is_read(monkeypatch, reader, value, expected):
    monkeypatch.setenv(NAME, value)
    assert READERS[reader]() == expected


@pytest.mark.parametrize(
    ("reader", "value", "takes"),
    [
        ("boolean", "maybe", "write 1 or 0"),
        ("integer", "-1", "at least 1"),
        ("integer", "0", "at least 1"),
        ("integer", "1.5", "whole number"),
        ("integer", "٣", "whole number"),
        ("size", "4Q", "write 4194304 or 4M"),
        ("size", "-4M", "write 4194304 or 4M"),
        ("size", "9999999T", "write 4194304 or 4M"),  # more than the database can count
        ("choice", "sometimes", "first, never"),
        ("choices", "a,d", "a, b, c"),
        ("networks", "10.0.0.1/8", "host bits"),
        ("networks", "localhost", "IPv4 or IPv6"),
        ("mapping", "alice", "token=account"),
        ("mapping", "=alice", "token=account"),
        ("mapping", "t1=", "token=account"),
        ("mapping", "{", "JSON"),
        ("mapping", '{"t1": 1}', "JSON"),
        ("endpoint", "http://login.example/v3", "https://host/path"),
        ("endpoint", "login.example/v3", "https://host/path"),
        ("endpoint", "https://user:password@login.example", "without a user"),
        ("endpoint", "https://[bad/v3", "https://host/path"),
        ("endpoint", "file:///etc/passwd", "https://host/path"),
        ("origin", "store.example", "https://store.example"),
        ("origin", "https://store.example/path", "https://store.example"),
    ],
)
def test_a_wrong_value_names_the_variable_and_what_it_takes(monkeypatch, reader, value, takes):
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME) as caught:
        READERS[reader]()
    assert takes in str(caught.value)


def test_a_secret_may_be_kept_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("s3cret\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.secret(NAME) == "s3cret"


def test_a_secret_is_not_given_twice(monkeypatch, tmp_path):
    monkeypatch.setenv(NAME, "s3cret")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} or {NAME}_FILE, not both"):
        env.secret(NAME)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), (b"\xff", "cannot be read"), (b"\n", "empty")],
)
def test_an_unusable_secret_file_names_the_variable(monkeypatch, tmp_path, content, message):
    path = Path(tmp_path / "secret")
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(f"{NAME}_FILE", str(path))
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE=.*{message}"):
        env.secret(NAME)
