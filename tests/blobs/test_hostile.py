"""What clients of blobs send that mean harm, or know more of HTTP than LEAP's do."""

import json
import os
import time
from collections.abc import Callable

import pytest

from accounts.models import User
from accounts.tokens.credentials import Scope
from accounts.tokens.service_tokens import create_service_token
from accounts.tokens.tokens import create_token
from tests.api.client import Client
from tests.blobs.client import BlobClient, named, tag_of
from tests.swift.client import in_swift, visit

MANY = 10_001


@pytest.mark.requirement("B3", "B4")
def test_head_is_get_without_the_body(blobs: BlobClient) -> None:
    data = os.urandom(70_000)
    blobs.put("a", data)
    for query in ("", "only_flags=1"):
        got, head = (blobs.ask(method, "a", query=query) for method in ("GET", "HEAD"))
        assert (head.status, head.body) == (200, b"")
        assert head["Content-Length"] == got["Content-Length"]
    assert blobs.ask("HEAD", "a")["Tag"] == tag_of(data)
    assert blobs.ask("HEAD")["Content-Length"] == "5"
    assert blobs.ask("HEAD", "b").status == 404


@pytest.mark.requirement("B14")
@pytest.mark.parametrize("known", ['"tag"', "Sun, 06 Nov 1994 08:49:37 GMT"])
@pytest.mark.parametrize("asked", ["bytes=0-1", "bytes=99-"])
def test_if_range_names_no_blob_s_state(blobs: BlobClient, known: str, asked: str) -> None:
    blobs.put("a", b"whole")
    got = blobs.get("a", headers={"Range": asked, "If-Range": known})
    assert (got.status, got.body) == (200, b"whole")


@pytest.mark.requirement("B21", "B22")
def test_a_stream_has_so_many_blobs_and_no_more(blobs: BlobClient) -> None:
    blobs.put("a", b"")
    few, many = [["a"] * count for count in (MANY - 1, MANY)]
    assert blobs.download(*few).body == b"00000000 " * len(few)
    answers = [blobs.download(*many), blobs.upload([(f"b{n}", b"") for n in range(MANY)])]
    assert [each.status for each in answers] == [400, 400]
    assert all(b"names 10001 blobs; a stream has 10000 at most" in each.body for each in answers)
    assert blobs.ids() == ["a"]


@pytest.mark.parametrize("body", [b'[["a",9000000000000000000]]\nx', b'[["a",1]]\nxy'])
def test_sizes_that_are_not_those_of_the_bytes_are_told_as_such(
    blobs: BlobClient, body: bytes
) -> None:
    answer = blobs.ask("POST", "", body, query="direction=upload", room="stream")
    assert (answer.status, b"bytes follow than the sizes say" in answer.body) == (400, True)


@pytest.mark.requirement("B19")
def test_an_incoming_id_fits_into_the_preamble(blobs: BlobClient, committed: None) -> None:
    mx = named("mx", create_service_token("mx"))
    url = f"/incoming/{blobs.user.account}/"
    answers = [blobs.user.raw("PUT", url + "m" * size, b"x", mx).status for size in (254, 255)]
    assert answers == [200, 400]
    assert blobs.ids("namespace=MX") == ["m" * 254]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        *(("GET", path, b"") for path in ("", "mine", "mine?only_flags=1", "?only_count=1")),
        *(("GET", path, b"") for path in ("?deleted=1", "?order_by=date")),
        *(("POST", "mine", flags) for flags in (b'["PENDING"]', b'["X"]')),
        *(("PUT", "other", b"x"), ("DELETE", "mine", b"")),
    ],
)
def test_a_container_that_was_there_before_has_no_blobs(
    blobs: BlobClient, api: Client, method: str, path: str, body: bytes
) -> None:
    api.put("blobs")
    api.put("blobs/default/mine", b"mine")
    name, _, query = path.partition("?")
    answer = blobs.ask(method, name, body, query=query)
    assert (answer.status, b"in use for other objects" in answer.body) == (403, True)
    assert [blobs.download("mine").status, blobs.upload([("o", b"")]).status] == [403, 403]
    assert api.get("blobs").lines == ["default/mine"]


