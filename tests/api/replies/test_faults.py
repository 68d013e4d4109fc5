from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE, Server
from tests.api.state import unchanged

# Each way to fail, in the order in which they are looked for (contract §4).
BAD_NAME = "c/" + "x" * 1025
BAD_HEADER = {"X-Object-Meta-A": "%FF"}
FAILS = {"If-Match": "0" * 32}
BAD_BODY = {"ETag": "0" * 32}


def check_fault(answer: Answer, form: str, name: str, code: int) -> None:
    """The fault's body in the form asked for, with the Content-Type that goes with it."""
    assert answer.status == code
    if form == "json":
        ((found, fault),) = answer.json.items()
        assert (found, set(fault), fault["code"]) == (name, {"code", "message", "details"}, code)
        assert fault["message"]
    elif form == "xml":
        assert (answer.xml.tag, answer.xml.get("code")) == (name, str(code))
        assert answer.xml.findtext("message")
        assert answer.xml.find("details") is not None
    else:
        assert len(answer.lines) == 1
        assert answer.body.endswith(b"\n")


FAULTS = {
    "badRequest": (400, "GET", BAD_NAME, {}),
    "unauthorized": (401, "GET", "c/o", {"X-Auth-Token": "x"}),
    "itemNotFound": (404, "GET", "c/<none>&", {}),
    "notAllowed": (405, "PATCH", "c/o", {}),
    "preconditionFailed": (412, "GET", "c/o", FAILS),
    "rangeNotSatisfiable": (416, "GET", "c/o", {"Range": "bytes=99-"}),
    "unprocessableEntity": (422, "PUT", "c/o", BAD_BODY),
}


@pytest.mark.requirement("R143")
@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize(
    ("form", "accept", "query"),
    [
        ("text", "*/*", {}),
        ("text", "image/png", {"format": "yaml"}),
        ("json", "*/*", {"format": "json"}),
        ("json", "text/html, application/json;q=0.1, application/xml", {}),
        ("xml", "application/json", {"format": "xml"}),
        ("xml", "text/xml, application/json", {}),
    ],
)
def test_every_fault_has_the_form_asked_for(
    box: Client, name: str, form: str, accept: str, query: dict[str, str]
) -> None:
    code, method, path, headers = FAULTS[name]
    assert box.put("c/o", b"data").status == 201
    with unchanged(box):
        answer = box.request(method, path, b"", {"Accept": accept, **headers}, **query)
    check_fault(answer, form, name, code)


@pytest.mark.requirement("R143")
@pytest.mark.parametrize("form", ["text", "json", "xml"])
def test_the_faults_that_take_more_to_provoke(
    box: Client, new_user: Callable[[], Client], form: str
) -> None:
    assert box.put("c/o", b"data").status == 201
    check_fault(box.delete("c", format=form), form, "conflict", 409)
    forbidden = box.get("c/o", {"X-Auth-Token": new_user().token}, format=form)
    check_fault(forbidden, form, "forbidden", 403)


@pytest.mark.requirement("R143")
@pytest.mark.parametrize(("path", "status"), [("c/none", 404), ("none/o", 404), (BAD_NAME, 400)])
def test_a_fault_of_head_has_no_body(box: Client, path: str, status: int) -> None:
    answer = box.head(path, format="json")
    assert (answer.status, answer.body) == (status, b"")
    assert box.get("c").status == 204  # the connection is still in step


def test_no_number_of_parameters_is_a_failure(box: Client) -> None:
    """As many as a request line may hold."""
    assert box.put("c/o", b"data").status == 201
    url = box.url("c/o") + "?" + "&" * 20_000
    assert box.raw("GET", url, None, {"X-Auth-Token": box.token}).body == b"data"
    assert box.raw("GET", f"{url}format=json", None, {}).json["unauthorized"]["code"] == 401


