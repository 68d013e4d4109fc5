"""If-Modified-Since and If-Unmodified-Since on accounts and containers (contract §3.3)."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from tests.api.client import Client

FORMATS = {
    "RFC 1123": "%a, %d %b %Y %H:%M:%S GMT",
    "RFC 850": "%A, %d-%b-%y %H:%M:%S GMT",
    "asctime": "%a %b %d %H:%M:%S %Y",
}
SECOND = timedelta(seconds=1)

pytestmark = [
    pytest.mark.parametrize("path", ["", "c"], ids=["account", "container"]),
    pytest.mark.parametrize("method", ["HEAD", "GET"]),
]
each_format = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())


def last_change(box: Client, path: str) -> datetime:
    return parsedate_to_datetime(box.head(path)["Last-Modified"])


@each_format
@pytest.mark.requirement("R15")
def test_unchanged_since_then_is_304(box: Client, method: str, path: str, form: str) -> None:
    changed = last_change(box, path)
    answer = box.request(method, path, None, {"If-Modified-Since": changed.strftime(form)})
    assert (answer.status, answer.body) == (304, b"")
    assert parsedate_to_datetime(answer["Last-Modified"]) == changed


@each_format
@pytest.mark.requirement("R15")
def test_changed_since_then_is_told(box: Client, method: str, path: str, form: str) -> None:
    before = last_change(box, path) - SECOND
    answer = box.request(method, path, None, {"If-Modified-Since": before.strftime(form)})
    assert answer.status in {200, 204}


@each_format
@pytest.mark.requirement("R15")
def test_changed_against_the_wish_is_412(box: Client, method: str, path: str, form: str) -> None:
    before = last_change(box, path) - SECOND
    answer = box.request(method, path, None, {"If-Unmodified-Since": before.strftime(form)})
    assert answer.status == 412


@each_format
@pytest.mark.requirement("R15")
def test_unchanged_as_wished_is_told(box: Client, method: str, path: str, form: str) -> None:
    changed = last_change(box, path)
    answer = box.request(method, path, None, {"If-Unmodified-Since": changed.strftime(form)})
    assert answer.status in {200, 204}


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("header", ["If-Modified-Since", "If-Unmodified-Since"])
@pytest.mark.parametrize("value", ["", "yesterday", "0", "Sun, 99 Foo 1994 08:49:37 GMT"])
def test_what_is_no_date_is_ignored(
    box: Client, method: str, path: str, header: str, value: str
) -> None:
    answer = box.request(method, path, None, {header: value})
    assert answer.status == (204 if method == "HEAD" or path else 200)
