"""POST of another object's bytes into an object (contract §3.5, X-Source-Object)."""

from collections.abc import Callable
from random import Random

import pytest

from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE
from tests.api.state import unchanged
from tests.api.updates.test_post_data import OLD, check, put
from tests.api.visitors import visit

SOURCE = Random(3).randbytes(2 * BLOCK_SIZE + 50)


@pytest.fixture
def pair(box: Client) -> Client:
    """``c/o`` and ``c/source``."""
    put(box, "c/o", OLD)
    put(box, "c/source", SOURCE)
    return box


def take(client: Client, content_range: str, source: str = "/c/source", **more: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in more.items()}
    headers = {"X-Source-Object": source, "Content-Range": content_range, **named}
    return client.post("c/o", None, headers, update="")


@pytest.mark.requirement("R114")
@pytest.mark.parametrize(
    ("start", "length"),
    [
        (0, 1),
        (0, BLOCK_SIZE),
        (BLOCK_SIZE, BLOCK_SIZE),
        (BLOCK_SIZE, len(SOURCE)),
        (7, BLOCK_SIZE),
        (BLOCK_SIZE - 1, 2 * BLOCK_SIZE),
        (len(OLD) - 10, len(SOURCE)),
        (len(OLD), len(SOURCE)),
        (3 * BLOCK_SIZE, 100),
    ],
)
def test_a_range_takes_the_sources_beginning(pair: Client, start: int, length: int) -> None:
    answer = take(pair, f"bytes {start}-{start + length - 1}/*")
    check(pair, answer, OLD[:start] + SOURCE[:length] + OLD[start + length :])
    assert pair.get("c/source").body == SOURCE


@pytest.mark.requirement("R114")
@pytest.mark.parametrize("start", [0, 9, BLOCK_SIZE, BLOCK_SIZE + 1, len(OLD)])
def test_an_open_range_takes_all_of_it(pair: Client, start: int) -> None:
    expected = OLD[:start] + SOURCE + OLD[start + len(SOURCE) :]
    check(pair, take(pair, f"bytes {start}-/*"), expected)


@pytest.mark.requirement("R114")
def test_it_is_appended(pair: Client) -> None:
    check(pair, take(pair, "bytes */*"), OLD + SOURCE)
    check(pair, take(pair, "bytes */*"), OLD + SOURCE + SOURCE)


@pytest.mark.requirement("R114")
@pytest.mark.parametrize("source", ["/c/o", "c/o"])
def test_it_may_be_the_object_itself(pair: Client, source: str) -> None:
    check(pair, take(pair, "bytes */*", source), OLD + OLD)
    answer = take(pair, f"bytes 5-{BLOCK_SIZE + 4}/*", source)
    check(pair, answer, OLD[:5] + OLD[:BLOCK_SIZE] + (OLD + OLD)[BLOCK_SIZE + 5 :])


@pytest.mark.requirement("R114")
def test_it_may_be_a_version(pair: Client) -> None:
    old = pair.head("c/source")["X-Object-Version"]
    put(pair, "c/source", b"newer")
    check(pair, take(pair, "bytes 3-7/*", X_Source_Version=old), OLD[:3] + SOURCE[:5] + OLD[8:])
    check(pair, take(pair, "bytes 0-4/*"), b"newer" + SOURCE[2:5] + OLD[8:])


@pytest.mark.requirement("R114")
def test_an_own_version_undoes_a_change(pair: Client) -> None:
    old = pair.head("c/o")["X-Object-Version"]
    check(pair, take(pair, f"bytes 0-{len(SOURCE) - 1}/*"), SOURCE + OLD[len(SOURCE) :])
    check(pair, take(pair, "bytes 0-/*", "/c/o", X_Source_Version=old), OLD)


@pytest.mark.requirement("R114")
def test_a_body_is_ignored(pair: Client) -> None:
    headers = {
        "Content-Type": "application/octet-stream",
        "X-Source-Object": "/c/source",
        "Content-Range": "bytes 0-1/*",
    }
    for body in (b"ignored", iter([b"igno", b"red"])):
        check(pair, pair.post("c/o", body, headers, update=""), SOURCE[:2] + OLD[2:])


@pytest.mark.requirement("R114")
def test_the_source_may_be_anothers_who_shares_it(
    pair: Client, new_user: Callable[[], Client]
) -> None:
    taker = new_user()
    taker.put("c")
    put(taker, "c/o", OLD)
    more = {"X_Source_Account": pair.account}
    with unchanged(taker):
        assert take(taker, "bytes 0-9/*", **more).status == 403
        assert take(taker, "bytes 0-9/*", "/none/o", **more).status == 403
    pair.post("c/source", headers={"X-Object-Sharing": f"read={taker.account}"}, update="")
    check(taker, take(taker, "bytes 0-9/*", **more), SOURCE[:10] + OLD[10:])


@pytest.mark.requirement("R114")
def test_the_source_is_by_default_in_the_requesters_account(
    pair: Client, new_user: Callable[[], Client]
) -> None:
    writer = new_user()
    writer.put("c")
    put(writer, "c/source", b"mine")
    pair.post("c/o", headers={"X-Object-Sharing": f"write={writer.account}"}, update="")
    assert take(visit(writer, pair), "bytes 0-3/*").status == 204
    assert pair.get("c/o").body == b"mine" + OLD[4:]
    assert pair.head("c/o")["X-Object-Modified-By"] == writer.account


@pytest.mark.requirement("R112", "R114")
@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("/c/none", 404),
        ("/none/o", 404),
        ("", 400),
        ("/", 400),
        ("/c", 400),
        ("/c/", 400),
        ("//o", 400),
        ("/c/%FF", 400),
        ("/c/%00", 400),
    ],
)
def test_a_source_that_is_none_changes_nothing(pair: Client, source: str, status: int) -> None:
    with unchanged(pair):
        assert take(pair, "bytes 0-0/*", source).status == status


@pytest.mark.requirement("R112", "R114")
@pytest.mark.parametrize("version", ["0", "-1", "x", "999999999", "9" * 30])
def test_a_version_that_is_none_is_404(pair: Client, version: str) -> None:
    with unchanged(pair):
        assert take(pair, "bytes 0-0/*", X_Source_Version=version).status == 404


@pytest.mark.requirement("R112", "R114")
def test_a_version_of_another_object_is_404(pair: Client) -> None:
    version = pair.head("c/o")["X-Object-Version"]
    with unchanged(pair):
        assert take(pair, "bytes 0-0/*", X_Source_Version=version).status == 404


@pytest.mark.requirement("R112", "R114")
def test_a_source_shorter_than_the_range_is_400(pair: Client) -> None:
    with unchanged(pair):
        assert take(pair, f"bytes 0-{len(SOURCE)}/*").status == 400


@pytest.mark.requirement("R113", "R114")
@pytest.mark.parametrize(
    "content_range",
    [
        "bytes 0-0/5",
        f"bytes {len(OLD)}-/{len(OLD)}",
        f"bytes {len(OLD) + 1}-/*",
        f"bytes 9-/{BLOCK_SIZE}",
    ],
)
def test_ranges_that_do_not_fit_are_416(pair: Client, content_range: str) -> None:
    with unchanged(pair):
        assert take(pair, content_range).status == 416