@contextmanager
def table_away(name: str) -> Iterator[None]:
    """Hide a table from the server: a failure that nobody foresaw."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} RENAME TO {name}_away")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE {name}_away RENAME TO {name}")


@pytest.mark.requirement("R144")
@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize("form", ["text", "json", "xml"])
def test_a_failure_inside_is_503_and_stays_inside(
    box: Client, server: Server, method: str, form: str
) -> None:
    assert box.put("c/o", b"data").status == 201
    logged = len(server.errors())
    with unchanged(box), table_away("accounts_token"):
        answer = box.request(method, "c/o", b"new", format=form)
    assert answer.status == 503
    if method != "HEAD":
        check_fault(answer, form, "serviceUnavailable", 503)
    everything = (answer.body + str(answer.headers).encode()).lower()
    assert not any(word in everything for word in (b"accounts", b"relation", b"traceback", b"sql"))
    assert "Traceback" in server.errors()[logged:]
    assert box.get("c/o").body == b"data"


@pytest.mark.requirement("R144")
def test_a_damaged_block_is_503_and_not_wrong_bytes(box: Client, server: Server) -> None:
    assert box.put("c/o", b"x" * BLOCK_SIZE).status == 201
    digest = box.head("c/o")["X-Object-Hash"]
    (block,) = (path for path in server.block_directory.rglob("*") if path.name == digest)
    block.chmod(0o600)
    block.write_bytes(b"y" + block.read_bytes()[1:])
    answer = box.get("c/o", format="json")
    check_fault(answer, "json", "serviceUnavailable", 503)
    assert digest.encode() not in answer.body
    block.unlink(missing_ok=True)  # it was set aside when it was found damaged
    assert box.get("c/o").status == 503
    assert box.delete("c/o").status == 204


@pytest.mark.requirement("R145")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["c/o", "c/none", "none/o", "c", "none"])
def test_who_may_not_is_told_so_whether_it_is_there_or_not(
    box: Client, new_user: Callable[[], Client], method: str, path: str
) -> None:
    assert box.put("c/o", b"data").status == 201
    stranger = {"X-Auth-Token": new_user().token}
    with unchanged(box):
        answer = box.request(method, path, b"", stranger)
        known = box.request(method, "c/o", b"", stranger)
    assert (answer.status, answer.body) == (403, known.body)
    nobody = box.raw(method, f"/v1/no-such-account/{path}", b"", stranger)
    assert (nobody.status, nobody.body) == (403, known.body)


@pytest.mark.requirement("R1")
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (BAD_NAME, BAD_HEADER),
        ("none/o", FAILS),
        ("c/o", BAD_HEADER),
        ("c/\n", {}),
        ("c/o", {"X-Object-Meta-A": "caf\xe9"}),
    ],
)
def test_who_is_calling_is_asked_first(box: Client, path: str, headers: dict[str, str]) -> None:
    assert box.put(path, b"new", {**headers, "X-Auth-Token": "x"}).status == 401
    assert box.raw("PUT", box.url(path), b"new", headers).status == 401
    assert box.raw("GET", box.url("c") + "/%FF", None, {}).status == 401
    assert box.names("c") == []


@pytest.mark.requirement("R145")
@pytest.mark.parametrize("path", ["c/o", "none/o"])
def test_permission_is_asked_before_syntax_but_for_the_paths(
    box: Client, new_user: Callable[[], Client], path: str
) -> None:
    stranger = {"X-Auth-Token": new_user().token}
    assert box.put(path, b"", {**stranger, **BAD_HEADER}).status == 403
    assert box.put(path + "x" * 1025, b"", stranger).status == 400
    assert box.put(path, b"", {**stranger, **FAILS}).status == 403
    assert box.put(path, b"", {**stranger, **BAD_BODY}).status == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_existence_is_asked_before_conditions(box: Client, method: str) -> None:
    assert box.request(method, "none/o", b"", {**FAILS, **BAD_BODY}).status == 404
    if method != "PUT":
        assert box.request(method, "c/none", b"", FAILS).status == 404


def test_conditions_are_asked_before_the_body(box: Client) -> None:
    assert box.put("c/o", b"data").status == 201
    with unchanged(box):
        assert box.put("c/o", b"new", {**FAILS, **BAD_BODY}).status == 412
        assert box.put("c/o", b"new", {"If-None-Match": "*", **BAD_BODY}).status == 412
        assert box.put("c/o", b"new", BAD_BODY).status == 422


def test_syntax_is_asked_before_existence(box: Client) -> None:
    assert box.put("none/o", b"", BAD_HEADER).status == 400
    assert box.get("none/" + "x" * 1025).status == 400
