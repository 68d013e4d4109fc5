import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.api.state import unchanged


@pytest.mark.requirement("R118")
@pytest.mark.parametrize("size", [0, 10, 2 * BLOCK_SIZE])
def test_a_deleted_object_is_gone(box: Client, size: int) -> None:
    assert box.put("c/o", b"x" * size).status == 201
    answer = box.delete("c/o")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.get("Content-Type") is None
    assert [box.get("c/o").status, box.head("c/o").status] == [404, 404]
    assert box.names("c") == []


@pytest.mark.requirement("R118")
def test_what_is_deleted_cannot_be_deleted_again(box: Client) -> None:
    assert box.put("c/o", b"data").status == 201
    assert box.delete("c/o").status == 204
    with unchanged(box):
        assert [box.delete("c/o").status for _ in range(3)] == [404] * 3


@pytest.mark.requirement("R118", "R41")
def test_a_deletion_takes_one_object_and_its_bytes_off_the_counts(box: Client) -> None:
    assert box.put("c/a", b"12345").status == 201
    assert box.put("c/b", b"123").status == 201
    assert box.delete("c/a").status == 204
    container, account = box.head("c"), box.head()
    assert container["X-Container-Object-Count"] == "1"
    assert container["X-Container-Bytes-Used"] == "3"
    assert account["X-Account-Bytes-Used"] == "3"
    assert box.get("c/b").body == b"123"


@pytest.mark.requirement("R118")
def test_a_name_lives_again_after_its_deletion(box: Client) -> None:
    for data in (b"first", b"second", b"third"):
        assert box.put("c/o", data, {"X-Object-Meta-Data": data.decode()}).status == 201
        answer = box.get("c/o")
        assert answer.body == data
        assert answer["X-Object-Meta-Data"] == data.decode()
        assert box.delete("c/o").status == 204


@pytest.mark.requirement("R118")
def test_equal_content_under_another_name_survives(box: Client) -> None:
    data = b"shared" * BLOCK_SIZE
    for name in ("a", "b"):
        assert box.put(f"c/{name}", data).status == 201
    assert box.delete("c/a").status == 204
    assert box.get("c/b").body == data


@pytest.mark.requirement("R118")
@pytest.mark.parametrize("near", ["d", "d/", "d//", "D/x", "d/x/", "d/x "])
def test_only_the_exact_name_is_deleted(box: Client, near: str) -> None:
    assert box.put("c/d/x", b"data").status == 201
    with unchanged(box):
        assert box.delete(f"c/{near}").status == 404
    assert box.get("c/d/x").body == b"data"
