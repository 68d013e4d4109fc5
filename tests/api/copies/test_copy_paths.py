"""Where copies and moves come from and go to (contract §2.4)."""

import pytest

from tests.api.client import Client
from tests.api.state import unchanged
from tests.api.transfers import DATA, fill, transfer

VERBS = ("COPY", "PUT")


@pytest.fixture
def full(box: Client) -> Client:
    """A user with an object of all kinds of headers and the empty container ``d``."""
    return fill(box)


DESTINATIONS = [
    "/d/x",
    "d/x",
    "/d/%78",
    "%2Fd%2Fx",
    "/d%2Fx",
]


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("value", DESTINATIONS)
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_forms_of_a_destination(full: Client, verb: str, value: str) -> None:
    assert full.request(verb, "c/o", None, {"Destination": value}).status == 201
    assert full.names("d") == ["x"]


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("value", DESTINATIONS)
@pytest.mark.parametrize("name", ["X-Copy-From", "X-Move-From"])
def test_forms_of_a_source(full: Client, name: str, value: str) -> None:
    assert full.put("d/x", b"here").status == 201
    assert full.put("c/new", headers={name: value}).status == 201
    assert full.get("c/new").body == b"here"


@pytest.mark.requirement("R104", "R66")
@pytest.mark.parametrize("name", ["//o", "a//b/", " o ", "%", "%25", "a?b#c", "日本", "o;p=1", "+"])
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
def test_names_survive_the_headers(full: Client, verb: str, name: str) -> None:
    assert transfer(full, verb, "c/o", f"d/{name}").status == 201
    assert full.names("d") == [name]
    assert transfer(full, verb, f"d/{name}", "c/back").status == 201
    assert full.get("c/back").body == DATA


MALFORMED = [
    "",
    "/",
    "//",
    "x",
    "/d",
    "/d/",
    "//o",
    "/d/%FF",
    "/d/%00",
    "/d/a%0Ab",
    "/d/%EF%BF%BF",
    "/" + "d" * 257 + "/o",
    "/d/" + "o" * 1025,
    "/d/" + "%C3%BC" * 513,
]


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_a_malformed_destination(full: Client, verb: str) -> None:
    with unchanged(full), unchanged(full, "d"):
        for value in MALFORMED:
            answer = full.request(verb, "c/o", None, {"Destination": value})
            assert (value, answer.status) == (value, 400)


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("name", ["X-Copy-From", "X-Move-From"])
def test_a_malformed_source(full: Client, name: str) -> None:
    with unchanged(full), unchanged(full, "d"):
        for value in MALFORMED:
            assert (value, full.put("c/x", headers={name: value}).status) == (value, 400)


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_a_destination_is_needed(full: Client, verb: str) -> None:
    with unchanged(full):
        assert full.request(verb, "c/o").status == 400
        assert full.request(verb, "c/o", None, {"X-Copy-From": "/c/o"}).status == 400


@pytest.mark.requirement("R104")
def test_two_sources_are_one_too_many(full: Client) -> None:
    with unchanged(full):
        headers = {"X-Copy-From": "/c/o", "X-Move-From": "/c/o"}
        assert full.put("c/x", headers=headers).status == 400


@pytest.mark.requirement("R60", "R104")
@pytest.mark.parametrize("name", ["X-Copy-From", "X-Move-From"])
def test_a_put_that_copies_needs_a_length(full: Client, name: str) -> None:
    with unchanged(full):
        connection = full.connection
        connection.putrequest("PUT", full.url("c/x"))
        for key, value in ((name, "/c/o"), ("X-Auth-Token", full.token)):
            connection.putheader(key, value)
        connection.endheaders()
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (411, True)


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
@pytest.mark.parametrize(
    ("source", "destination"),
    [("c/none", "d/x"), ("none/o", "d/x"), ("c/o", "none/x"), ("c/o/", "d/x"), ("c/gone", "d/x")],
)
def test_what_is_missing_is_not_found(
    full: Client, verb: str, source: str, destination: str
) -> None:
    full.put("c/gone", b"1")
    full.delete("c/gone")
    with unchanged(full), unchanged(full, "d"):
        assert transfer(full, verb, source, destination).status == 404


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Object-Meta-A": "%FF"},
        {"X-Object-Meta-A": "x" * 257},
        {"X-Object-Public": "maybe"},
        {"X-Object-Sharing": "own=me"},
        {f"X-Object-Meta-K{number}": "1" for number in range(31)},
    ],
    ids=str,
)
def test_bad_headers_change_nothing(full: Client, verb: str, headers: dict[str, str]) -> None:
    with unchanged(full), unchanged(full, "d"):
        assert transfer(full, verb, "c/o", "d/x", headers).status == 400