@pytest.mark.requirement("B13")
def test_it_all_holds_where_the_owner_keeps_history(blobs: BlobClient, api: Client) -> None:
    blobs.put("a", b"first")
    assert api.post("blobs", headers={"X-Container-Policy-Versioning": "auto"}).status == 202
    blobs.set_flags("a", "FAILED")
    blobs.delete("a")
    assert (blobs.ids(), blobs.ids("deleted=1")) == ([], ["a"])
    assert (blobs.put("a", b"second").status, blobs.flags("a")) == (200, [])
    assert (blobs.ids("deleted=1"), blobs.ids("only_count=1")) == ([], {"count": 1})
    assert blobs.get("a").body == b"second"


def test_a_container_that_was_deleted_is_made_again(blobs: BlobClient, api: Client) -> None:
    blobs.put("a", b"x")
    assert api.delete("blobs", delimiter="/").status == api.delete("blobs").status == 204
    assert (blobs.ids(), blobs.get("a").status, blobs.delete("a").status) == ([], 404, 404)
    assert blobs.put("a", b"y").status == 200
    assert api.put("blobs/default/b", b"x").status == 403


def test_who_reads_and_writes_the_container_has_no_more_rights(
    blobs: BlobClient, api: Client, new_user: Callable[[], Client]
) -> None:
    blobs.put("a", b"cipher")
    guest = new_user()
    lists = {"X-Container-Read": guest.account, "X-Container-Write": guest.account}
    in_swift(api).post("blobs", headers=lists)
    there = visit(guest, api)
    assert there.get("blobs/default/a").body == b"cipher"
    assert there.put("blobs/default/b", b"x").status == 403
    shown = named(guest.account, guest.token)
    assert guest.raw("GET", f"/blobs/{api.account}/a", b"", shown).status == 403
    assert blobs.ids() == ["a"]


def test_a_suspended_user_has_no_blobs(blobs: BlobClient, committed: None) -> None:
    blobs.put("a", b"x")
    mx = named("mx", create_service_token("mx"))
    User.objects.filter(account=blobs.user.account).update(is_active=False)
    answers = [blobs.ask("GET"), blobs.get("a"), blobs.put("b", b""), blobs.download("a")]
    assert {each.status for each in answers} <= {401, 403}
    url = f"/incoming/{blobs.user.account}/m"
    assert blobs.user.raw("PUT", url, b"x", mx).status == 500


def test_many_namespaces_are_each_for_themselves(blobs: BlobClient) -> None:
    names = [f"n{n}" for n in range(50)] + ["N1", "n-", "n_", "n1-"]
    for name in names:
        assert blobs.put(name, b"x", f"namespace={name}").status == 200
    for name in names:
        assert blobs.ids(f"namespace={name}") == [name]
        assert blobs.ids(f"namespace={name}&only_count=1") == {"count": 1}


def test_long_lists_of_ids_are_refused_quickly(blobs: BlobClient) -> None:
    body = json.dumps([f"id{n}" for n in range(1_000_000)]).encode()
    began = time.monotonic()
    answer = blobs.ask("POST", "", body, query="direction=download", room="stream")
    assert (answer.status, time.monotonic() - began < 10) == (400, True)


def test_a_token_for_a_part_does_not_make_the_container(blobs: BlobClient, committed: None) -> None:
    user = User.objects.get(account=blobs.user.account)
    shown = named(
        user.account, create_token(user, scope=Scope(container="blobs", prefix="default/"))
    )
    url = f"/blobs/{user.account}/a"
    assert blobs.user.raw("PUT", url, b"x", shown).status == 403
    blobs.put("b", b"")
    assert blobs.user.raw("PUT", url, b"x", shown).status == 200
