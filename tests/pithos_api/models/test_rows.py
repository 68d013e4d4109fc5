"""Statements find what their rows say: columns are called as fields, and made into values."""

import importlib
import pkgutil
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction

from pithos_api.http.pithos.rendering.objects import OBJECTS as PITHOS
from pithos_api.http.swift.rendering.listings import OBJECTS as SWIFT
from pithos_api.models import statements
from pithos_api.models.statements.listings.json_pages import json_folders, json_page
from pithos_api.models.statements.objects.read_blocks import read_blocks
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Expressions, column_names, columns, maker_of


class Place(NamedTuple):
    x: int
    y: int


class Sight(NamedTuple):
    name: str
    place: Place
    other: Place | None


SIGHT: Expressions = {"name": "n", "place": {"x": "1", "y": "2"}, "other": {"x": "a", "y": "b"}}

# Statements find nothing where all their parameters are NULL, but a row of NULLs is not inserted.
NEEDED: dict[str, dict[str, object]] = {
    "keep_piece": {"hash": b"h" * 32, "digests": b"d" * 32},
    "touch_account": {"owner": 1},
}


def every_statement() -> list[Statement[Any]]:
    pages = [
        page(form, past=past)
        for page in (json_page, json_folders)
        for form in (PITHOS, SWIFT)
        for past in (False, True)
    ]
    found: dict[str, Statement[Any]] = {page.name: page for page in pages}
    for module in pkgutil.walk_packages(statements.__path__, f"{statements.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Statement):
                found[value.name] = value
    return list(found.values())


def test_a_select_list_is_made_of_a_row() -> None:
    assert columns(Sight, SIGHT) == "n AS name, 1 AS x, 2 AS y, a AS x, b AS y"
    assert column_names(Sight) == ["name", "x", "y", "x", "y"]


@pytest.mark.parametrize(
    "expressions",
    [{"x": "1"}, {"x": "1", "y": "2", "z": "3"}, {"x": "1", "y": {"z": "3"}}],
)
def test_fields_and_their_sql_must_match(expressions: Any) -> None:
    with pytest.raises(TypeError):
        columns(Place, expressions)


def test_rows_within_rows_are_made() -> None:
    make = maker_of(Sight)
    assert make(("sea", 1, 2, 3, 4)) == Sight("sea", Place(1, 2), Place(3, 4))
    assert make(("sea", 1, 2, None, None)) == Sight("sea", Place(1, 2), None)


@pytest.mark.django_db
@pytest.mark.parametrize("statement", every_statement(), ids=lambda each: each.name)
def test_columns_are_called_as_the_fields_of_their_row(statement: Statement[Any]) -> None:
    given = dict.fromkeys(statement.takes) | NEEDED.get(statement.name, {})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement._plain, given)
        assert [column.name for column in cursor.description] == column_names(statement.row)
        transaction.set_rollback(True)


@pytest.mark.parametrize("given", [{}, {"digests": [], "digest": b""}])
def test_parameters_are_known_by_name(given: Any) -> None:
    with pytest.raises(TypeError, match="read_blocks takes"):
        read_blocks.all(given)
