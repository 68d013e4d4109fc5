"""Lists that go to Postgres as one literal arrive as they were."""

from typing import Any

import pytest
from django.db import connection

from pithos_api.models.statements.literals import with_literals

TEXTS = [
    *("", "a", "NULL", "null", " ", "a,b", "{}", "{a}", '"', '""', "\\", '\\"', "\\x41", "'", "''"),
    *("a'b\\'c\"d", "%s", "%(name)s", "αβγ \N{PILE OF POO}", "\t\n\r\x01", '{"key": "va\\"l"}'),
]
LISTS: dict[str, list[list[Any]]] = {
    "text[]": [[], [None], ["a"], [None, "a", None], TEXTS],
    "bytea[]": [[None], [b""], [b"'\\\0\"", None, bytes(range(256))]],
    "bigint[]": [[0, -1, None, 2**63 - 1, -(2**63)]],
    "int[]": [[1]],
    "boolean[]": [[True, None, False]],
}
ALONE: dict[str, list[Any]] = {
    "text": TEXTS,
    "bytea": [b"", b"'\\\0\"", bytes(range(256))],
    "bigint": [0, 1, -1, 2**63 - 1],
    "boolean": [True, False],
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "values"), [(kind, values) for kind, lists in LISTS.items() for values in lists]
)
def test_a_list_arrives_as_it_was(kind: str, values: list[Any]) -> None:
    statement = (
        f"SELECT array_agg(one ORDER BY place), count(*) FROM unnest(%(list)s::{kind})"
        " WITH ORDINALITY AS all_of_them (one, place)"
    )
    with connection.cursor() as cursor:
        cursor.execute(with_literals(statement, {"list": values}))
        found, count = cursor.fetchone()
    read = [bytes(one) if isinstance(one, memoryview) else one for one in found or []]
    assert (read, count) == (values, len(values))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ALONE)
def test_what_is_no_list_arrives_as_it_was(kind: str) -> None:
    with connection.cursor() as cursor:
        for value in ALONE[kind]:
            cursor.execute(with_literals(f"SELECT %(one)s::{kind}, '%%'", {"one": value}))
            found, percent = cursor.fetchone()
            assert bytes(found) == value if kind == "bytea" else found == value
            assert percent == "%"


@pytest.mark.parametrize("value", [1.5, [1.5], None])
def test_other_types_are_refused(value: object) -> None:
    with pytest.raises(KeyError):
        with_literals("SELECT %(one)s", {"one": value})


@pytest.mark.parametrize("value", ["a\0", ["a", "\0"]])
def test_a_nul_is_refused_before_the_driver_cuts_the_statement_there(value: object) -> None:
    with pytest.raises(ValueError, match="NUL"):
        with_literals("SELECT %(one)s", {"one": value})


def test_a_missing_parameter_is_refused() -> None:
    with pytest.raises(KeyError):
        with_literals("SELECT %(one)s", {})
