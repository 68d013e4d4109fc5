import time
from email.utils import parsedate_to_datetime

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE

DATA = b"0123456789"


@pytest.mark.requirement("R59")
def test_an_object_comes_with_all_its_headers(box: Client) -> None:
    begun = int(time.time())
    assert box.put("c/o", DATA, {"Content-Type": "text/plain"}).status == 201
    answer = box.get("c/o")
    assert answer["Content-Length"] == "10"
    assert answer["Content-Type"] == "text/plain"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Object-Modified-By"] == box.account
    assert answer["X-Object-Version-Timestamp"] == answer["Last-Modified"]
    assert answer["Last-Modified"].endswith(" GMT")
    modified = parsedate_to_datetime(answer["Last-Modified"]).timestamp()
    assert begun <= modified <= time.time()


@pytest.mark.requirement("R59")
@pytest.mark.parametrize("query", [{}, {"format": "json"}, {"format": "xml"}, {"format": "x"}])
@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/xml", "image/png;q=0"])
def test_no_format_alters_object_data(box: Client, query: dict[str, str], accept: str) -> None:
    assert box.put("c/o", DATA, {"Content-Type": "text/plain"}).status == 201
    answer = box.get("c/o", {"Accept": accept}, **query)
    assert (answer.status, answer.body) == (200, DATA)
    assert answer["Content-Type"] == "text/plain"


@pytest.mark.requirement("R59")
def test_an_overwritten_object_is_read_as_it_is_now(box: Client) -> None:
    for data in (b"a" * (2 * BLOCK_SIZE + 5), b"small", b"", b"b" * BLOCK_SIZE):
        stored = box.put("c/o", data)
        answer = box.get("c/o")
        assert (stored.status, answer.status) == (201, 200)
        assert (answer["ETag"], answer.body) == (stored["ETag"], data)


@pytest.mark.requirement("R59")
def test_a_reader_finishes_the_version_it_began(box: Client) -> None:
    """64 blocks are more than the sockets' buffers hold, so most is read after the overwrite."""
    old = bytes(range(256)) * (64 * BLOCK_SIZE // 256)
    assert box.put("c/o", old).status == 201
    box.connection.request("GET", box.url("c/o"), headers={"X-Auth-Token": box.token})
    response = box.connection.getresponse()
    beginning = response.read(1000)
    other = Client(box.address, box.account, box.token)
    assert other.put("c/o", b"new").status == 201
    assert other.get("c/o").body == b"new"
    other.connection.close()
    assert beginning + response.read() == old


@pytest.mark.parametrize("path", ["c/none", "none/o", "c/o/", "c//o", "c/O"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_what_is_not_there_is_404(box: Client, path: str, method: str) -> None:
    assert box.put("c/o", DATA).status == 201
    assert box.request(method, path).status == 404
    assert box.head("c/o").status == 200


def test_account_names_are_compared_in_lower_case(box: Client) -> None:
    assert box.put("c/o", DATA).status == 201
    shouted = box.url("c/o").replace(box.account, box.account.upper())
    assert shouted != box.url("c/o")
    assert box.raw("GET", shouted, None, {"X-Auth-Token": box.token}).body == DATA
