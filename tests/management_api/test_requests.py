"""Requests as real programs send them: forms, types, odd paths; the same body from all layers."""

import pytest

from accounts.tokens.credentials import Credentials
from accounts.users.users import find_user
from audit.models import Event
from management_api.engine.actors import Actor
from management_api.engine.basic import Basic
from management_api.engine.engine import Engine
from management_api.http.routes import ROUTES, VIEWS
from management_api.http.views import ResourceView
from management_api.resources.catalogue import CATALOGUE
from tests.api.client import Answer
from tests.management_api.conftest import JSON, Manager, code


@pytest.mark.requirement("M22")
@pytest.mark.parametrize("path", ["bowl", "bowl/1", "", "/", "schema/x/y", "User"])
def test_what_is_no_resource(user: Manager, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        assert code(user.ask(method, path)) == (404, "OBJECT_DOES_NOT_EXIST")


def sent(user: Manager, body: bytes | None, kind: str | None, method: str = "POST") -> Answer:
    headers = {"X-Auth-Token": user.store.token}
    if kind is not None:
        headers["Content-Type"] = kind
    return user.store.raw(method, "/api/container", body, headers)


@pytest.mark.requirement("M22")
@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b'{"name": "c"}', "text/plain", (415, "UNSUPPORTED_MEDIA_TYPE")),
        (b"name=c", "application/x-www-form-urlencoded", (415, "UNSUPPORTED_MEDIA_TYPE")),
        (b'{"name": "c"}', None, (415, "UNSUPPORTED_MEDIA_TYPE")),
        (b'"text"', "application/json", (400, "BAD_REQUEST")),
        (b"text", "application/json", (400, "BAD_REQUEST")),
        (b"", "application/json", (400, "BAD_REQUEST")),
        (b"\xff", "application/json", (400, "BAD_REQUEST")),
        (b"[" * 5000, "application/json", (400, "BAD_REQUEST")),
        (b'{"name": "\\ud800"}', "application/json", (400, "BAD_REQUEST")),
        (b'{"name": NaN}', "application/json", (400, "BAD_REQUEST")),
        (b" " * (1 << 20) + b"1", "application/json", (413, "TOO_LARGE")),
    ],
)
def test_bodies_that_are_refused(
    user: Manager, body: bytes, kind: str | None, expected: tuple[int, str]
) -> None:
    assert code(sent(user, body, kind)) == expected
    assert user.get("container") == []


def test_bodies_may_come_in_chunks_and_name_their_charset(user: Manager) -> None:
    headers = {"X-Auth-Token": user.store.token, "Content-Type": "Application/JSON; charset=utf-8"}
    pieces = iter([b'{"na', b'me": "c"}'])
    assert user.store.raw("POST", "/api/container", pieces, headers).status == 201


def test_there_is_one_form_whatever_is_accepted(user: Manager) -> None:
    headers = {"X-Auth-Token": user.store.token, "Accept": "image/png"}
    plain = user.get("user")
    for query in ("", "?format=xml", "?format=", "?unknown=1&depth=", "?depth=0&depth=1"):
        answer = user.store.raw("GET", f"/api/user/{query}", None, headers)
        assert (answer.status, answer.json) == (200, plain)
    head = user.store.raw("HEAD", "/api/user", None, headers)
    assert (head.status, head.body) == (200, b"")


@pytest.mark.requirement("M19")
@pytest.mark.parametrize("token", [None, "", "wrong", "x" * 9000])
@pytest.mark.parametrize("path", ["user", "user/x", "bowl", "container/a/b"])
def test_without_a_token_there_is_nothing(user: Manager, path: str, token: str | None) -> None:
    headers = {} if token is None else {"X-Auth-Token": token}
    for method in ("GET", "PATCH", "DELETE", "POST"):
        answer = user.store.raw(method, f"/api/{path}", b"{}", {**headers, **JSON})
        assert code(answer) == (401, "UNAUTHORIZED"), method


def test_a_method_that_there_is_not_is_405(user: Manager) -> None:
    for method, path, allowed in (
        ("DELETE", "user", "GET,POST,HEAD"),
        ("OPTIONS", f"user/{user.account}", "GET,PUT,PATCH,HEAD"),
        ("POST", "user/x", "GET,PUT,PATCH,HEAD"),
    ):
        answer = user.ask(method, path)
        assert code(answer) == (405, "METHOD_NOT_ALLOWED")
        assert answer["Allow"] == allowed


@pytest.mark.requirement("M17")
@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("user", {"depth": "9"}),
        ("user", {"filter": '{"x": 1}'}),
        ("token", {"filter": '{"secret": "x"}'}),
        ("user", {"filter": '{"active": "x"}'}),
        ("user", {"sort": '["quota"]'}),
        ("user", {"limit": "-1"}),
        ("user/nobody at all", {}),
        ("token/7", {}),
    ],
)
def test_http_answers_what_the_basic_layer_does(
    user: Manager, path: str, params: dict[str, str]
) -> None:
    row = find_user(user.account)
    actor = Actor(row.account, row.pk, operator=False, credentials=Credentials.of_anybody())
    name, _, key = path.partition("/")
    told = Basic(Engine(CATALOGUE)).get(actor, name, key or None, params)
    answer = user.ask("GET", path, **params)
    assert (answer.status, answer.json) == (told.status, told.data)


def test_names_of_all_kinds_are_found_by_their_paths(user: Manager) -> None:
    for name in ("a b", "100%", "q?x#y", "ü", "a+b", "..", "new\u2028line"):
        place = user.post("container", {"name": name})["id"]
        assert user.get(f"container/{place}")["name"] == name
        assert user.store.put(f"{name}/x/../y", b"").status == 201
        assert user.get(f"object/{place}/x/../y")["size"] == 0


def test_the_audit_log_says_who_acted_in_whose_place(operator: Manager, user: Manager) -> None:
    operator.post("token", {"user": user.account, "label": "by hand"})
    operator.post("container", {"user": user.account, "name": "c"})
    operator.delete(f"container/{user.account}/c")
    made, deleted = (
        Event.objects.filter(account=user.account, action=action).latest("id")
        for action in ("token.create", "container.delete")
    )
    assert (made.actor, made.proxy) == (operator.account, user.account)
    assert (deleted.actor, deleted.proxy) == (operator.account, user.account)


def test_each_resource_has_two_views_that_can_be_described() -> None:
    assert {name for name, _ in VIEWS} == set(CATALOGUE.resources)
    for view in VIEWS.values():
        assert issubclass(view, ResourceView)
        assert view.__doc__ == view.resource.help
    assert len(ROUTES) == len(VIEWS) + 1
