"""What leaves the house: operators list public links and shares, and end them."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from accounts.models import User
from accounts.users.suspension import suspend
from accounts.users.users import create_user, find_user
from audit.services import list_events
from pithos_api.models import Container, Grant, Publication
from tests.api.client import Client
from tests.api.visitors import share, visit
from tests.swift.client import in_swift

pytestmark = pytest.mark.usefixtures("committed")


def run(command: str, *arguments: str) -> list[str]:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def guest(new_user: Callable[[], Client]) -> Client:
    return new_user()


@pytest.fixture
def owner(box: Client, guest: Client) -> Client:
    """A user with the link of ``c/p``, and shares of ``c/o``, ``c/o2`` and ``d``."""
    box.put("d")
    for path in ("c/p", "c/o", "c/o/below", "c/o2", "d/o"):
        box.put(path, b"data")
    box.post("c/p", headers={"X-Object-Public": "true"}, update="")
    share(box, "c/o", f"read={guest.account}")
    share(box, "c/o2", "read=a; write=b")
    in_swift(box).post("d", headers={"X-Container-Read": ".r:*", "X-Container-Write": "b"})
    return box


def link_of(owner: Client) -> str:
    return urlsplit(owner.head("c/p")["X-Object-Public"]).path


def actions(owner: Client) -> list[str]:
    return list(list_events(account=owner.account).values_list("action", flat=True))


def test_links_are_listed_and_ended(owner: Client) -> None:
    link = link_of(owner)
    key = link.removeprefix("/public/")
    [line] = run("links", "--user", owner.account)
    assert line.split("\t")[:2] == [key, f"{owner.account}/c/p"]
    assert line in run("links")
    assert run("links", "--revoke", key) == [f"ended {key}"]
    assert owner.raw("GET", link).status == 404
    assert owner.head("c/p").get("X-Object-Public") is None
    assert (run("links", "--user", owner.account), actions(owner)[-1]) == ([], "object.unpublish")


def test_shares_are_listed_in_order_and_ended(owner: Client, guest: Client) -> None:
    account = owner.account
    assert run("shares", "--user", account) == [
        f"{account}/c/o\tread={guest.account}\twrite=",
        f"{account}/c/o2\tread=a\twrite=b",
        f"{account}/d\tread=.r:*\twrite=b",
    ]
    assert visit(guest, owner).get("c/o/below").status == 200
    assert run("shares", "--revoke", f"{account}/c/o") == [f"ended {account}/c/o"]
    assert visit(guest, owner).get("c/o/below").status == 403
    assert actions(owner)[-1] == "object.unshare"
    assert len(run("shares", "--user", account)) == 2


def test_a_container_is_closed(owner: Client) -> None:
    path = in_swift(owner).url("d/o")
    assert owner.raw("GET", path).status == 200
    run("shares", "--revoke", f"{owner.account}/d")
    assert owner.raw("GET", path).status == 401
    assert in_swift(owner).head("d").get("X-Container-Write") is None
    assert actions(owner)[-1] == "container.share"
    assert len(run("shares", "--user", owner.account)) == 2


def test_listings_show_at_once_that_it_has_ended(owner: Client) -> None:
    before = [entry.get("x_object_public") for entry in owner.get("c", format="json").json]
    assert sum(each is not None for each in before) == 1
    run("links", "--revoke", link_of(owner))
    after = [entry.get("x_object_public") for entry in owner.get("c", format="json").json]
    assert after == [None] * len(before)


def test_what_is_told_is_json_too(owner: Client) -> None:
    suspend(find_user(owner.account))
    [link] = map(json.loads, run("links", "--json", "--user", owner.account))
    assert (link["path"], link["suspended"]) == (f"{owner.account}/c/p", True)
    told = list(map(json.loads, run("shares", "--json", "--user", owner.account)))
    assert [(each["readers"], each["suspended"]) for each in told][1:] == [
        (["a"], True),
        ([".r:*"], True),
    ]
    assert all(line.endswith("\tsuspended") for line in run("shares", "--user", owner.account))


@pytest.mark.parametrize(
    ("command", "what", "told"),
    [
        ("links", "nothing", "no such link"),
        ("shares", "{account}/c", "nothing is shared"),
        ("shares", "{account}/c/o/below", "nothing is shared"),
        ("shares", "{account}", "nothing is shared"),
        ("shares", "none/c/o", "nothing is shared"),
    ],
)
def test_what_is_not_there_is_not_ended(owner: Client, command: str, what: str, told: str) -> None:
    before = run("shares", "--user", owner.account)
    with pytest.raises(CommandError, match=told):
        run(command, "--revoke", what.format(account=owner.account))
    assert run("shares", "--user", owner.account) == before
    assert owner.raw("GET", link_of(owner)).status == 200


def test_what_is_ended_is_of_the_user_that_is_named(owner: Client, guest: Client) -> None:
    for command, what in (("links", link_of(owner)), ("shares", f"{owner.account}/d")):
        with pytest.raises(CommandError):
            run(command, "--user", guest.account, "--revoke", what)
    with pytest.raises(CommandError, match="there is no account"):
        run("links", "--user", "nobody-of-this-name")
    assert owner.raw("GET", link_of(owner)).status == 200


@pytest.fixture
def operator(client: Browser, owner: Client, guest: Client) -> Browser:
    """A browser where an operator has logged in."""
    User.objects.filter(account=guest.account).update(is_operator=True)
    client.force_login(User.objects.get(account=guest.account))
    return client


PAGES: list[tuple[Any, str]] = [(Publication, "publication"), (Grant, "grant")]
ENDED = {"publication": "object.unpublish", "grant": "object.unshare"}


@pytest.mark.parametrize(("model", "name"), PAGES)
def test_operators_end_it_in_the_admin_pages(
    operator: Browser, owner: Client, guest: Client, model: Any, name: str
) -> None:
    link = link_of(owner)
    shown = operator.get(f"/admin/pithos_api/{name}/?q={owner.account}").content.decode()
    assert shown.count(owner.account) >= 1
    rows = model.objects.filter(container__account__account=owner.account)
    first = rows.first()
    page = f"/admin/pithos_api/{name}/{first.pk}"
    assert operator.get(f"{page}/change/").status_code == 200
    assert operator.post(f"{page}/delete/", {"post": "yes"}).status_code == 302
    assert not rows.filter(pk=first.pk).exists()
    event = list_events(account=owner.account).last()
    assert event is not None
    assert (event.actor, event.action) == (guest.account, ENDED[name])
    assert owner.raw("GET", link).status == (404 if model is Publication else 200)


@pytest.mark.parametrize(("model", "name"), PAGES)
def test_operators_end_many_and_change_none(
    operator: Browser, owner: Client, model: Any, name: str
) -> None:
    rows = model.objects.filter(container__account__account=owner.account)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
    url = f"/admin/pithos_api/{name}/"
    assert operator.post(f"{url}{rows[0].pk}/change/", {"name": "other"}).status_code == 403
    assert operator.get(f"{url}add/").status_code == 403
    assert operator.post(url, chosen | {"post": "yes"}).status_code == 302
    assert not rows.all().exists()


def test_operators_close_containers_in_the_admin_pages(operator: Browser, owner: Client) -> None:
    container = Container.objects.get(account__account=owner.account, name="d")
    chosen = {"action": "close", "_selected_action": [container.pk]}
    assert operator.post("/admin/pithos_api/container/", chosen).status_code == 302
    container.refresh_from_db()
    assert (container.readers, container.writers) == ([], [])
    assert actions(owner)[-1] == "container.share"


def test_nobody_else_sees_what_others_share(client: Browser, owner: Client) -> None:
    client.force_login(create_user(f"{owner.account}-2"))
    for name in ("publication", "grant"):
        assert client.get(f"/admin/pithos_api/{name}/").status_code == 302


def test_who_may_use_a_whole_account_is_listed_and_ended(owner: Client, guest: Client) -> None:
    control = json.dumps({"read-only": [guest.account], "admin": ["b"]})
    in_swift(owner).post("", headers={"X-Account-Access-Control": control})
    assert visit(guest, owner).get("d/o").status == 200
    first = run("shares", "--user", owner.account)[0]
    assert first == f"{owner.account}\tread={guest.account}\twrite=\tadmin=b"
    run("shares", "--revoke", owner.account)
    assert visit(guest, owner).get("c/o2").status == 403
    assert actions(owner).count("account.share") == 2
