from collections.abc import Callable

import pytest

from accounts.tokens.tokens import revoke_token
from tests.api.client import Answer, Client
from tests.api.state import unchanged

PATHS = ["", "c", "c/o"]
NOBODY = ["", "x", "x" * 5000, "caf\xe9", "%00", "' OR 1=1 --"]


@pytest.fixture
def stored(box: Client) -> Client:
    """``c/o`` has ``data``."""
    assert box.put("c/o", b"data").status == 201
    return box


def anonymous(client: Client, method: str, path: str, **query: object) -> Answer:
    return client.raw(method, client.url(path, **query), b"")


@pytest.mark.requirement("R1")
@pytest.mark.parametrize(
    ("path", "methods"),
    [("", "GET HEAD POST"), ("c", "GET HEAD PUT POST DELETE"), ("c/o", "GET HEAD PUT DELETE")],
)
def test_without_a_token_there_is_nothing(stored: Client, path: str, methods: str) -> None:
    for method in methods.split():
        with unchanged(stored):
            answer = anonymous(stored, method, path)
        assert answer.status == 401, method
        assert b"data" not in answer.body


@pytest.mark.requirement("R1")
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", NOBODY)
def test_an_unknown_token_is_nobodys(stored: Client, path: str, token: str) -> None:
    assert stored.get(path, {"X-Auth-Token": token}).status == 401
    assert anonymous(stored, "GET", path, **{"X-Auth-Token": token}).status == 401


@pytest.mark.requirement("R1")
@pytest.mark.parametrize("path", ["none", "none/o", "c/none"])
def test_a_stranger_does_not_learn_what_is_there(stored: Client, path: str) -> None:
    absent, present = anonymous(stored, "GET", path), anonymous(stored, "GET", "c/o")
    assert (absent.status, absent.body) == (present.status, present.body) == (401, present.body)


@pytest.mark.requirement("R1")
def test_no_cookie_says_who_is_calling(stored: Client) -> None:
    cookie = {"Cookie": f"X-Auth-Token={stored.token}; token={stored.token}"}
    assert stored.raw("GET", stored.url("c/o"), None, cookie).status == 401


@pytest.mark.requirement("R1")
@pytest.mark.usefixtures("committed")
def test_a_revoked_token_is_refused_at_once(stored: Client) -> None:
    assert stored.get("c/o").status == 200
    revoke_token(stored.token)
    assert [stored.get(path).status for path in PATHS] == [401] * 3


@pytest.mark.requirement("R2")
@pytest.mark.parametrize("path", PATHS)
def test_the_token_may_be_a_header(stored: Client, path: str) -> None:
    token = {"x-auth-TOKEN": stored.token}
    assert stored.raw("GET", stored.url(path), None, token).status == 200


@pytest.mark.requirement("R3")
@pytest.mark.parametrize("path", PATHS)
def test_the_token_may_be_a_parameter(stored: Client, path: str) -> None:
    assert anonymous(stored, "GET", path, **{"X-Auth-Token": stored.token}).status == 200


@pytest.mark.requirement("R3")
def test_the_parameter_comes_before_the_header(
    stored: Client, new_user: Callable[[], Client]
) -> None:
    stranger = {"X-Auth-Token": new_user().token}
    assert stored.request("GET", "c/o", None, None, **{"X-Auth-Token": "x"}).status == 401
    assert stored.request("GET", "c/o", None, None, **stranger).status == 403
    mine = {"X-Auth-Token": stored.token}
    assert stored.request("GET", "c/o", None, stranger, **mine).body == b"data"


@pytest.mark.requirement("R5")
@pytest.mark.parametrize("sent", [{}, {"X-Auth-User": "a"}, {"X-Auth-Key": "b"}])
@pytest.mark.parametrize("url", ["/v1", "/v1/", "/v1.0", "/v1.0/"])
def test_the_top_needs_a_token_or_user_and_key(api: Client, url: str, sent: dict[str, str]) -> None:
    assert api.raw("GET", url, None, sent).status == 400
    assert api.raw("GET", url, None, {**sent, "X-Auth-Token": "x"}).status == 401
    with_token = api.raw("GET", url, None, {**sent, "X-Auth-Token": api.token})
    assert with_token.status in {200, 204}  # 200 where somebody shares with everybody


@pytest.mark.requirement("R8")
@pytest.mark.parametrize("path", PATHS)
def test_both_versions_are_one_store(stored: Client, path: str) -> None:
    token = {"X-Auth-Token": stored.token}
    other = stored.url(path).replace("/v1/", "/v1.0/")
    for method in ("GET", "HEAD"):
        first = stored.request(method, path)
        second = stored.raw(method, other, None, token)
        assert (first.status, first.body) == (second.status, second.body)
        assert first.fields == second.fields


@pytest.mark.requirement("R8")
def test_the_older_version_writes_too(stored: Client) -> None:
    token = {"X-Auth-Token": stored.token}
    url = stored.url("c/o").replace("/v1/", "/v1.0/")
    assert stored.raw("PUT", url, b"new", token).status == 201
    assert stored.get("c/o").body == b"new"
    assert stored.raw("DELETE", url, None, token).status == 204
    assert stored.get("c/o").status == 404


@pytest.mark.requirement("R9")
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("", {"GET", "HEAD", "POST"}),
        ("c", {"GET", "HEAD", "PUT", "POST", "DELETE"}),
        ("c/o", {"GET", "HEAD", "PUT", "DELETE"}),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "LOCK"])
def test_a_method_without_meaning_is_405(
    stored: Client, method: str, path: str, allowed: set[str]
) -> None:
    with unchanged(stored):
        answer = stored.request(method, path, b"")
    assert answer.status == 405
    assert allowed <= set(answer["Allow"].split(","))
    assert method not in answer["Allow"]
    assert " " not in answer["Allow"]


@pytest.mark.requirement("R9")
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_the_top_is_only_read(api: Client, method: str) -> None:
    answer = api.raw(method, "/v1", b"", {"X-Auth-Token": api.token})
    assert (answer.status, answer["Allow"].split(",")[0]) == (405, "GET")
    nameless = api.raw(method, "/v1/", b"", {"X-Auth-Token": api.token})
    assert nameless.status == (405 if method == "PATCH" else 412)
