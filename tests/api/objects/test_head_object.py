import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE

DETAILS = {
    "Content-Type": "image/svg+xml",
    "Content-Encoding": "gzip",
    "Content-Disposition": 'attachment; filename="a b.svg"',
    "X-Object-Manifest": "c/p%C3%A4rt",
    "X-Object-Meta-Mood": "gay",
    "X-Object-Meta-%CF%87": "%CE%B1",
}


@pytest.mark.requirement("R73")
@pytest.mark.parametrize("size", [0, 10, 16385, 3 * BLOCK_SIZE + 1])
@pytest.mark.parametrize("details", [{}, {**DETAILS, "X-Object-Manifest": ""}])
def test_head_says_what_get_says(box: Client, size: int, details: dict[str, str]) -> None:
    assert box.put("c/o", b"x" * size, details).status == 201
    head, get = box.head("c/o"), box.get("c/o")
    assert (head.status, head.body) == (200, b"")
    assert (get.status, len(get.body)) == (200, size)
    assert head.fields == get.fields
    assert head["Content-Length"] == str(size)


@pytest.mark.requirement("R73")
def test_head_shows_every_detail_as_it_was_given(box: Client) -> None:
    assert box.put("c/o", b"x", DETAILS).status == 201
    answer = box.head("c/o")
    assert {name: answer.get(name) for name in DETAILS} == DETAILS


@pytest.mark.requirement("R73")
@pytest.mark.parametrize("path", ["c/none", "none/o"])
def test_head_of_what_is_not_there_is_404_without_a_body(box: Client, path: str) -> None:
    assert (box.head(path).status, box.head(path).body) == (404, b"")
    assert box.get("c").status == 204  # the connection is still in step


def test_head_takes_no_range(box: Client) -> None:
    assert box.put("c/o", b"0123456789").status == 201
    answer = box.head("c/o", {"Range": "bytes=2-3"})
    assert (answer.status, answer["Content-Length"]) == (200, "10")
    assert answer.get("Content-Range") is None
