"""Whatever a field is filtered by or set to, the answer is never the store's own failure."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any, Final
from uuid import uuid4

import pytest

from management_api.engine.fields import Calc, Field, Rel, Scalar
from management_api.resources.catalogue import CATALOGUE
from tests.management_api.conftest import Manager

NAMES = sorted(CATALOGUE.resources)
ODD: Final[list[Any]] = [
    *("x", "", "1", "a/b/c", "a:b", "\0", "ü" * 300, "0001-01-01T00:00Z"),
    *(1, -1, 2**63, 1.5, 1e300, True, None, str(uuid4())),
    *([], ["a"], [None], [{}], {}, {"a": {"b": "\0"}}, {"read_only": 1}),
]


def fields(name: str) -> Iterator[Field]:
    """All fields that clients see."""
    resource = CATALOGUE[name]
    yield from (each for each in (resource.id_field, *resource.fields) if not each.hidden)


REFUSALS: Final = (ValueError, TypeError, OverflowError)


def refusal(field: Field, value: Any) -> type[Exception] | None:
    """What kind of error keeps a value from being one of the field's; None: it goes further."""
    if not isinstance(field, Scalar) or value is None:
        return None
    try:
        field.kind.read(value)
    except REFUSALS as error:
        return next(each for each in REFUSALS if isinstance(error, each))
    return None


def odd(field: Field) -> list[Any]:
    """The odd values that a scalar may have; one of each way in which its kind refuses others."""
    refused = {refusal(field, value): value for value in ODD}
    return [value for value in ODD if refusal(field, value) is None or value in refused.values()]


def test_every_kind_reads_or_refuses_every_odd_value() -> None:
    kinds = {each.kind for name in NAMES for each in fields(name) if isinstance(each, Scalar)}
    for kind, value in product(kinds, ODD):
        with suppress(*REFUSALS):
            kind.read(value)


@pytest.mark.requirement("M4", "M16")
@pytest.mark.parametrize("name", NAMES)
def test_odd_values_find_something_or_nothing(operator: Manager, name: str) -> None:
    for field in fields(name):
        for value in ODD[:2] if isinstance(field, Calc) else odd(field):
            answer = operator.ask("GET", name, filter={field.name: value}, limit=1, depth=0)
            assert answer.status in {200, 400}, (field.name, value, answer.body)
        for sort in (field.name, f"-{field.name}"):
            answer = operator.ask("GET", name, sort=[sort], limit=1, depth=0)
            searched = isinstance(field, Scalar) or field.name == "id"
            assert answer.status == (200 if searched else 400), (sort, answer.body)


@pytest.mark.requirement("M16")
@pytest.mark.parametrize("name", NAMES)
def test_odd_values_are_written_or_refused(operator: Manager, user: Manager, name: str) -> None:
    right = {"name": "n", "username": f"user-{uuid4().hex}", "members": [user.account]}
    right |= {"object": "o", "container": f"{user.account}/c", "readers": ["x"], "member": "m"}
    right |= {"image": str(uuid4()), "provider": "p", "subject": uuid4().hex, "disk": "a/b/c"}
    own = {each.name for each in fields(name)}
    content = {field: value for field, value in right.items() if field in own}
    content |= {each: user.account for each in ("user", "owner") if each in own}
    for field in fields(name):
        for value in ODD[:2] if field.readonly else odd(field):
            answer = operator.ask("POST", name, {**content, field.name: value})
            assert answer.status < 500, (field.name, value, answer.body)


@pytest.mark.parametrize("name", NAMES)
def test_odd_ids_lead_nowhere(user: Manager, name: str) -> None:
    for key in (
        "x",
        "a/b",
        "a/b/c/d",
        "a:b",
        "\0",
        "..",
        "-1",
        "9" * 30,
        "%",
        "ü" * 500,
        str(uuid4()),
    ):
        for method in ("GET", "PATCH", "DELETE", "PUT"):
            answer = user.ask(method, f"{name}/{key}", {} if method in {"PATCH", "PUT"} else None)
            assert answer.status in {400, 403, 404, 405}, (method, key, answer.body)


def test_what_is_declared_can_be_described() -> None:
    for resource in CATALOGUE.resources.values():
        for field in resource.fields:
            kind = field.kind.json if isinstance(field, Scalar | Calc) else "string"
            assert kind in {"string", "integer", "boolean", "array", "object"}
            assert not isinstance(field, Rel) or field.stores in CATALOGUE.resources
