"""What sharing and publishing leave behind, and what happens when many do it at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.client import Answer, Client
from tests.api.visitors import share, visit

CHANGES: dict[str, dict[str, str]] = {
    "share": {"X-Object-Sharing": "read=al"},
    "publish": {"X-Object-Public": "true"},
    "unshare": {"X-Object-Sharing": ""},
    "unpublish": {"X-Object-Public": ""},
}


def at_once(client: Client, requests: list[tuple[str, str, dict[str, str]]]) -> list[Answer]:
    """Send all requests (method, path, headers), each on a connection of its own."""

    def send(request: tuple[str, str, dict[str, str]]) -> Answer:
        method, path, headers = request
        own = Client(client.address, client.account, client.token)
        answer = own.request(method, path, None, headers, update="")
        own.connection.close()
        return answer

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, requests))


@pytest.fixture
def doc(box: Client) -> Client:
    for name in ("doc", "doc/a", "doc/b"):
        assert box.put(f"c/{name}", b"data").status == 201
    return box


@pytest.mark.requirement("R124", "R129")
def test_cached_listings_are_told_of_every_change(doc: Client) -> None:
    def changed() -> tuple[Any, Any]:
        (entry,) = doc.get(format="json").json
        return entry["last_modified"], doc.head("c/doc")["X-Object-Version"]

    for headers in CHANGES.values():
        before, version = changed()
        assert doc.post("c/doc", headers=headers, update="").status == 202
        after, same = changed()
        assert (after > before, same) == (True, version)


@pytest.mark.requirement("R125")
def test_of_nested_sharings_at_once_one_kind_wins(doc: Client) -> None:
    for turn in range(10):
        headers = {"X-Object-Sharing": f"read=u{turn}"}
        answers = at_once(doc, [("POST", f"c/{name}", headers) for name in ("doc", "doc/a")])
        first, second = (answer.status for answer in answers)
        # The one below may come second, and says what holds already.
        assert (first, second) in {(202, 202), (202, 409), (409, 202)}
        above, below = doc.head("c/doc"), doc.head("c/doc/a")
        assert below["X-Object-Sharing"] == f"read=u{turn}"
        assert (above.get("X-Object-Sharing") is None) == (first == 409)
        assert (below.get("X-Object-Shared-By") is None) == (first == 409)
        for name in ("doc/a", "doc"):
            share(doc, f"c/{name}", "")


@pytest.mark.requirement("R129")
def test_who_publishes_at_once_gets_one_url(doc: Client) -> None:
    headers = {"X-Object-Public": "true"}
    answers = at_once(doc, [("POST", "c/doc", headers)] * 8)
    assert [answer.status for answer in answers] == [202] * 8
    url = doc.head("c/doc")["X-Object-Public"]
    assert doc.raw("GET", url).body == b"data"
    assert doc.names("c", public="") == ["doc"]


@pytest.mark.requirement("R122")
def test_sharing_in_one_container_opens_no_other(
    doc: Client, new_user: Callable[[], Client]
) -> None:
    friend = new_user()
    doc.put("d")
    doc.put("d/doc", b"other")
    share(doc, "c/doc", f"write={friend.account}")
    seen = visit(friend, doc)
    assert [seen.get(path).status for path in ("c/doc", "d/doc", "d")] == [200, 403, 403]
    assert seen.get().lines == ["c"]


@pytest.mark.requirement("R121", "R122")
def test_a_container_made_anew_is_nobody_elses(doc: Client, new_user: Callable[[], Client]) -> None:
    friend = new_user()
    share(doc, "c/doc", f"write={friend.account}")
    doc.post("c/doc", headers={"X-Object-Public": "true"}, update="")
    url = doc.head("c/doc")["X-Object-Public"]
    for name in ("doc", "doc/a", "doc/b"):
        assert doc.delete(f"c/{name}").status == 204
    assert doc.delete("c").status == 204
    assert doc.put("c").status == 201
    assert doc.put("c/doc", b"again").status == 201
    assert visit(friend, doc).get("c/doc").status == 403
    assert doc.raw("GET", url).status == 404


@pytest.mark.requirement("R121")
@pytest.mark.parametrize("path", ["c/doc", "c"])
def test_deleting_a_whole_folder_forgets_its_sharing(
    doc: Client, new_user: Callable[[], Client], path: str
) -> None:
    friend = new_user()
    share(doc, "c/doc/a", f"write={friend.account}")
    doc.post("c/doc/b", headers={"X-Object-Public": "true"}, update="")
    url = doc.head("c/doc/b")["X-Object-Public"]
    assert doc.delete(path, delimiter="/").status == 204
    assert doc.names("c") == []
    for name in ("doc", "doc/a", "doc/b"):
        doc.put(f"c/{name}", b"again")
    assert [visit(friend, doc).get(f"c/{name}").status for name in ("doc/a", "doc/b")] == [403] * 2
    assert doc.raw("GET", url).status == 404


@pytest.mark.requirement("R105", "R121")
def test_a_move_takes_no_sharing_along(doc: Client, new_user: Callable[[], Client]) -> None:
    friend = new_user()
    share(doc, "c/doc", f"read={friend.account}")
    assert doc.request("MOVE", "c/doc", None, {"Destination": "/c/moved"}).status == 201
    seen = visit(friend, doc)
    assert [seen.get(f"c/{name}").status for name in ("moved", "doc", "doc/a")] == [403] * 3
    assert doc.head("c/moved").get("X-Object-Sharing") is None


@pytest.mark.requirement("R105")
def test_what_a_copy_overwrites_keeps_its_own_sharing(
    doc: Client, new_user: Callable[[], Client]
) -> None:
    friend = new_user()
    share(doc, "c/doc/a", f"read={friend.account}")
    assert doc.request("COPY", "c/doc/b", None, {"Destination": "/c/doc/a"}).status == 201
    assert visit(friend, doc).get("c/doc/a").status == 200
    assert visit(friend, doc).get("c/doc/b").status == 403


@pytest.mark.requirement("R122")
def test_old_versions_are_open_as_the_object_is(
    doc: Client, new_user: Callable[[], Client]
) -> None:
    friend = new_user()
    old = doc.head("c/doc")["X-Object-Version"]
    doc.put("c/doc", b"newer")
    seen = visit(friend, doc)
    assert seen.get("c/doc", version=old).status == 403
    share(doc, "c/doc", f"read={friend.account}")
    answer = seen.get("c/doc", version=old)
    assert (answer.status, answer.body) == (200, b"data")
    for name in ("Sharing", "Shared-By", "Allowed-To", "Public"):
        assert answer.get(f"X-Object-{name}") is None
