"""Listings in falling order have what those in rising order have, the other way round."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pithos_api.models import Container, Version
from tests.factories import find_container, insert_objects
from tests.swift.client import SwiftClient

CHARACTERS = st.sampled_from("ab/-é\U0001f600")
TEXT = st.text(CHARACTERS, max_size=3)
NAMES = st.sets(st.text(CHARACTERS, min_size=1, max_size=5), max_size=20)
# Each is answered in another way: everything, a search, the past, a search of the past.
WAYS: list[dict[str, str]] = [
    {}, {"meta": "!never"}, {"until": "9999999999"}, {"meta": "!never", "until": "9999999999"}
]  # fmt: skip
WANTED = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(["", "/", "/", "//", "a", "a/"]),
        "prefix": TEXT,
        "marker": TEXT,
        "end_marker": st.one_of(st.just(""), TEXT),
    },
    optional={"path": TEXT},
)
QUICK = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def renew(box: SwiftClient, names: Iterable[str]) -> None:
    """Let the container hold exactly these."""
    container = find_container(box.account, "c")
    Version.objects.filter(container=container).delete()
    insert_objects(container, sorted(names))


def listed(box: SwiftClient, wanted: dict[str, Any]) -> list[tuple[str, Any]]:
    """Each entry's kind and name."""
    entries = box.get("c", format="json", **wanted).json
    return [
        next((kind, each[kind]) for kind in ("subdir", "name") if kind in each) for each in entries
    ]


def falling(wanted: dict[str, Any]) -> dict[str, Any]:
    marker, end_marker = wanted.get("end_marker", ""), wanted.get("marker", "")
    return {**wanted, "reverse": "true", "marker": marker, "end_marker": end_marker}


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("way", WAYS, ids=str)
@QUICK
@example({"a", "a/", "a/b", "b"}, {"delimiter": "/"})
@example({"a", "a/", "a/b", "b"}, {"path": ""})
@example({"a/", "a/b", "a/c/", "a/c/d"}, {"path": "a"})
@example({"a/a", "a/b", "b/"}, {"delimiter": "/", "marker": "a/a"})
@given(NAMES, WANTED)
def test_both_orders_have_the_same(
    box: SwiftClient, way: dict[str, str], names: set[str], wanted: dict[str, Any]
) -> None:
    renew(box, names)
    rising = listed(box, {**wanted, **way})
    assert listed(box, falling({**wanted, **way})) == rising[::-1]


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("way", WAYS[:2], ids=str)
@settings(QUICK, max_examples=50)
@given(NAMES, st.integers(1, 3), WANTED)
def test_falling_pages_join_to_the_whole(
    box: SwiftClient, way: dict[str, str], names: set[str], limit: int, wanted: dict[str, Any]
) -> None:
    renew(box, names)
    asked = falling({**wanted, **way})
    whole, joined = listed(box, asked), []
    while page := listed(box, {**asked, "limit": limit}):
        joined += page
        asked["marker"] = page[-1][1]
        assert len(joined) <= len(whole)
    assert joined == whole


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("way", WAYS[:2], ids=str)
def test_an_object_named_as_its_folder_is_found_behind_thousands(
    box: SwiftClient, way: dict[str, str]
) -> None:
    renew(box, ["a", "a/", *(f"a/{number:04}" for number in range(2500)), "b/x"])
    assert box.names("c", path="", reverse="1", **way) == ["a/", "a"]
    assert box.names("c", path="", reverse="1", limit=1, **way) == ["a/"]
    assert box.names("c", delimiter="/", reverse="1", **way) == ["b/", "a/", "a"]
    assert box.names("c", delimiter="/", reverse="1", marker="a/1", **way) == ["a/", "a"]


def boxes(client: SwiftClient, wanted: dict[str, Any]) -> list[str]:
    return [
        each.get("name", each.get("subdir"))
        for each in client.get("", format="json", **wanted).json
    ]


@pytest.mark.usefixtures("committed")
@settings(QUICK, max_examples=60)
@example({"a-b", "a", "b"}, {"delimiter": "-", "marker": "a-"})
@given(
    st.sets(st.text(st.sampled_from("ab-é"), min_size=1, max_size=4), max_size=12),
    st.fixed_dictionaries(
        {
            "delimiter": st.sampled_from(["", "-", "a-"]),
            **dict.fromkeys(
                ("prefix", "marker", "end_marker"), st.text(st.sampled_from("ab-"), max_size=3)
            ),
        }
    ),
)
def test_both_orders_of_containers_have_the_same(
    box: SwiftClient, names: set[str], wanted: dict[str, Any]
) -> None:
    there = Container.objects.get(id=find_container(box.account, "c")).account_id
    Container.objects.filter(account_id=there).exclude(name="c").delete()
    Container.objects.bulk_create(Container(account_id=there, name=name) for name in names)
    assert boxes(box, falling(wanted)) == boxes(box, wanted)[::-1]
