"""Publishing objects and taking them back (contract §2.6)."""

import hashlib
import re
from collections.abc import Callable

import pytest

from tests.api.client import Answer, Client
from tests.api.state import unchanged
from tests.api.visitors import share, visit
from tests.swift.client import in_swift

NewUser = Callable[[], Client]
DATA = b"0123456789"
MD5 = hashlib.md5(DATA).hexdigest()


def publish(client: Client, path: str = "c/o", value: str = "true") -> None:
    assert client.post(path, headers={"X-Object-Public": value}, update="").status == 202


def key(client: Client, path: str = "c/o") -> str | None:
    return client.head(path).get("X-Object-Public")


def read(client: Client, url: str, method: str = "GET", **headers: str) -> Answer:
    """Read without a token."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.raw(method, url, None, sent)


@pytest.fixture
def stored(box: Client) -> Client:
    assert box.put("c/dir/o", DATA, {"X-Object-Meta-Mood": "gay"}).status == 201
    return box


@pytest.fixture
def url(stored: Client) -> str:
    """Where the public ``c/dir/o`` is."""
    publish(stored, "c/dir/o")
    found = key(stored, "c/dir/o")
    assert found is not None
    return found


@pytest.mark.requirement("R129")
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost", "http://localhost"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("[::1]:1", "http://[::1]:1"),
        ("evil.example", ""),
        ("localhost@evil.example", ""),
        ("localhost/evil.example", ""),
        ("a b", ""),
    ],
)
def test_its_url_has_only_names_that_are_ours(
    stored: Client, url: str, host: str, origin: str
) -> None:
    expected = f"{origin}/public/{url.rpartition('/')[2]}"
    asked = {"Host": host, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    form = {"format": "json"}
    told = [client.head("c/dir/o", asked) for client in (stored, in_swift(stored))]
    told.append(stored.get("c/dir/o", asked, hashmap="", **form))
    assert [answer["X-Object-Public"] for answer in told] == [expected] * 3
    (entry,) = stored.get("c", asked, **form).json
    assert entry["x_object_public"] == expected
    listed = stored.get("c", asked, format="xml").xml
    assert listed.findtext("object/x_object_public") == expected


@pytest.mark.requirement("R129")
def test_it_is_published_and_taken_back(stored: Client) -> None:
    assert key(stored, "c/dir/o") is None
    publish(stored, "c/dir/o")
    found = key(stored, "c/dir/o")
    assert found is not None
    host, port = stored.address
    assert re.fullmatch(rf"http://{host}:{port}/public/[0-9A-Za-z]{{22,}}", found)
    assert stored.get("c/dir/o")["X-Object-Public"] == found
    (entry,) = stored.get("c", format="json").json
    assert entry["x_object_public"] == found
    publish(stored, "c/dir/o", "false")
    assert key(stored, "c/dir/o") is None
    assert "x_object_public" not in stored.get("c", format="json").json[0]


@pytest.mark.requirement("R129")
@pytest.mark.parametrize("value", ["true", "TRUE", "True", " true "])
def test_the_word_may_be_in_any_case(stored: Client, value: str) -> None:
    publish(stored, "c/dir/o", value)
    assert key(stored, "c/dir/o")


@pytest.mark.requirement("R129")
@pytest.mark.parametrize("value", ["false", "False", ""])
def test_false_or_nothing_unpublishes(stored: Client, url: str, value: str) -> None:
    publish(stored, "c/dir/o", value)
    assert key(stored, "c/dir/o") is None
    assert read(stored, url).status == 404


@pytest.mark.requirement("R129")
@pytest.mark.parametrize("value", ["yes", "1", "truefalse", "%FF", "caf\xe9"])
def test_other_words_are_400(stored: Client, value: str) -> None:
    with unchanged(stored):
        headers = {"X-Object-Public": value}
        assert stored.post("c/dir/o", headers=headers, update="").status == 400
        assert stored.put("c/new", b"", headers).status == 400


@pytest.mark.requirement("R129", "R68")
def test_the_url_stays_as_the_object_changes(stored: Client, url: str) -> None:
    publish(stored, "c/dir/o")
    stored.put("c/dir/o", b"new")
    stored.post("c/dir/o", headers={"X-Object-Meta-Mood": "sad"})
    headers = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}
    stored.post("c/dir/o", b"er", headers, update="")
    stored.put("c/dir/o", b"newest", {"X-Object-Public": "true"})
    assert key(stored, "c/dir/o") == url
    assert read(stored, url).body == b"newest"


@pytest.mark.requirement("R129")
def test_what_is_published_again_has_a_new_url(stored: Client, url: str) -> None:
    publish(stored, "c/dir/o", "false")
    publish(stored, "c/dir/o")
    assert key(stored, "c/dir/o") not in {None, url}
    assert read(stored, url).status == 404


@pytest.mark.requirement("R129")
def test_it_may_be_born_public(box: Client) -> None:
    assert box.put("c/o", DATA, {"X-Object-Public": "true"}).status == 201
    found = key(box)
    assert found is not None
    assert read(box, found).body == DATA


@pytest.mark.requirement("R131")
@pytest.mark.parametrize(
    "path", ["/public/none", "/public/" + "A" * 22, "/public/%00", "/public/" + "x" * 3000]
)
def test_an_unknown_url_is_404(api: Client, path: str) -> None:
    assert read(api, path).status == read(api, path, "HEAD").status == 404


@pytest.mark.requirement("R131", "R121")
def test_deletion_ends_it_for_good(stored: Client, url: str) -> None:
    assert stored.delete("c/dir/o").status == 204
    assert read(stored, url).status == read(stored, url, "HEAD").status == 404
    stored.put("c/dir/o", b"again")
    assert key(stored, "c/dir/o") is None
    assert read(stored, url).status == 404


@pytest.mark.requirement("R131", "R105")
def test_a_move_ends_it_and_a_copy_has_none(stored: Client, url: str) -> None:
    assert stored.request("COPY", "c/dir/o", None, {"Destination": "/c/copy"}).status == 201
    assert (key(stored, "c/copy"), key(stored, "c/dir/o")) == (None, url)
    assert stored.request("MOVE", "c/dir/o", None, {"Destination": "/c/moved"}).status == 201
    assert key(stored, "c/moved") is None
    assert read(stored, url).status == 404


@pytest.mark.requirement("R132")
def test_it_opens_no_listing(stored: Client, url: str, new_user: NewUser) -> None:
    stranger = new_user()
    seen = visit(stranger, stored)
    assert [seen.get(path).status for path in ("", "c")] == [403, 403]
    assert [seen.head(path).status for path in ("", "c")] == [403, 403]
    stored.put("c/shared", b"data", {"X-Object-Sharing": f"read={stranger.account}"})
    assert seen.names("c") == ["shared"]


@pytest.mark.requirement("R130")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_any_user_reads_it_by_its_path(
    stored: Client, url: str, new_user: NewUser, method: str
) -> None:
    seen = visit(new_user(), stored)
    answer = seen.request(method, "c/dir/o")
    assert (answer.status, answer["ETag"]) == (200, MD5)
    assert answer.get("X-Object-Public") is None
    assert answer["X-Object-Allowed-To"] == "read"
    assert seen.put("c/dir/o", b"new").status == seen.delete("c/dir/o").status == 403
    assert seen.get("c/dir").status == 403
    publish(stored, "c/dir/o", "false")
    assert seen.request(method, "c/dir/o").status == 403


@pytest.mark.requirement("R130")
def test_the_url_is_the_owners_to_know(stored: Client, url: str, new_user: NewUser) -> None:
    writer = new_user()
    share(stored, "c/dir/o", f"write={writer.account}")
    seen = visit(writer, stored)
    assert key(seen, "c/dir/o") is None
    assert "x_object_public" not in seen.get("c", format="json").json[0]
    version = stored.head("c/dir/o")["X-Object-Version"]
    assert stored.head("c/dir/o", version=version).get("X-Object-Public") is None


@pytest.mark.requirement("R94", "R130")
def test_whom_it_is_not_shared_with_sees_nothing_of_its_past(
    box: Client, new_user: NewUser
) -> None:
    guest = new_user()
    guest.put("mine")
    box.put("c/o", b"old")
    old = box.head("c/o")["X-Object-Version"]
    box.put("c/o", b"new", {"X-Object-Public": "true"})
    there = visit(guest, box)
    assert there.get("c/o").body == b"new"
    for version in (old, box.head("c/o")["X-Object-Version"], "999999999", "junk"):
        assert there.get("c/o", version=version).status == 403
        assert there.head("c/o", version=version).status == 403
        source = {"X-Copy-From": "/c/o", "X-Source-Account": box.account}
        assert guest.put("mine/o", b"", {**source, "X-Source-Version": version}).status == 403
    assert there.get("c/o", version="list", format="json").status == 403
