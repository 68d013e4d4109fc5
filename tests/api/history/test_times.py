"""How times are written in ``until`` and wherever else one is asked for (contract/time.md)."""

from datetime import datetime, timedelta, timezone

import pytest

from tests.api.client import Client


@pytest.fixture
def kept(box: Client) -> Client:
    """``c/o`` is new; before that it was old."""
    box.put("c/o", b"old")
    box.put("c/o", b"newer")
    return box


def began(box: Client) -> datetime:
    """When the newer state of ``c/o`` began."""
    return datetime.fromisoformat(box.get("c", format="json").json[0]["last_modified"])


def size_at(box: Client, until: str) -> int:
    [entry] = box.get("c", format="json", until=until).json
    return int(entry["bytes"])


@pytest.mark.requirement("T10")
@pytest.mark.parametrize("hours", [0, 3, -9.5])
def test_iso_times_are_exact_in_every_zone(kept: Client, hours: float) -> None:
    zone = timezone(timedelta(hours=hours))
    at = began(kept).astimezone(zone)
    assert size_at(kept, at.isoformat()) == 3
    assert size_at(kept, (at + timedelta(microseconds=1)).isoformat()) == 5
    later = (at + timedelta(seconds=1)).isoformat(timespec="seconds")
    for text in (later.replace("+00:00", "Z"), later.replace("T", " ").lower()):
        assert size_at(kept, text) == 5


def test_the_plus_of_a_zone_may_come_unquoted(kept: Client) -> None:
    at = began(kept).astimezone(timezone(timedelta(hours=3))).isoformat()
    url = f"{kept.url('c')}?format=json&until={at}"
    [entry] = kept.raw("GET", url, None, {"X-Auth-Token": kept.token}).json
    assert entry["bytes"] == 3


@pytest.mark.requirement("T9", "T10")
@pytest.mark.parametrize(
    "until",
    [
        *("2026-11-29T14:30:00", "2026-11-29", "2026-11-29T14:30", "2026-02-30T00:00:00Z"),
        *("2026-11-29T24:30:00Z", "20261129T143000Z", "2026-11-29T14:30:00+99:00", "now", "-1"),
        *("1e9", "nan", "inf", "0x10", "1.2.3", "٣", "2026-11-29T14:30:00Z\n", "1" * 40),
        *("\0", "2026-11-29T14:30:00 Europe/Athens", "0000-01-01T00:00:00Z"),
    ],
)
def test_what_is_no_time_is_refused_everywhere(kept: Client, until: str) -> None:
    for method, path in [("GET", ""), ("HEAD", ""), ("GET", "c"), ("HEAD", "c"), ("GET", "c/o")]:
        assert kept.request(method, path, until=until).status == 400
    for path in ("c", "c/o"):
        assert kept.delete(path, until=until).status == 400
    assert kept.get("c", zip="", until=until).status == 400
    assert kept.head("c/o", until=until).status == 400
    assert kept.get("c/o", hashmap="", format="json", until=until).status == 400
    assert kept.get("c/o").body == b"newer"


def test_times_before_and_after_all_others(kept: Client) -> None:
    assert kept.head(until="1815-12-10T00:00:00Z").status == 204
    assert kept.head("c", until="0001-01-01T00:00:00+14:00").status == 404
    assert size_at(kept, "9999-12-31T23:59:59-12:00") == 5
    assert size_at(kept, "9" * 39) == 5
