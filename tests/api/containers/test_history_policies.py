"""How much history a container keeps, by its own policy or the site's."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from audit.services import list_events
from pithos_api.models import Container, Version
from pithos_api.services.upkeep.collector.passes import Place, advance
from pithos_api.services.upkeep.collector.steps import CollectionCounts, CollectionTerms
from tests.api.client import Client

pytestmark = pytest.mark.usefixtures("committed")

KEEP_DAYS = "X-Container-Policy-Keep-Days"
KEEP_VERSIONS = "X-Container-Policy-Keep-Versions"
Purge = Callable[..., CollectionCounts]


@pytest.fixture
def purge() -> Iterator[Purge]:
    """Do the part of garbage collection that removes history."""

    def run(batch: int = 2000, *, apply: bool = True) -> CollectionCounts:
        place, counts = Place("history"), CollectionCounts()
        while not place.ended:
            place, each = advance(place, CollectionTerms(0, batch=batch, apply=apply))
            counts += each
        return counts

    yield run
    Container.objects.update(keep_days=None, keep_versions=None)


def limit(client: Client, header: str, number: int) -> None:
    assert client.post("c", headers={header: str(number)}, update="").status == 202


def write(client: Client, name: str, *contents: bytes) -> None:
    """Give an object these contents, one after the other; none deletes it."""
    for content in contents:
        put = client.put(f"c/{name}", content) if content else client.delete(f"c/{name}")
        assert put.status in {201, 204}


def contents(client: Client, name: str) -> list[bytes]:
    """What can be read of an object's past and present, oldest first."""
    listed = client.get(f"c/{name}", version="list", format="json")
    serials = [serial for serial, _ in listed.json["versions"]] if listed.status == 200 else []
    read = [client.get(f"c/{name}", version=serial) for serial in serials]
    return [answer.body for answer in read if answer.status == 200]


