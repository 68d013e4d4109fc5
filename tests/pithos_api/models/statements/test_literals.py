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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "values"), [(kind, values) for kind, lists in LISTS.items() for values in lists]
)
def test_a_list_arrives_as_it_was(kind: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        wanted: dict[str, Any] = with_literals({"list": values})
        cursor.execute(
            f"SELECT array_agg(one ORDER BY place), count(*) FROM unnest(%(list)s::{kind})"
            " WITH ORDINALITY AS all_of_them (one, place)",
            wanted,
        )
        found, count = cursor.fetchone()
    read = [bytes(one) if isinstance(one, memoryview) else one for one in found or []]
    assert (read, count) == (values, len(values))


def test_what_is_no_list_stays() -> None:
    assert with_literals({"size": 1, "data": b"x"}) == {"size": 1, "data": b"x"}


def test_elements_of_other_types_are_refused() -> None:
    with pytest.raises(KeyError):
        with_literals({"list": [1.5]})
