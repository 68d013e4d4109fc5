"""Listings with a delimiter or a path, against a reference that reads every name (§2.3, §3.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pithos_api.models import Version
from tests.api.client import Client
from tests.factories import find_container, insert_objects


@dataclass(frozen=True)
class Wanted:
    """The parameters of a listing; path overrides prefix and delimiter, empty ones are absent."""

    prefix: str = ""
    delimiter: str = ""
    marker: str = ""
    limit: int = 10_000
    path: str = ""

    @property
    def query(self) -> dict[str, Any]:
        fields = {name: getattr(self, name) for name in ("prefix", "delimiter", "marker", "limit")}
        return {**fields, "path": self.path}


def reference(names: Iterable[str], wanted: Wanted) -> list[str]:
    """What the contract says is listed. A folder is told from an object by its ``dir:``."""
    path, delimiter = wanted.path, "/" if wanted.path else wanted.delimiter
    prefix = (path or wanted.prefix).lstrip("/")
    if prefix and delimiter and not prefix.endswith(delimiter):
        prefix += delimiter
    found: dict[str, str] = {}
    for name in names:
        head, cut, tail = name[len(prefix) :].partition(delimiter or name + "never")
        if not name.startswith(prefix):
            continue
        if tail:
            found.setdefault(prefix + head + cut, "dir:")
        else:
            found[name] = ""
    page = sorted(entry for entry in found if entry > wanted.marker)
    kept = (found[entry] + entry for entry in page if not path or not found[entry])
    return list(islice(kept, wanted.limit))


def listed(box: Client, wanted: Wanted) -> list[str]:
    """What the server says, told alike."""
    entries = box.get("c", format="json", **wanted.query).json
    return [f"dir:{each['subdir']}" if "subdir" in each else each["name"] for each in entries]


# Few characters, so that prefixes, delimiters and markers meet names; among them the last
# before the surrogates, one beyond them, and the last there is, which have odd successors.
CHARACTERS = st.sampled_from("ab/-é\ud7ff\ue000\U0001f600\U0010ffff")
TEXT = st.text(CHARACTERS, max_size=4)
NAMES = st.sets(st.text(CHARACTERS, min_size=1, max_size=6), max_size=25)
DELIMITERS = st.one_of(
    st.just("/"), st.just(""), st.just("//"), st.text(CHARACTERS, min_size=1, max_size=3)
)
WANTED = st.builds(
    Wanted,
    prefix=TEXT,
    delimiter=DELIMITERS,
    marker=TEXT,
    limit=st.sampled_from([1, 2, 3, 10_000]),
    path=st.one_of(st.just(""), st.just(""), TEXT),
)


def renew(box: Client, names: Iterable[str]) -> None:
    """Let the container hold exactly these."""
    container = find_container(box.account, "c")
    Version.objects.filter(container=container).delete()
    insert_objects(container, sorted(names))


QUICK = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.requirement("R42", "R43", "R44", "R45", "R46", "R47", "R48")
@pytest.mark.usefixtures("committed")
@QUICK
@example({"a/", "a/b", "a0", "a"}, Wanted(delimiter="/"))
@example({"a//b", "a//", "a/"}, Wanted(delimiter="//", marker="a/"))
@example({"/", "//", "/a", "//a"}, Wanted(path="/"))
@given(NAMES, WANTED)
def test_the_server_lists_what_the_contract_says(
    box: Client, names: set[str], wanted: Wanted
) -> None:
    renew(box, names)
    assert listed(box, wanted) == reference(names, wanted)


@pytest.mark.requirement("R47")
@pytest.mark.usefixtures("committed")
@settings(QUICK, max_examples=50)
@given(NAMES, st.integers(1, 4), TEXT, DELIMITERS)
def test_pages_with_folders_join_to_the_whole(
    box: Client, names: set[str], limit: int, prefix: str, delimiter: str
) -> None:
    renew(box, names)
    joined: list[str] = []
    marker = ""
    while page := listed(box, Wanted(prefix, delimiter, marker, limit)):
        assert len(page) <= limit
        joined += page
        marker = page[-1].removeprefix("dir:")
    assert joined == reference(names, Wanted(prefix, delimiter))


@pytest.fixture
def photos(box: Client) -> Client:
    """A container with folders of photos, some of them marked by an object."""
    for name in ("a.jpg", "photos", "photos/", "photos/animals/cat", "photos/me", "plants/fern"):
        box.put(f"c/{name}", name)
    return box


@pytest.mark.requirement("R44", "R46")
def test_a_delimiter_folds_folders(photos: Client) -> None:
    # The object photos/ stands for the folder; photos is another.
    assert photos.names("c", delimiter="/") == ["a.jpg", "photos", "photos/", "plants/"]


@pytest.mark.requirement("R44")
@pytest.mark.parametrize("prefix", ["photos", "photos/", "/photos"])
def test_a_prefix_with_a_delimiter_lists_inside_the_folder(photos: Client, prefix: str) -> None:
    inside = ["photos/", "photos/animals/", "photos/me"]
    assert photos.names("c", prefix=prefix, delimiter="/") == inside


@pytest.mark.requirement("R45")
@pytest.mark.parametrize("path", ["photos", "photos/", "/photos/"])
def test_a_path_lists_one_level_without_folders(photos: Client, path: str) -> None:
    photos.put("c/photos/plants/")
    assert photos.names("c", path=path) == ["photos/", "photos/me", "photos/plants/"]


@pytest.mark.requirement("R45")
def test_the_path_of_the_root(photos: Client) -> None:
    assert photos.names("c", path="/") == ["a.jpg", "photos", "photos/"]


# Clients of Pithos send every parameter, also those that they do not use.
EMPTY = dict.fromkeys(
    ("path", "delimiter", "prefix", "marker", "limit", "until", "meta", "format"), ""
)


@pytest.mark.requirement("R14", "R44", "R45", "R47")
@pytest.mark.parametrize(
    "used",
    [
        {}, {"prefix": "photos"}, {"prefix": "photos", "delimiter": "/"}, {"path": "photos"},
        {"marker": "photos"}, {"limit": 2}, {"until": "9999999999"}, {"meta": "none"},
        {"format": "json"},
    ],
    ids=str,
)  # fmt: skip
def test_an_empty_parameter_is_as_if_it_were_not_there(
    photos: Client, used: dict[str, Any]
) -> None:
    plain, full = photos.get("c", **used), photos.get("c", **{**EMPTY, **used})
    assert (full.status, full.body) == (plain.status, plain.body)
    assert full.get("Content-Type") == plain.get("Content-Type")


@pytest.mark.parametrize("path", ["", "c", "c/photos"])
def test_empty_parameters_change_no_head_and_no_other_list(photos: Client, path: str) -> None:
    for method in ("HEAD", "GET"):
        plain, full = (
            photos.request(method, path),
            photos.raw(method, photos.url(path, **EMPTY), None, {"X-Auth-Token": photos.token}),
        )
        assert (full.status, full.body) == (plain.status, plain.body)


@pytest.mark.requirement("R45")
def test_a_path_overrides_prefix_and_delimiter(photos: Client) -> None:
    assert photos.names("c", path="plants", prefix="photos", delimiter="m") == ["plants/fern"]


@pytest.mark.requirement("R46", "R49")
def test_folders_in_json_are_nothing_but_their_name(photos: Client) -> None:
    entries = photos.get("c", delimiter="/", format="json").json
    assert [each.get("name") for each in entries] == ["a.jpg", "photos", "photos/", None]
    assert entries[3] == {"subdir": "plants/"}
    assert entries[2]["bytes"] == len("photos/")


@pytest.mark.requirement("R46", "R50")
def test_folders_in_xml_are_nothing_but_their_name(photos: Client) -> None:
    photos.put("c/<&>/x")
    root = photos.get("c", delimiter="/", format="xml").xml
    assert [each.tag for each in root] == ["subdir", "object", "object", "object", "subdir"]
    assert (root[0].attrib, list(root[0])) == ({"name": "<&>/"}, [])
    assert root[4].attrib == {"name": "plants/"}


@pytest.mark.requirement("R47")
def test_the_limit_counts_folders_too(photos: Client) -> None:
    first = photos.names("c", delimiter="/", limit=3)
    assert first == ["a.jpg", "photos", "photos/"]
    assert photos.names("c", delimiter="/", limit=3, marker="photos/") == ["plants/"]
    assert photos.names("c", delimiter="/", marker="plants/") == []


@pytest.mark.parametrize("past", [False, True])
def test_pages_with_folders_say_of_objects_what_other_pages_do(box: Client, past: bool) -> None:
    box.put('c/ä"\\', b"one", {"X-Object-Meta-Note": 'a "b"', "Content-Disposition": "x"})
    for name in ("dir/", "dir/in", 'f"\\/in'):
        box.put(f"c/{name}", name.encode())
    moment: dict[str, Any] = {"until": 4_000_000_000} if past else {}
    rising = box.get("c", format="json", **moment).json
    listed = box.get("c", format="json", delimiter="/", **moment).json
    assert [each for each in listed if "name" in each] == [
        each for each in rising if each["name"] in {'ä"\\', "dir/"}
    ]
    assert {"subdir": 'f"\\/'} in listed
