"""Links: made, listed, changed and revoked by owners; operators see and end all."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from accounts.models import User
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import find_user
from audit.services import list_events
from pithos_api.models import Link
from pithos_api.services.links import keeping, owning
from tests.api.client import Answer, Client
from tests.api.visitors import share, visit
from tests.swift.client import in_swift

NewUser = Callable[[], Client]


def make(client: Client, path: str, **fields: Any) -> Answer:
    return client.post(path, json.dumps(fields) if fields else None, link="")


def link(client: Client, path: str = "c/o", **fields: Any) -> dict[str, Any]:
    answer = make(client, path, **fields)
    assert answer.status == 201, answer.body
    found: dict[str, Any] = answer.json
    return found


def change(client: Client, key: str, /, **fields: Any) -> Answer:
    return client.post("", json.dumps(fields), links=key)


@pytest.fixture
def owner(box: Client) -> Client:
    box.put("c/o", b"hello")
    box.put("c/dir/a", b"a")
    return box


def test_a_link_is_made_and_told(owner: Client) -> None:
    answer = make(owner, "c/o")
    told = answer.json
    assert (answer.status, answer["Location"]) == (201, told["url"])
    assert told["url"].endswith(f"/s/{told['key']}")
    assert len(told["key"]) == 22
    wanted = {"container": "c", "name": "o", "folder": False, "used": 0, "last_used": None}
    wanted |= {"expires": None, "has_password": False, "downloads": None}
    assert wanted.items() <= told.items()
    assert owner.get("", links="").json == [told]


def test_two_links_of_one_object_have_two_keys(owner: Client) -> None:
    keys = [link(owner)["key"] for _ in range(3)]
    assert len(set(keys)) == 3
    assert [each["key"] for each in owner.get("", links="").json] == keys[::-1]


def test_limits_are_set_and_changed(owner: Client) -> None:
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    made = link(owner, password="pw", downloads=3, expires=tomorrow.isoformat())
    assert (made["has_password"], made["downloads"]) == (True, 3)
    assert datetime.fromisoformat(made["expires"]) == tomorrow
    changed = change(owner, made["key"], downloads=5)
    assert changed.json == made | {"downloads": 5}
    free = {"has_password": False, "downloads": None, "expires": None}
    none = change(owner, made["key"], password=None, downloads=None, expires=None)
    assert none.json == made | free
    assert change(owner, made["key"]).json == made | free


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2099-01-01", 4070908800), ("2099-01-01T02:00+02:00", 4070908800), (4070908800, 4070908800)],
)
def test_times_are_iso_or_seconds(owner: Client, text: Any, seconds: int) -> None:
    told = link(owner, expires=text)["expires"]
    assert datetime.fromisoformat(told) == datetime.fromtimestamp(seconds, UTC)


def test_passwords_are_hashed(owner: Client, committed: None) -> None:
    key = link(owner, password="open sesame")["key"]
    kept = Link.objects.get(key=key).password
    assert kept.partition("$")[0] == User(password=kept).password.partition("$")[0] != ""
    assert "sesame" not in kept
    assert b"sesame" not in owner.get("", links="").body


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"password": ""}, "the field 'password' is a text of 1 to 1024 characters"),
        ({"password": "x" * 1025}, "the field 'password' is a text of 1 to 1024 characters"),
        ({"password": 1}, "the field 'password' is a text"),
        ({"downloads": 0}, "the field 'downloads' is a whole number from 1 to 1000000000"),
        ({"downloads": 1.5}, "the field 'downloads' is a whole number"),
        ({"expires": "2020-01-01"}, "the field 'expires' is a time in the future"),
        ({"expires": "soon"}, "the field 'expires' is a time: ISO 8601, or seconds"),
        ({"expires": 1e300}, "the field 'expires' is a time: ISO 8601"),
        ({"expires": True}, "the field 'expires' is a time: ISO 8601"),
        ({"expires": "9999-12-31T23:59:59-23:00"}, "the field 'expires' is a time: ISO 8601"),
        ({"folder": "yes"}, "the field 'folder' is true or false"),
        ({"key": "mine"}, "the body has a field 'key', which nobody knows here"),
    ],
)
def test_what_is_malformed_is_400_and_changes_nothing(
    owner: Client, fields: dict[str, Any], told: str
) -> None:
    key = link(owner)["key"]
    before = owner.get("", links="").body
    answers = [make(owner, "c/o", **fields)]
    if "folder" not in fields:
        answers.append(change(owner, key, **fields))
    for answer in answers:
        assert (answer.status, told in answer.body.decode()) == (400, True), answer.body
    assert owner.get("", links="").body == before


def test_a_folder_is_named_with_or_without_its_slash(owner: Client) -> None:
    for name in ("dir", "dir/"):
        made = link(owner, f"c/{name}", folder=True)
        assert (made["name"], made["folder"]) == ("dir/", True)
    assert make(owner, "c/dir").status == 404  # no object has that name
    assert make(owner, "c/di", folder=True).status == 404
    assert make(owner, "c/o", folder=True).status == 404
    whole = link(owner, "c")
    assert (whole["container"], whole["name"], whole["folder"]) == ("c", "", True)
    assert make(owner, "none").status == 404
    assert make(owner, "none/o").status == 404


def test_lists_come_in_pages_and_for_one_path(owner: Client) -> None:
    keys = [link(owner, path)["key"] for path in ("c/o", "c/dir/a", "c/o")][::-1]

    def listed(**query: Any) -> list[str]:
        return [each["key"] for each in owner.get("", links="", **query).json]

    assert listed(limit=2) == keys[:2]
    assert listed(limit=2, marker=keys[1]) == keys[2:]
    assert listed(path="c/o") == [keys[0], keys[2]]
    assert listed(path="c/none") == []
    assert owner.get("", links="", marker="none").status == 404


def test_a_revoked_link_is_gone(owner: Client) -> None:
    key = link(owner)["key"]
    assert owner.delete("", links=key).status == 204
    assert owner.get("", links="").json == []
    assert owner.delete("", links=key).status == 404
    assert change(owner, key, downloads=1).status == 404


def test_links_are_the_owners_alone(owner: Client, new_user: NewUser) -> None:
    key = link(owner)["key"]
    friend = new_user()
    share(owner, "c/o", f"write={friend.account}")
    there = visit(friend, owner)
    assert make(there, "c/o").status == 403
    assert there.get("", links="").status == 403
    assert change(there, key, downloads=1).status == 403
    assert friend.delete("", links=key).status == 404  # not among theirs
    assert friend.post("", "{}", links=key).status == 404
    assert owner.get("", links="").json[0]["downloads"] is None


def test_a_confined_token_makes_no_links(owner: Client, committed: None) -> None:
    key = link(owner)["key"]
    user = find_user(owner.account)
    for scope in (Scope(container="c"), Scope(read_only=True)):
        limited = Client(owner.address, owner.account, create_token(user, scope=scope))
        assert make(limited, "c/o").status == 403
        assert change(limited, key, downloads=1).status == 403
        assert limited.delete("", links=key).status == 403
        assert limited.get("", links="").status == (200 if scope.read_only else 403)
        limited.connection.close()


@pytest.mark.parametrize("key", ["", "none", "x" * 2000, "\0", "a/b", "\N{DOG FACE}"])
def test_keys_that_are_none_are_404(owner: Client, key: str) -> None:
    assert owner.delete("", links=key).status == 404
    assert owner.post("", "{}", links=key).status == 404


def test_an_account_is_not_deleted(owner: Client) -> None:
    answer = owner.delete("")
    assert (answer.status, answer["Allow"]) == (405, "GET,HEAD,POST")


def test_an_account_has_so_many_links(
    owner: Client, committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from accounts.tokens.credentials import Credentials
    from pithos_api.values import ContainerPath
    from pithos_api.values.links import LinkChange

    monkeypatch.setattr(owning, "MAX_LINKS", 1)
    credentials = Credentials(b"", owner.account)
    path = ContainerPath(owner.account, "c")
    owning.link_folder(credentials, path, LinkChange())
    with pytest.raises(owning.LinkLimitError):
        owning.link_folder(credentials, path, LinkChange())


def test_with_its_container_a_link_goes(owner: Client) -> None:
    owner.put("d")
    link(owner, "d")
    assert owner.delete("d").status == 204
    assert owner.get("", links="").json == []


def test_the_audit_log_tells_and_keeps_no_secret(owner: Client, committed: None) -> None:
    key = link(owner, password="open sesame")["key"]
    change(owner, key, downloads=2)
    owner.delete("", links=key)
    events = list_events(account=owner.account, target="c/o").filter(action__startswith="link.")
    told = [(each.action, each.actor, each.details) for each in events]
    number = told[0][2]["link"]
    assert told == [
        ("link.create", owner.account, {"link": number, "password": True}),
        ("link.change", owner.account, {"link": number, "downloads": 2}),
        ("link.revoke", owner.account, {"link": number}),
    ]
    assert key not in json.dumps(told)


def test_operators_see_and_revoke(
    owner: Client, client: Browser, new_user: NewUser, committed: None
) -> None:
    made = link(owner, password="open sesame")
    [told] = keeping.list_links(owner.account)
    assert (told.key, told.container, told.name) == (made["key"], "c", "o")
    operator = User.objects.get(account=new_user().account)
    User.objects.filter(pk=operator.pk).update(is_operator=True)
    client.force_login(operator)
    place = "/admin/pithos_api/link/"
    page = client.get(place, {"q": owner.account}).content.decode()
    assert made["key"] in page
    assert "pbkdf2" not in page
    pk = Link.objects.get(key=made["key"]).pk
    assert "pbkdf2" not in client.get(f"{place}{pk}/change/").content.decode()
    client.post(f"{place}{pk}/delete/", {"post": "yes"})
    assert list(keeping.list_links(owner.account)) == []
    event = list_events(account=owner.account, action="link.revoke").get()
    assert event.actor == operator.account


def test_the_command_lists_and_revokes_them(owner: Client, committed: None) -> None:
    made = link(owner)
    out = StringIO()
    call_command("links", "--user", owner.account, stdout=out)
    assert out.getvalue().split("\t")[:2] == [made["key"], f"{owner.account}/c/o"]
    call_command("links", "--revoke", made["url"], stdout=StringIO())
    assert owner.get("", links="").json == []


@pytest.mark.parametrize("path", ["", "c", "c/o"])
@pytest.mark.parametrize("parameter", ["link", "links", "signed-url"])
def test_swifts_dialect_takes_it_for_nothing_else(owner: Client, path: str, parameter: str) -> None:
    owner.post("c/o", headers={"X-Object-Meta-A": "b"}, update="")
    there = in_swift(owner)
    answer = owner.raw(
        "POST", f"{there.url(path)}?{parameter}", b"{}", {"X-Auth-Token": owner.token}
    )
    assert (answer.status, b"in Pithos" in answer.body) == (400, True)
    assert owner.head("c/o")["X-Object-Meta-A"] == "b"
