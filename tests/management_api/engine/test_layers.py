"""The engine raises, the basic layer captures: each code's body; who sees what."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from accounts.errors import AccountNotFoundError, OperatorsOnlyError
from management_api.engine.actors import Actor
from management_api.engine.basic import Basic, fault_of
from management_api.engine.engine import Engine
from management_api.engine.errors import EngineError
from management_api.engine.fields import Calc, Rel, Row
from management_api.engine.resource import Catalogue, Resource
from pithos_api.errors import ContainerNotEmptyError
from tests.management_api.engine.conftest import COOK, GUEST, Kitchen, code
from tests.management_api.engine.kitchen import CATALOGUE, ENGINE, Cookie, Jar, resource

Call = Callable[[Any], Any]
OF_FIELD = {"object_name", "field_name"}
CALLS: list[tuple[str, Call, set[str]]] = [
    (
        "BAD_PARAM_VALUE",
        lambda layer: layer.get(COOK, "jar", None, {"depth": "9"}),
        {"param_name", "accepted_values"},
    ),
    (
        "FIELD_DOES_NOT_EXISTS",
        lambda layer: layer.get(COOK, "jar", None, {"filter": '{"x": 1}'}),
        OF_FIELD,
    ),
    (
        "SEARCH_FORBIDDEN",
        lambda layer: layer.get(COOK, "jar", None, {"filter": '{"title": ""}'}),
        OF_FIELD,
    ),
    (
        "OBJECT_DOES_NOT_EXIST",
        lambda layer: layer.get(COOK, "jar", "0"),
        {"object_name", "object_id"},
    ),
    ("FIELD_IS_READONLY", lambda layer: layer.post(COOK, "jar", {"owner": ""}), OF_FIELD),
    ("FIELD_UPDATE_FORBIDDEN", lambda layer: layer.post(GUEST, "jar", {"seal": ""}), OF_FIELD),
    (
        "BAD_FIELD_VALUE",
        lambda layer: layer.post(COOK, "jar", {"shelf": "x"}),
        {"msg", "value", "type", *OF_FIELD},
    ),
    ("BAD_REQUEST", lambda layer: layer.post(COOK, "jar", {}), {"msg"}),
]


@pytest.mark.requirement("M17")
@pytest.mark.parametrize(("expected", "call", "details"), CALLS, ids=[c[0] for c in CALLS])
def test_the_engine_raises_what_the_basic_layer_tells(
    kitchen: Kitchen, expected: str, call: Call, details: set[str]
) -> None:
    with pytest.raises(EngineError) as raised:
        call(ENGINE)
    assert call(kitchen.basic).data == {
        "error": {"code": expected, "details": raised.value.details}
    }
    assert set(raised.value.details) == details


@pytest.mark.requirement("M17", "M19")
def test_nobody_is_unauthorized(kitchen: Kitchen) -> None:
    basic = kitchen.basic
    answers = [
        basic.get(None, "jar"),
        basic.post(None, "jar", {}),
        basic.put(None, "jar", "1", {}),
        basic.patch(None, "jar", "1", {}),
        basic.delete(None, "jar", "1"),
    ]
    assert {code(answer) for answer in answers} == {(401, "UNAUTHORIZED")}


@pytest.mark.requirement("M17")
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (AccountNotFoundError("nobody"), (404, "OBJECT_DOES_NOT_EXIST")),
        (OperatorsOnlyError(), (403, "FORBIDDEN")),
        (ContainerNotEmptyError("c"), (409, "CONFLICT")),
    ],
)
def test_errors_of_services_have_codes(error: Exception, expected: tuple[int, str]) -> None:
    assert code(fault_of(error)) == expected


@pytest.mark.requirement("M18")
@pytest.mark.parametrize("error", [ZeroDivisionError("secret"), OperationalError("gone: secret")])
def test_what_nobody_foresaw_is_logged_and_bare(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = fault_of(error)
    assert answer.data == {"error": {"code": "SERVER_ERROR", "details": {}}}
    assert (answer.status, answer.headers) == (500, ())
    assert "secret" in caplog.text


@pytest.mark.requirement("M18")
def test_a_bug_in_a_resource_is_a_bare_500(kitchen: Kitchen) -> None:
    def burnt(_: Row, __: Actor) -> str:
        raise ZeroDivisionError

    kitchen.post("jar", {"label": "tin"})
    jar = resource("jar", Jar, Calc("title", getter=burnt))
    assert code(Kitchen(basic=Basic(Engine(Catalogue([jar])))).ask("jar")) == (500, "SERVER_ERROR")


@pytest.mark.requirement("M19")
def test_who_is_no_operator_sees_their_own(kitchen: Kitchen, guest: Kitchen) -> None:
    own = kitchen.post("jar", {"label": "guest's", "cookies": [{}]})
    foreign = kitchen.post("jar", {"label": "cook's", "cookies": [{}]})
    Jar.objects.filter(pk=foreign["id"]).update(owner="cook")
    assert guest.get("jar", depth=0) == [own["id"]]
    assert guest.get("cookie", depth=0) == own["cookies"]
    assert kitchen.get("jar", depth=0) == [own["id"], foreign["id"]]
    key = str(foreign["id"])
    answers = [
        guest.ask("jar", key),
        guest.basic.patch(GUEST, "jar", key, {"label": "mine"}),
        guest.basic.delete(GUEST, "jar", key),
        guest.basic.patch(GUEST, "cookie", str(own["cookies"][0]), {"jar": foreign["id"]}),
        guest.basic.patch(GUEST, "jar", str(own["id"]), {"cookies": foreign["cookies"]}),
        guest.basic.post(GUEST, "jar", {"label": "x", "cookies": foreign["cookies"]}),
    ]
    assert {code(answer) for answer in answers} == {(404, "OBJECT_DOES_NOT_EXIST")}
    assert kitchen.get("jar", foreign["id"])["cookies"] == foreign["cookies"]


@pytest.mark.requirement("M22")
def test_what_a_resource_cannot_do_is_405() -> None:
    still = resource("jar", Jar)
    engine = Engine(Catalogue([Resource(still.name, still.rows, still.key, ())]))
    answer = Basic(engine).post(COOK, "jar", {})
    assert code(answer) == (405, "METHOD_NOT_ALLOWED")
    assert ("Allow", "GET") in answer.headers


@pytest.mark.parametrize(
    "rel",
    [
        Rel("lid", stores="lid", source="lid"),
        Rel("cookies", stores="cookie", multi=True, back="size"),
        Rel("cookies", stores="cookie", multi=True, back="bowl"),
    ],
)
def test_a_relation_that_leads_nowhere_is_not_declared(rel: Rel) -> None:
    cookie = resource("cookie", Cookie, *CATALOGUE["cookie"].fields[:2])  # type: ignore[arg-type]
    with pytest.raises((TypeError, EngineError)):
        Catalogue([resource("jar", Jar, rel), cookie])