def age_history(days: float) -> None:
    """Let everything have happened so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE version SET valid_from = valid_from - %s * interval '1 day',"
            " valid_to = valid_to - %s * interval '1 day'",
            [days, days],
        )
        cursor.execute("UPDATE container SET created = created - %s * interval '1 day'", [days])


def test_the_newest_versions_of_each_object_stay(box: Client, purge: Purge) -> None:
    limit(box, KEEP_VERSIONS, 2)
    write(box, "a", b"1", b"22", b"333", b"4444")
    write(box, "b", b"1", b"2")
    usage = box.head("c").meta("X-Container-")
    counts = purge()
    assert (counts.versions, counts.version_bytes) == (1, 1)
    assert contents(box, "a") == [b"22", b"333", b"4444"]
    assert contents(box, "b") == [b"1", b"2"]
    assert box.head("c").meta("X-Container-") == usage
    assert purge().versions == 0


def test_each_purge_by_policy_is_an_event(box: Client, purge: Purge) -> None:
    limit(box, KEEP_VERSIONS, 1)
    write(box, "a", b"1", b"2", b"3", b"4")
    assert purge(apply=False).versions == 2
    known = list_events(account=box.account).count()
    assert purge().versions == 2
    [event] = list_events(account=box.account)[known:]
    assert (event.action, event.target) == ("container.purge", "c")
    assert event.actor.startswith("shell:")
    assert event.details == {"versions": 2, "keep_days": 0, "keep_versions": 1}
    assert purge().versions == 0
    assert list_events(account=box.account).count() == known + 1


def test_deletions_are_no_versions_and_go_with_what_they_ended(box: Client, purge: Purge) -> None:
    limit(box, KEEP_VERSIONS, 1)
    write(box, "a", b"1", b"", b"2", b"", b"3", b"")
    assert purge(apply=False).versions == purge().versions == 4
    assert contents(box, "a") == [b"3"]
    assert box.get("c/a").status == 404
    restored = box.request("COPY", "c/a", headers={
        "Destination": "/c/back", "X-Source-Version": str(_serials("a")[0]),
    })  # fmt: skip
    assert (restored.status, box.get("c/back").body) == (201, b"3")


def _serials(name: str) -> list[int]:
    rows = Version.objects.filter(name=name, deleted=False).order_by("-serial")
    return list(rows.values_list("serial", flat=True))


def test_history_ends_so_many_days_after_it_was_superseded(box: Client, purge: Purge) -> None:
    limit(box, KEEP_DAYS, 3)
    write(box, "a", b"1", b"2")
    age_history(2)
    write(box, "a", b"3")
    age_history(2)
    assert purge().versions == 1
    assert contents(box, "a") == [b"2", b"3"]
    past = time.time() - 2.5 * 86400
    assert [each["bytes"] for each in box.get("c", until=str(past), format="json").json] == [1]


def test_a_deleted_object_is_forgotten_in_the_end(box: Client, purge: Purge) -> None:
    limit(box, KEEP_DAYS, 1)
    write(box, "a", b"1", b"")
    assert purge().versions == 0
    age_history(1.5)
    assert purge().versions == 2
    assert box.get("c/a", version="list", format="json").status == 404


@pytest.mark.parametrize("setting", ["PITHOS_KEEP_VERSIONS", "PITHOS_KEEP_DAYS"])
def test_the_site_s_default_holds_where_a_container_says_nothing(
    box: Client, purge: Purge, settings: Any, setting: str
) -> None:
    setattr(settings, setting, 1)
    box.put("d", headers={KEEP_VERSIONS: "0", KEEP_DAYS: "0"})
    for path in ("c/o", "d/o"):
        for content in (b"1", b"22", b"333"):
            assert box.put(path, content).status == 201
    age_history(2)
    purge()
    kept = Version.objects.filter(container__account__account=box.account)
    by_name = kept.order_by("container__name", "serial").values_list("container__name", "size")
    expected = [("c", 2), ("c", 3)] if setting == "PITHOS_KEEP_VERSIONS" else [("c", 3)]
    assert list(by_name) == [*expected, ("d", 1), ("d", 2), ("d", 3)]


def test_a_dry_run_counts_and_keeps(box: Client, purge: Purge) -> None:
    limit(box, KEEP_VERSIONS, 1)
    for name in "abcdefgh":
        write(box, name, b"1", b"22", b"333")
    predicted = purge(apply=False)
    assert (predicted.versions, predicted.version_bytes) == (8, 8)
    assert contents(box, "a") == [b"1", b"22", b"333"]
    assert purge() == predicted


def test_more_than_a_batch_of_one_name(box: Client, purge: Purge) -> None:
    limit(box, KEEP_VERSIONS, 1)
    write(box, "a", *[b"%d" % n for n in range(1, 10)])
    write(box, "b", b"1", b"2", b"3")
    assert purge(batch=2).versions == 8
    assert (contents(box, "a"), contents(box, "b")) == ([b"8", b"9"], [b"2", b"3"])


def test_a_policy_is_shown_where_it_is_set_and_only_the_owner_sets_it(
    box: Client, new_user: Callable[[], Client]
) -> None:
    assert box.head("c").get(KEEP_DAYS) is None
    limit(box, KEEP_DAYS, 30)
    limit(box, KEEP_VERSIONS, 0)
    shown = box.head("c")
    assert (shown[KEEP_DAYS], shown[KEEP_VERSIONS]) == ("30", "0")
    limit(box, "X-Container-Policy-Quota", 5)
    assert box.head("c")[KEEP_DAYS] == "30"
    assert box.post("c", headers={"X-Container-Policy-Versioning": "auto"}).status == 202
    assert box.head("c").get(KEEP_DAYS) is None
    box.put("c/o", b"1", {"X-Object-Sharing": "write=*"})
    other = new_user()
    other.account = box.account
    assert other.post("c", headers={KEEP_DAYS: "1"}, update="").status == 403
