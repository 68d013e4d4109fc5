"""Objects are found by whatever an operator knows of them, and brought back."""

import hashlib
from secrets import token_bytes
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import User
from accounts.users.suspension import suspend
from accounts.users.users import find_user, set_quota
from audit.models import Event
from operators.values.queries import parse_query
from tests.api.client import Client as StoreClient
from tests.api.server import BLOCK_SIZE

LARGE = b"z" * 100_000
DIGEST = hashlib.sha256(LARGE).hexdigest()


def found(browser: Client, query: str) -> str:
    answer = browser.get("/operators/find", {"q": query})
    assert answer.status_code == 200
    return answer.content.decode()


def link(box: StoreClient, name: str, container: str = "c") -> str:
    """How the pages point to an object."""
    query = urlencode({"account": box.account, "container": container, "name": name})
    return f"/operators/object?{query.replace('+', '%20')}".replace("&", "&amp;")


def of_object(browser: Client, box: StoreClient, name: str) -> str:
    answer = browser.get(
        "/operators/object", {"account": box.account, "container": "c", "name": name}
    )
    assert answer.status_code == 200
    return answer.content.decode()


def bring_back(browser: Client, box: StoreClient, name: str, version: str) -> str:
    form = {"account": box.account, "container": "c", "name": name, "version": version}
    answer = browser.post("/operators/object/restore", form, follow=True)
    assert [status for _, status in answer.redirect_chain] == [302]
    return answer.content.decode()


@pytest.mark.parametrize("name", ["plain", "a folder/b ☀ & <c>.txt", "δέντρο"])
def test_an_object_is_found_by_whatever_is_known(
    operating: Client, box: StoreClient, name: str
) -> None:
    body = LARGE + name.encode()
    head = box.put(f"c/{name}", body)
    known = [
        *(f"{box.account}/c/{name}", f"/{box.account}/c/{name[:3]}", f"{box.account}/c/", name),
        *(box.head(f"c/{name}")[each] for each in ("X-Object-UUID", "X-Object-Hash")),
        *(head["X-Object-Version"], f"#{head['X-Object-Version']}"),
    ]
    for query in known:
        assert link(box, name) in found(operating, query), query


def test_a_block_within_larger_objects_tells_who_uses_it(
    operating: Client, box: StoreClient
) -> None:
    block = token_bytes(BLOCK_SIZE)
    digest = hashlib.sha256(block).hexdigest()
    box.put("c/whole", block)
    box.put("c/longer", block + b"x" * 50_000)
    box.put("c/old", b"y" + block)
    box.put("c/other", block[:-1])
    shown = found(operating, digest)
    assert [link(box, name) in shown for name in ("whole", "longer", "old", "other")] == [
        *(True, True, False, False),
    ]
    assert "64 KiB" in shown
    assert "in use or new" in shown


def test_a_digest_that_no_block_has_is_told(operating: Client, committed: None) -> None:
    shown = found(operating, "0" * 64)
    assert "No block has this digest" in shown
    assert "There are none." in shown


@pytest.mark.parametrize(
    "query", ["", " ", "x" * 1500, "'", "%", "\\", "a/b/c/d", "//", "1" * 30, "€", "../.."]
)
def test_any_text_is_a_question(operating: Client, query: str) -> None:
    assert operating.get("/operators/find", {"q": query}).status_code == 200


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (DIGEST, "digest"),
        (DIGEST.upper(), "digest"),
        (DIGEST[1:], "name"),
        (str(UUID(int=1)), "uuid"),
        (UUID(int=1).hex, "name"),
        ("12", "serial"),
        ("#12", "serial"),
        ("12a", "name"),
        ("alice/photos", "path"),
    ],
)
def test_a_question_is_understood(text: str, kind: str) -> None:
    query = parse_query(f" {text} ")
    assert query is not None
    assert query.kind == kind


def test_an_object_s_page_tells_who_else_has_its_content(
    operating: Client, box: StoreClient, new_user: Any
) -> None:
    other = new_user()
    other.put("d")
    other.put("d/copy", LARGE + box.account.encode())
    box.put("c/o", LARGE + box.account.encode())
    shown = of_object(operating, box, "o")
    others = shown.partition('id="users"')[2].partition("</section>")[0]
    assert link(other, "copy", "d") in others
    assert link(box, "o") not in others


def test_what_never_was_is_404(operating: Client, box: StoreClient) -> None:
    query = {"account": box.account, "container": "c", "name": "never"}
    assert operating.get("/operators/object", query).status_code == 404
    assert operating.get("/operators/object", {"account": "x"}).status_code == 400


def test_a_deleted_object_is_found_and_brought_back(operating: Client, box: StoreClient) -> None:
    version = box.put("c/o", b"precious", headers={"X-Object-Meta-Kind": "gem"})["X-Object-Version"]
    box.delete("c/o")
    shown = found(operating, f"{box.account}/c/")
    assert link(box, "o") in shown.partition('id="deleted"')[2]
    assert "It is back, as a new version." in bring_back(operating, box, "o", version)
    answer = box.get("c/o")
    assert (answer.body, answer["X-Object-Meta-Kind"]) == (b"precious", "gem")
    event = Event.objects.filter(account=box.account, action="object.restore").latest("id")
    assert (event.target, event.details["version"]) == ("c/o", int(version))
    assert event.actor.startswith("operator-")
    assert link(box, "o") not in found(operating, f"{box.account}/c/").partition('id="deleted"')[2]


def test_an_older_version_becomes_current(operating: Client, box: StoreClient) -> None:
    first = box.put("c/o", b"one")["X-Object-Version"]
    box.put("c/o", b"two")
    bring_back(operating, box, "o", first)
    assert box.get("c/o").body == b"one"
    assert len(box.get("c/o", version="list", format="json").json["versions"]) == 3


def test_what_cannot_be_brought_back_is_told(operating: Client, box: StoreClient) -> None:
    version = box.put("c/o", b"one two three")["X-Object-Version"]
    box.delete("c/o")
    assert "is gone" in bring_back(operating, box, "o", "1")
    user = find_user(box.account)
    set_quota(user, 5)
    assert "the quota has no room" in bring_back(operating, box, "o", version)
    suspend(user)
    assert "Resume it first" in bring_back(operating, box, "o", version)
    assert not Event.objects.filter(account=box.account, action="object.restore").exists()
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert box.head("c/o").status == 404


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "١"])
def test_a_version_is_a_number(operating: Client, box: StoreClient, version: str) -> None:
    form = {"account": box.account, "container": "c", "name": "o", "version": version}
    assert operating.post("/operators/object/restore", form).status_code == 400
