"""Where a token may stand in a request."""

from base64 import b64encode

import pytest

from tests.api.client import Client


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Auth-Token": "{}"},
        {"X-Storage-Token": "{}"},
        {"Authorization": "Bearer {}"},
        {"Authorization": "bearer   {}"},
    ],
)
def test_each_place_is_looked_at(box: Client, headers: dict[str, str]) -> None:
    sent = {name: value.format(box.token) for name, value in headers.items()}
    assert box.raw("GET", box.url("c"), None, sent).status == 204
    wrong = {name: value.format("x") for name, value in headers.items()}
    assert box.raw("GET", box.url("c"), None, wrong).status == 401


@pytest.mark.parametrize("ending", ["", "=", "=="])
def test_a_name_and_a_token_in_base64_are_looked_at(box: Client, ending: str) -> None:
    named = b64encode(f"{box.account}:{box.token}".encode()).decode().rstrip("=")
    sent = {"Authorization": f"Token {named}{ending}"}
    assert box.raw("GET", box.url("c"), None, sent).status == 204
    wrong = {"Authorization": f"Token {b64encode(b'x:y').decode()}"}
    assert box.raw("GET", box.url("c"), None, wrong).status == 401


@pytest.mark.parametrize("value", ["Basic {}", "{}", "Bearer", "Token {}"])
def test_other_schemes_are_no_tokens(box: Client, value: str) -> None:
    sent = {"Authorization": value.format(box.token)}
    assert box.raw("GET", box.url("c"), None, sent).status == 401


def test_the_stores_own_header_comes_first(box: Client) -> None:
    sent = {"X-Storage-Token": "x", "Authorization": "Bearer x"}
    assert box.get("c", sent).status == 204
    assert box.get("c", {**sent, "X-Auth-Token": "x"}).status == 401


def test_an_answer_to_a_token_in_the_address_leaks_it_to_nobody(box: Client) -> None:
    answer = box.raw("GET", box.url("c", **{"X-Auth-Token": box.token}))
    assert (answer.status, answer["Referrer-Policy"]) == (204, "no-referrer")


@pytest.mark.parametrize("token", ["x" * 8193, "x" * 15000, "\xff\xfe\x01" * 50, "caf\xe9"])
def test_a_token_that_cannot_be_is_refused(box: Client, token: str) -> None:
    answer = box.raw("GET", box.url("c"), None, {"X-Auth-Token": token.replace("\x01", "")})
    assert answer.status == 401
