"""Symlinks give no right: who reads one must be allowed to read each object on the way."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from accounts.tokens.credentials import NO_TOKEN, Credentials, Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import find_user
from pithos_api.errors import NotAllowedError
from pithos_api.services.objects.large_objects.opening import open_readable
from pithos_api.values import ObjectPath
from tests.swift.client import SwiftClient, visit
from tests.swift.signed.test_signed_urls import KEY, signed
from tests.swift.symlinks.making import ACCOUNT, ETAG, ITSELF, TARGET, link

NewUser = Callable[[], SwiftClient]


@pytest.fixture
def hidden(box: SwiftClient) -> SwiftClient:
    """A user with ``hidden/o``, and ``c/l``, a symlink to it that everybody may read."""
    box.put("hidden")
    box.put("hidden/o", b"secret")
    box.post("c", headers={"X-Container-Read": ".r:*"})
    link(box, "c/l", "hidden/o")
    return box


@pytest.fixture
def igor(new_swift_user: NewUser) -> SwiftClient:
    """Another user, with the container ``own``."""
    user = new_swift_user()
    user.put("own")
    return user


@pytest.mark.requirement("S67")
def test_who_may_not_read_the_target_reads_nothing(hidden: SwiftClient, igor: SwiftClient) -> None:
    visitor = visit(igor, hidden)
    for method in ("GET", "HEAD"):
        assert visitor.request(method, "c/l").status == 403
        assert visitor.request(method, "hidden/o").status == 403
        assert hidden.anonymous(method, "c/l").status == 401
    assert visitor.head("c/l", **ITSELF)[TARGET] == "hidden/o"
    assert hidden.get("c/l").body == b"secret"


@pytest.mark.requirement("S67")
def test_nobody_learns_by_a_symlink_what_there_is(hidden: SwiftClient, igor: SwiftClient) -> None:
    for name, target in (("m", "hidden/nothing"), ("n", "nowhere/o"), ("k", "hidden/o")):
        link(hidden, f"c/{name}", target)
        assert visit(igor, hidden).get(f"c/{name}").status == 403
    etag = hidden.head("hidden/o")["ETag"]
    for target in ("hidden/o", "hidden/nothing"):
        static = {ACCOUNT: hidden.account, ETAG: etag}
        assert igor.put("own/s", b"", {TARGET: target, **static}).status == 403
        assert igor.put("own/l", b"", {TARGET: target, ACCOUNT: hidden.account}).status == 201
        assert igor.get("own/l").status == 403
        assert igor.request("COPY", "own/l", None, {"Destination": "own/x"}).status == 403
    assert sorted(igor.names("own")) == ["l"]


@pytest.mark.requirement("S67")
def test_who_may_read_the_target_reads_it_from_another_account(
    hidden: SwiftClient, igor: SwiftClient
) -> None:
    hidden.post("hidden", headers={"X-Container-Read": igor.account})
    said = {TARGET: "hidden/o", ACCOUNT: f"AUTH_{hidden.account}"}
    assert igor.put("own/l", b"", said).status == 201
    answer = igor.get("own/l")
    assert (answer.body, answer["Content-Location"]) == (b"secret", hidden.url("hidden/o"))
    assert igor.head("own/l", **ITSELF)[ACCOUNT] == f"AUTH_{hidden.account}"
    hidden.post("hidden", headers={"X-Container-Read": ""})
    assert igor.get("own/l").status == 403


def test_who_may_not_read_the_source_of_a_copy_is_told_that_first(
    hidden: SwiftClient, igor: SwiftClient
) -> None:
    nowhere = {"Destination": "nowhere/o", "Destination-Account": f"AUTH_{igor.account}"}
    there = visit(igor, hidden)
    assert there.request("COPY", "hidden/o", None, nowhere).status == 403
    assert there.request("COPY", "c/l", None, nowhere).status == 404
    assert hidden.request("COPY", "hidden/o", None, {"Destination": "nowhere/o"}).status == 404


def test_a_symlink_without_an_account_stays_in_its_own(
    hidden: SwiftClient, igor: SwiftClient
) -> None:
    """Who follows it from elsewhere does not end in an account of their own."""
    igor.put("hidden")
    igor.put("hidden/o", b"of igor")
    hidden.post("hidden", headers={"X-Container-Read": igor.account})
    assert visit(igor, hidden).get("c/l").body == b"secret"


def test_grants_count_at_the_target(hidden: SwiftClient, igor: SwiftClient) -> None:
    hidden.put("hidden/d/e/o", b"shared")
    hidden.put("hidden/d/ex", b"not shared")
    hidden.put("hidden/d/e", b"")
    sharing = {"X-Object-Sharing": f"read={igor.account}"}
    assert hidden.pithos.post("hidden/d/e", None, sharing, update="").status == 202
    link(hidden, "c/e", "hidden/d/e/o")
    link(hidden, "c/x", "hidden/d/ex")
    visitor = visit(igor, hidden)
    assert (visitor.get("c/e").body, visitor.get("c/x").status) == (b"shared", 403)


def test_every_symlink_on_the_way_must_be_readable(hidden: SwiftClient, igor: SwiftClient) -> None:
    hidden.put("open")
    hidden.post("open", headers={"X-Container-Read": ".r:*"})
    hidden.put("open/o", b"open")
    link(hidden, "hidden/l", "open/o")
    link(hidden, "c/m", "hidden/l")
    assert hidden.get("c/m").body == b"open"
    assert visit(igor, hidden).get("c/m").status == 403
    assert hidden.anonymous("GET", "c/m").status == 401
    link(hidden, "c/m", "open/l")
    link(hidden, "open/l", "open/o")
    assert hidden.anonymous("GET", "c/m").body == b"open"


@pytest.mark.usefixtures("committed")
def test_a_limited_token_follows_no_symlink_out_of_its_reach(hidden: SwiftClient) -> None:
    hidden.put("c/in/o", b"inside")
    hidden.put("c/out", b"outside")
    for name, target in (("l", "c/in/o"), ("m", "c/out"), ("n", "hidden/o"), ("k", "c/l")):
        link(hidden, f"c/in/{name}", target)
    link(hidden, "c/l", "c/in/o")
    scope = Scope(container="c", prefix="in/")
    token = create_token(find_user(hidden.account), scope=scope)
    client = SwiftClient(hidden.address, hidden.account, token)
    with closing(client.connection):
        assert client.get("c/in/l").body == b"inside"
        assert [client.get(f"c/in/{name}").status for name in "mnk"] == [403, 403, 403]
        assert client.head("c/in/m").status == 403
        copied = client.request("COPY", "c/in/m", None, {"Destination": "c/in/x"})
        assert (copied.status, hidden.get("c/in/x").status) == (403, 404)


@pytest.mark.requirement("S68")
def test_a_container_s_key_signs_for_targets_in_that_container(hidden: SwiftClient) -> None:
    hidden.put("c/o", b"of c")
    link(hidden, "c/near", "c/o")
    hidden.post("c", headers={"X-Container-Meta-Temp-URL-Key": "of the container"})
    for path, status in (("c/near", 200), ("c/l", 401)):
        asked = signed(hidden, path=path, key="of the container")
        assert hidden.anonymous("GET", path, **asked).status == status
        assert hidden.anonymous("HEAD", path, **asked).status == status
    near = hidden.anonymous(
        "GET", "c/near", **signed(hidden, path="c/near", key="of the container")
    )
    assert (near.body, near["Content-Location"]) == (b"of c", hidden.url("c/o"))


@pytest.mark.requirement("S68")
def test_an_account_s_key_signs_for_targets_in_that_account(
    hidden: SwiftClient, igor: SwiftClient
) -> None:
    hidden.post(headers={"X-Account-Meta-Temp-URL-Key": KEY})
    asked = signed(hidden, path="c/l")
    assert hidden.anonymous("GET", "c/l", **asked).body == b"secret"
    igor.put("own/o", b"of igor")
    igor.post("own", headers={"X-Container-Read": ".r:*"})
    assert link(hidden, "c/far", "own/o", X_Symlink_Target_Account=igor.account).status == 201
    assert hidden.get("c/far").body == b"of igor"
    assert hidden.anonymous("GET", "c/far", **signed(hidden, path="c/far")).status == 401
    put = hidden.anonymous("PUT", "c/new", {TARGET: "hidden/o"}, **signed(hidden, "PUT", "c/new"))
    assert put.status == 400


@pytest.mark.requirement("S68")
def test_what_another_has_planted_is_not_read_with_the_signer_s_rights(
    hidden: SwiftClient, igor: SwiftClient
) -> None:
    hidden.post(headers={"X-Account-Meta-Temp-URL-Key": KEY})
    hidden.post("c", headers={"X-Container-Write": igor.account})
    assert visit(igor, hidden).put("c/planted", b"", {TARGET: "hidden/o"}).status == 201
    link(hidden, "c/over", "c/planted")
    for path in ("c/planted", "c/over"):
        assert hidden.anonymous("GET", path, **signed(hidden, path=path)).status == 401
        assert hidden.get(path).body == b"secret"
    assert hidden.anonymous("GET", "c/l", **signed(hidden, path="c/l")).body == b"secret"


COPIED: dict[str, Any] = {"Destination": "c/copied/x"}
FOLDER: dict[str, Any] = {"delimiter": "/"}


def restored(hidden: SwiftClient) -> None:
    until = time.time()
    hidden.delete("c/planted/x")
    answer = hidden.pithos.post("c", restore="", until=f"{until:.6f}", prefix="planted/")
    assert answer.status == 200


KEEPERS: list[tuple[str, Callable[[SwiftClient], object]]] = [
    ("c/planted/x", lambda hidden: hidden.post("c/planted/x", headers={"X-Object-Meta-A": "1"})),
    ("c/copied/x", lambda hidden: hidden.request("COPY", "c/planted/x", None, COPIED, **ITSELF)),
    ("c/copied/x", lambda hidden: hidden.request("MOVE", "c/planted/x", None, COPIED)),
    (
        "c/copied/x",
        lambda hidden: hidden.request(
            "MOVE", "c/planted", None, {"Destination": "c/copied"}, **FOLDER
        ),
    ),
    ("c/planted/x", restored),
]


@pytest.mark.requirement("S68")
@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(("path", "keep"), KEEPERS)
def test_what_the_owner_does_with_a_planted_symlink_does_not_make_it_theirs(
    hidden: SwiftClient,
    igor: SwiftClient,
    path: str,
    keep: Callable[[SwiftClient], object],
) -> None:
    hidden.post(headers={"X-Account-Meta-Temp-URL-Key": KEY})
    hidden.post("c", headers={"X-Container-Write": igor.account})
    hidden.put("c/planted", b"")
    assert visit(igor, hidden).put("c/planted/x", b"", {TARGET: "hidden/o"}).status == 201
    link(hidden, "c/planted/own", "hidden/o")
    keep(hidden)
    assert hidden.head(path, **ITSELF)[TARGET] == "hidden/o"
    assert hidden.get(path).body == b"secret"
    assert hidden.anonymous("GET", path, **signed(hidden, path=path)).status == 401
    own = path.replace("/x", "/own")
    if hidden.head(own).status == 200:
        assert hidden.anonymous("GET", own, **signed(hidden, path=own)).body == b"secret"


@pytest.mark.usefixtures("committed")
def test_a_limited_token_puts_no_symlink_to_what_it_does_not_reach(hidden: SwiftClient) -> None:
    link(hidden, "c/in/m", "hidden/o")
    token = create_token(find_user(hidden.account), scope=Scope(container="c", prefix="in/"))
    client = SwiftClient(hidden.address, hidden.account, token)
    with closing(client.connection):
        assert client.put("c/in/l", b"", {TARGET: "c/in/o"}).status == 201
        for target in ("hidden/o", "c/out", "c/i"):
            assert client.put("c/in/l", b"", {TARGET: target}).status == 403
        copied = client.request("COPY", "c/in/m", None, {"Destination": "c/in/x"}, **ITSELF)
        assert copied.status == 403
    assert hidden.head("c/in/l", **ITSELF)[TARGET] == "c/in/o"


def test_a_suspended_user_s_objects_are_read_by_no_symlink(
    hidden: SwiftClient, igor: SwiftClient, committed: None
) -> None:
    hidden.post("hidden", headers={"X-Container-Read": ".r:*"})
    igor.put("own/l", b"", {TARGET: "hidden/o", ACCOUNT: hidden.account})
    assert igor.get("own/l").body == b"secret"
    User.objects.filter(account=hidden.account).update(is_active=False)
    direct = visit(igor, hidden).get("hidden/o").status
    assert igor.get("own/l").status == direct != 200


@pytest.mark.usefixtures("committed")
def test_a_reseller_follows_symlinks_into_every_account(
    hidden: SwiftClient, igor: SwiftClient
) -> None:
    igor.put("own/l", b"", {TARGET: "hidden/o", ACCOUNT: hidden.account})
    path = ObjectPath(igor.account, "own", "l")
    reseller = Credentials(NO_TOKEN, vouched=igor.account, everywhere=True)
    source = open_readable(reseller, path, follows=True)
    assert source.state.path == ObjectPath(hidden.account, "hidden", "o")
    with pytest.raises(NotAllowedError):
        open_readable(replace(reseller, everywhere=False), path, follows=True)


def test_a_link_of_the_owner_s_shows_what_a_symlink_is(hidden: SwiftClient) -> None:
    shown = []
    for path in ("hidden/o", "c/l"):
        key = hidden.pithos.post(path, link="").json["key"]
        answer = hidden.raw("GET", f"/s/{key}?download=")
        shown.append((answer.status, answer.body))
    assert shown == [(200, b"secret"), (200, b"")]
