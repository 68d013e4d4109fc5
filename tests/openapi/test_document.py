"""The OpenAPI document says of every route what it does, and of nothing else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from openapi.document import document
from tests.api.client import Client
from tests.api.server import Server
from web.protocols import Route, installed
from web.views import METHODS

# What stands for the parameters of a path, so that it leads to its route.
NAMES = {"version": "v2.0", "image": "11111111-1111-4111-8111-111111111111", "schema": "image"}
VERBS = {*METHODS, "x-copy", "x-move"}


def paths() -> dict[str, dict[str, Any]]:
    return document()["paths"]  # type: ignore[return-value]


def filled(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: NAMES.get(found[1], "x"), path)


def verbs(item: dict[str, Any]) -> set[str]:
    return {verb.removeprefix("x-").upper() for verb in item if verb in VERBS}


def described() -> Iterator[tuple[str, Route, set[str]]]:
    table = installed()
    for path, item in paths().items():
        if table.serves(filled(path)):
            yield path, table.find(filled(path)).route, verbs(item)


def test_it_is_openapi() -> None:
    OpenAPIV31SpecValidator(document()).validate()


def test_each_path_has_the_verbs_of_its_route() -> None:
    assert {path: found for path, _, found in described()} == {
        path: set(route.view.allowed()) for path, route, _ in described()
    }


@pytest.mark.requirement("M24")
def test_each_route_is_described() -> None:
    known = {id(route.view) for _, route, _ in described()}
    every = [route for protocol in installed().protocols for route in protocol.routes]
    serving = [route for route in every if route.view.allowed()]
    assert not [route.label for route in serving if id(route.view) not in known]


def test_each_verb_tells_the_statuses_that_its_view_does() -> None:
    for path, route, found in described():
        for verb in found:
            told = getattr(route.view, verb.lower(), None)
            said = set(re.findall(r"\b[2-5]\d\d\b", (told.__doc__ or "") if told else ""))
            item = paths()[path].get(verb.lower()) or paths()[path][f"x-{verb.lower()}"]
            assert said <= set(item["responses"]), (path, verb)


def test_no_operation_has_the_name_of_another() -> None:
    operations = [item[verb] for item in paths().values() for verb in item if verb in VERBS]
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names))


def test_everybody_may_read_it(server: Server, api: Client) -> None:
    answer = api.raw("GET", "/api/schema", None, {})
    assert (answer.status, answer.json["openapi"]) == (200, "3.1.0")
    known = {"If-None-Match": answer["ETag"]}
    assert api.raw("GET", "/api/schema", None, known).status == 304
    assert api.raw("HEAD", "/api/schema", None, {})["Content-Length"] == str(len(answer.body))
    assert api.raw("POST", "/api/schema", None, {}).status == 405


def test_logins_have_the_verbs_that_are_described(api: Client) -> None:
    told, done = set(), set()
    for path in (path for path in paths() if not installed().serves(path)):
        for verb in ("GET", "POST", "PUT"):
            told |= {(verb, path)} & {(each, path) for each in verbs(paths()[path])}
            if api.raw(verb, path, b"", {"X-Auth-Token": api.token}).status != 405:
                done.add((verb, path))
    assert told == done
