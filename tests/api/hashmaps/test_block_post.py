"""POST of blocks to a container (contract §2.3, block upload)."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from pithos_api.models import Block, BlockClaim
from tests.api.client import Client
from tests.api.server import BLOCK_SIZE

BINARY = {"Content-Type": "application/octet-stream"}
ONE, TWO, REST = b"1" * BLOCK_SIZE, b"2" * BLOCK_SIZE, b"3" * 100


def digest(block: bytes) -> str:
    return hashlib.sha256(block.rstrip(b"\0")).hexdigest()


@pytest.mark.requirement("R36", "R37")
def test_a_long_body_is_cut_into_blocks_told_in_order(box: Client) -> None:
    answer = box.post("c", TWO + ONE + TWO + REST, BINARY, update="")
    assert answer.status == 202
    assert answer.lines == [digest(TWO), digest(ONE), digest(TWO), digest(REST)]


@pytest.mark.requirement("R36")
def test_the_digests_as_json(box: Client) -> None:
    answer = box.post("c", ONE + REST, BINARY, update="", format="json")
    assert (answer.status, answer.json) == (202, [digest(ONE), digest(REST)])


@pytest.mark.requirement("R36")
def test_the_digests_as_xml(box: Client) -> None:
    answer = box.post("c", ONE + REST, BINARY, update="", format="xml")
    assert (answer.status, answer.xml.tag) == (202, "items")
    assert [(item.tag, item.text) for item in answer.xml] == [
        ("item", digest(ONE)),
        ("item", digest(REST)),
    ]


@pytest.mark.requirement("R38")
@pytest.mark.parametrize("piece", [1000, BLOCK_SIZE, BLOCK_SIZE + 1])
def test_a_chunked_body_is_cut_at_the_block_size_not_at_its_chunks(box: Client, piece: int) -> None:
    data = ONE + TWO + REST
    chunks = (data[start : start + piece] for start in range(0, len(data), piece))
    answer = box.post("c", chunks, BINARY, update="")
    assert (answer.status, answer.lines) == (202, [digest(ONE), digest(TWO), digest(REST)])


@pytest.mark.requirement("R36")
def test_trailing_nuls_do_not_count(box: Client) -> None:
    answer = box.post("c", b"ab\0\0", BINARY, update="")
    assert answer.lines == [hashlib.sha256(b"ab").hexdigest()]


@pytest.mark.requirement("R36")
@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("block", [b"small", b"4" * BLOCK_SIZE], ids=["small", "full"])
def test_the_blocks_are_kept_and_claimed_for_the_sender(box: Client, block: bytes) -> None:
    name = box.post("c", block, BINARY, update="").lines[0]
    assert Block.objects.get(digest=bytes.fromhex(name)).size == len(block)
    claim = BlockClaim.objects.get(user__account=box.account)
    assert bytes(claim.digest).hex() == name


@pytest.mark.requirement("R36")
def test_no_object_appears(box: Client) -> None:
    box.post("c", ONE, BINARY, update="")
    assert box.names("c") == []
    assert box.head("c")["X-Container-Bytes-Used"] == "0"


@pytest.mark.requirement("R36")
@pytest.mark.parametrize("kind", ["application/octet-stream; x=y", "Application/Octet-Stream"])
def test_parameters_and_case_of_the_type_do_not_matter(box: Client, kind: str) -> None:
    assert box.post("c", REST, {"Content-Type": kind}, update="").lines == [digest(REST)]


@pytest.mark.requirement("R36")
@pytest.mark.parametrize("body", [REST, b""], ids=["other type", "no bytes"])
def test_other_posts_store_no_blocks(box: Client, body: bytes) -> None:
    kind = "text/plain" if body else "application/octet-stream"
    headers = {"Content-Type": kind, "X-Container-Meta-Mood": "gay"}
    answer = box.post("c", body, headers)
    assert (answer.status, answer.body) == (202, b"")
    assert box.head("c")["X-Container-Meta-Mood"] == "gay"


@pytest.mark.requirement("R36")
@pytest.mark.parametrize(("query", "kept"), [({}, None), ({"update": ""}, "gay")])
def test_without_update_it_wipes_the_metadata(
    box: Client, query: dict[str, Any], kept: str | None
) -> None:
    box.post("c", headers={"X-Container-Meta-Mood": "gay"})
    assert box.post("c", REST, BINARY, **query).lines == [digest(REST)]
    assert box.head("c").get("X-Container-Meta-Mood") == kept


@pytest.mark.requirement("R39")
@pytest.mark.parametrize("query", [{}, {"update": ""}], ids=["replace", "update"])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_to_a_missing_container_it_is_404(
    api: Client, query: dict[str, Any], chunked: bool
) -> None:
    body = iter([ONE, REST]) if chunked else ONE + REST
    assert api.post("c", body, BINARY, **query).status == 404


@pytest.mark.requirement("R39")
@pytest.mark.parametrize("query", [{}, {"update": ""}], ids=["replace", "update"])
@pytest.mark.parametrize("name", ["c", "missing"])
@pytest.mark.usefixtures("committed")
def test_to_another_users_container_it_is_403(
    new_user: Callable[[], Client], query: dict[str, Any], name: str
) -> None:
    owner, stranger = new_user(), new_user()
    owner.put("c", headers={"X-Container-Meta-Mood": "gay"})
    sent = {**BINARY, "X-Auth-Token": stranger.token}
    assert stranger.raw("POST", owner.url(name, **query), REST, sent).status == 403
    assert owner.head("c")["X-Container-Meta-Mood"] == "gay"
    assert not BlockClaim.objects.filter(user__account=stranger.account).exists()
