"""Links as resources: with a password, an end, and a number of downloads."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.management_api.conftest import Manager, code


@pytest.fixture
def place(user: Manager) -> dict[str, str]:
    """An object of the user's."""
    user.post("container", {"name": "c"})
    assert user.store.put("c/d/o", b"bytes").status == 201
    return {"container": f"{user.account}/c", "object": "d/o"}


def opened(user: Manager, link: dict[str, Any]) -> tuple[int, bytes]:
    answer = user.store.raw("GET", urlsplit(link["url"]).path)
    return answer.status, answer.body


def test_a_link_is_made_changed_and_ended(user: Manager, place: dict[str, str]) -> None:
    made = user.post("link", {**place, "downloads": 5})
    assert (made["folder"], made["has_password"], made["downloads"]) == (False, False, 5)
    assert opened(user, made)[0] == 200
    assert user.get(f"container/{place['container']}")["links"] == [made["id"]]
    end = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    limits = {"password": "let me in", "expires": end, "downloads": None}
    changed = user.patch(f"link/{made['id']}", limits)
    assert "password" not in changed
    assert changed["has_password"]
    assert "downloads" not in changed
    assert b"bytes" not in opened(user, made)[1]
    user.delete(f"link/{made['id']}")
    assert opened(user, made)[0] == 404
    assert code(user.ask("DELETE", f"link/{made['id']}")) == (404, "OBJECT_DOES_NOT_EXIST")


def test_folders_and_containers_have_links(user: Manager, place: dict[str, str]) -> None:
    folder = user.post("link", {**place, "object": "d", "folder": True})
    whole = user.post("link", {"container": place["container"], "folder": True})
    assert (folder["object"], whole["object"]) == ("d/", "")
    assert opened(user, folder)[0] == opened(user, whole)[0] == 200


@pytest.mark.parametrize(
    ("limits", "status"),
    [
        ({"object": "none"}, 404),
        ({"object": "none", "folder": True}, 404),
        ({"object": ""}, 404),
        ({"container": "nobody/c"}, 404),
        ({"password": ""}, 400),
        ({"password": "x" * 1025}, 400),
        ({"downloads": -1}, 400),
        ({"downloads": 10**10}, 400),
        ({"expires": "2001-01-01T00:00:00Z"}, 400),
        ({"used": 7}, 400),
    ],
)
def test_a_link_that_cannot_be(
    user: Manager, place: dict[str, str], limits: dict[str, object], status: int
) -> None:
    assert user.ask("POST", "link", {**place, **limits}).status == status
    assert user.get("link") == []
    answer = user.ask("GET", "link", filter={"password": "x"})
    assert code(answer) == (400, "SEARCH_FORBIDDEN")


def test_operators_end_links(user: Manager, operator: Manager, place: dict[str, str]) -> None:
    made = user.post("link", {**place, "password": "secret words"})
    assert operator.get(f"link/{made['id']}")["container"] == place["container"]
    operator.delete(f"link/{made['id']}")
    assert opened(user, made)[0] == 404
