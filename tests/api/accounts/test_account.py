"""HEAD and POST of the account (contract §2.2)."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.client import Client

META = "X-Account-Meta-"


@pytest.mark.requirement("R12")
def test_an_account_is_there_from_its_owners_first_request(api: Client) -> None:
    answer = api.head()
    assert (answer.status, answer.body) == (204, b"")
    assert answer["X-Account-Container-Count"] == "0"
    assert answer["X-Account-Bytes-Used"] == "0"


@pytest.mark.requirement("R11")
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_it_tells_totals_policies_and_metadata(box: Client, method: str) -> None:
    box.put("d")
    box.put("c/o", b"abc")
    box.put("d/o", b"abcd")
    box.post(headers={f"{META}Mood": "gay"})
    answer = box.request(method)
    assert answer.meta("X-Account-") == {
        "X-Account-Container-Count": "2",
        "X-Account-Object-Count": "2",
        "X-Account-Bytes-Used": "7",
        "X-Account-Policy-Quota": "0",
        "X-Account-Policy-Versioning": "auto",
        "X-Account-Meta-Mood": "gay",
    }


@pytest.mark.requirement("R11")
def test_its_last_change_is_the_latest_of_all_below_it(box: Client) -> None:
    began = datetime.now(UTC).replace(microsecond=0)
    for change in (lambda: box.post(headers={f"{META}A": "1"}), lambda: box.put("c/o", b"abc")):
        change()
        changed = parsedate_to_datetime(box.head()["Last-Modified"])
        assert began <= changed <= datetime.now(UTC)
    assert changed == parsedate_to_datetime(box.head("c")["Last-Modified"])


@pytest.mark.requirement("R20")
def test_post_replaces_all_metadata(api: Client) -> None:
    api.post(headers={f"{META}Mood": "gay", f"{META}Age": "7"})
    answer = api.post(headers={f"{META}Mood": "sad"})
    assert (answer.status, answer.body) == (202, b"")
    assert api.head().meta(META) == {f"{META}Mood": "sad"}
    assert api.post().status == 202
    assert api.head().meta(META) == {}


@pytest.mark.requirement("R21")
def test_post_with_update_merges_and_an_empty_value_deletes(api: Client) -> None:
    api.post(headers={f"{META}Mood": "gay", f"{META}Age": "7"})
    answer = api.post(headers={f"{META}Mood": "", f"{META}Name": "Al"}, update="")
    assert (answer.status, answer.body) == (202, b"")
    assert api.head().meta(META) == {f"{META}Age": "7", f"{META}Name": "Al"}
    assert api.post(update="").status == 202
    assert api.head().meta(META) == {f"{META}Age": "7", f"{META}Name": "Al"}


@pytest.mark.requirement("R20")
def test_replacing_with_an_empty_value_leaves_the_key_out(api: Client) -> None:
    api.post(headers={f"{META}Mood": "gay"})
    api.post(headers={f"{META}Mood": "", f"{META}Age": "7"})
    assert api.head().meta(META) == {f"{META}Age": "7"}


@pytest.mark.requirement("R20")
def test_metadata_names_and_values_beyond_ascii_come_back_percent_encoded(api: Client) -> None:
    assert api.post(headers={META + quote("ήχος"): quote("100 % ώρα")}).status == 202
    expected = {META + quote("ήχος"): quote("100 % ώρα", safe=" ")}
    assert api.head().meta(META) == expected


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    "headers",
    [
        {f"{META}{'n' * 115}": "v"},
        {f"{META}Name": "v" * 257},
        {f"{META}N{n}": "v" for n in range(33)},
        {f"{META}Name": "%FF"},
        {f"{META}Name": "%00"},
        {f"{META}Name": "%EF%BF%BF"},
    ],
    ids=["name", "value", "count", "UTF-8", "control", "noncharacter"],
)
def test_metadata_past_its_limits_changes_nothing(api: Client, headers: dict[str, str]) -> None:
    api.post(headers={f"{META}Mood": "gay"})
    assert api.post(headers=headers).status == 400
    assert api.head().meta(META) == {f"{META}Mood": "gay"}


@pytest.mark.requirement("R21")
def test_update_counts_what_is_stored_already(api: Client) -> None:
    assert api.post(headers={f"{META}N{n}": "v" for n in range(32)}).status == 202
    assert api.post(headers={f"{META}More": "v"}, update="").status == 400
    assert api.post(headers={f"{META}N0": "", f"{META}More": "v"}, update="").status == 202
    assert len(api.head().meta(META)) == 32


@pytest.mark.requirement("R24")
@pytest.mark.parametrize("query", [{}, {"update": ""}])
def test_policies_of_an_account_cannot_be_set(api: Client, query: dict[str, Any]) -> None:
    policies = {"X-Account-Policy-Quota": "1", "X-Account-Policy-Versioning": "none"}
    assert api.post(headers=policies, **query).status == 202
    answer = api.head()
    assert answer["X-Account-Policy-Quota"] == "0"
    assert answer["X-Account-Policy-Versioning"] == "auto"


@pytest.mark.requirement("R26")
def test_nobody_changes_the_account_of_another(new_user: Callable[[], Client]) -> None:
    owner, stranger = new_user(), new_user()
    owner.post(headers={f"{META}Mood": "gay"})
    answer = stranger.raw("POST", owner.url(), None, {"X-Auth-Token": stranger.token})
    assert answer.status == 403
    assert owner.head().meta(META) == {f"{META}Mood": "gay"}


@pytest.mark.requirement("R25")
@pytest.mark.parametrize("method", ["HEAD", "GET", "POST"])
def test_an_account_that_is_not_there_is_forbidden_like_any_other(api: Client, method: str) -> None:
    assert api.raw(method, "/v1/nobody", None, {"X-Auth-Token": api.token}).status == 403
