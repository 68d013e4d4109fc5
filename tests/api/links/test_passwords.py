"""Links with a password: asked for by a form, guessed at slowly, and told nobody."""

from collections.abc import Iterator

import pytest

from accounts.models import Guess
from audit.services import list_events
from tests.api.client import Client
from tests.api.links.visitors import Visitor, told, visitor
from tests.api.server import Serve, Server

PASSWORD = "ανοιξε σουσάμι & more"


@pytest.fixture
def owner(box: Client) -> Client:
    box.put("c/secret name.txt", b"hello")
    return box


@pytest.fixture
def guest(owner: Client) -> Visitor:
    return visitor(owner, "c/secret name.txt", password=PASSWORD)


@pytest.mark.requirement("F23")
def test_the_password_opens_the_link(owner: Client, guest: Visitor) -> None:
    for tail in ("", "?download", "?preview", "?zip"):
        answer = guest.get(tail)
        assert (answer.status, b"secret name" in answer.body) == (401, False)
        assert b'name="password"' in answer.body
    answer = guest.give(PASSWORD)
    assert (answer.status, answer["Location"]) == (303, guest.place)
    assert "secret name.txt" in guest.text()
    assert guest.get("?download").body == b"hello"
    assert told(owner, guest.place)["used"] == 1


def test_the_password_leads_to_the_page_that_was_asked_for(owner: Client) -> None:
    for name in ("ä b", "ö&"):
        owner.put(f"c/{name}", b"x")
    guest = visitor(owner, "c", password=PASSWORD)
    asked = "/?marker=secret+name.txt"
    assert guest.get(asked).status == 401
    there = guest.give(PASSWORD, asked)["Location"]
    assert there == guest.place + asked
    text = guest.text(there.removeprefix(guest.place))
    assert ("ö&amp;" in text, "secret name" in text) == (True, False)
    # What saves a file shows no page, and the one of before would stay.
    for tail in ("?download", "?zip&x=1"):
        assert guest.give(PASSWORD, f"/{tail}")["Location"] == f"{guest.place}/"


@pytest.mark.parametrize("wrong", ["", "open", PASSWORD + " ", PASSWORD.upper(), "x" * 3000, "\0"])
def test_a_wrong_password_does_not(guest: Visitor, wrong: str) -> None:
    answer = guest.give(wrong)
    assert (answer.status, guest.cookies) == (401, {})
    assert b"The password is wrong." in answer.body
    assert b"secret name" not in answer.body
    assert guest.get().status == 401


def test_the_cookie_is_kept_from_scripts_and_other_links(owner: Client, guest: Visitor) -> None:
    cookie = guest.give(PASSWORD)["Set-Cookie"]
    assert f"; Path={guest.place}; " in cookie
    assert "; HttpOnly; SameSite=Lax" in cookie
    assert PASSWORD not in cookie
    other = visitor(owner, "c/secret name.txt", password=PASSWORD)
    other.cookies.update(guest.cookies)
    assert other.get().status == 401
    for value in ("yes", "yes:1abc:x", "", guest.cookies["pithos_link"][:-1]):
        assert Visitor(owner, guest.place, {"pithos_link": value}).get().status == 401


def test_another_password_locks_out_who_knew_the_old_one(owner: Client, guest: Visitor) -> None:
    guest.give(PASSWORD)
    key = guest.place.removeprefix("/s/")
    owner.post("", '{"password": "another"}', links=key)
    assert guest.get().status == 401
    assert guest.give(PASSWORD).status == 401
    assert guest.give("another").status == 303
    owner.post("", '{"password": null}', links=key)
    assert Visitor(owner, guest.place).get().status == 200
    assert Visitor(owner, guest.place).give("whatever").status == 303


def test_a_folder_asks_once_for_all_that_is_in_it(owner: Client) -> None:
    guest = visitor(owner, "c", password="x")
    assert guest.get("/secret%20name.txt?download").status == 401
    answer = guest.give("x", "/secret%20name.txt")
    assert answer["Location"] == f"{guest.place}/secret%20name.txt"
    assert guest.get("/secret%20name.txt?download").body == b"hello"
    assert guest.get("/?zip").status == 200


def test_a_form_is_small(guest: Visitor) -> None:
    assert guest.ask("POST", "", b"password=" + b"x" * 20_000).status == 413


def test_a_wrong_password_is_an_event(owner: Client, guest: Visitor, committed: None) -> None:
    guest.give("wrong")
    [event] = list_events(account=owner.account, action="link.fail")
    assert (event.actor, event.target) == ("-", "c/secret name.txt")
    assert "wrong" not in str(event.details)


@pytest.fixture(scope="module")
def slow(serve: Serve) -> Iterator[Server]:
    """A server that lets three guesses a minute pass, and believes who the tests say they are."""
    with serve(PITHOS_MAX_GUESSES="3", PITHOS_TRUSTED_PROXIES="127.0.0.1") as running:
        yield running


@pytest.mark.requirement("F21")
def test_guesses_are_slowed_as_at_sign_in(slow: Server, owner: Client, committed: None) -> None:
    Guess.objects.all().delete()
    guest = visitor(owner, "c/secret name.txt", password=PASSWORD)
    other = visitor(owner, "c/secret name.txt", password=PASSWORD)
    with owner.at(slow.address) as client:
        there = Visitor(client, guest.place)
        assert [there.give("wrong").status for _ in range(4)] == [401, 401, 401, 429]
        answer = there.give(PASSWORD)  # right, and not even tried
        assert (answer.status, 0 < int(answer["Retry-After"]) <= 60) == (429, True)
        assert b"No password is tried now" in answer.body
        assert Visitor(client, other.place).give(PASSWORD).status == 303
        elsewhere = there.ask("POST", "", b"password=wrong", X_Forwarded_For="192.0.2.7")
        assert elsewhere.status == 401
        assert client.head("").status == 204  # its owner's token is none of it
    Guess.objects.all().delete()
