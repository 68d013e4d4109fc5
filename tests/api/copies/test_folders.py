"""A whole folder at once: ``delimiter`` for COPY, MOVE and DELETE (contract §7)."""

from typing import Any

import pytest

from tests.api.client import Client
from tests.api.history.test_versions import serials
from tests.api.state import unchanged
from tests.api.transfers import transfer
from tests.factories import find_container, insert_objects

INSIDE = {"f": b"root", "f/a": b"1", "f/b/c": b"22", "f/ü": b"", "f/": b"4"}
OUTSIDE = {"f0": b"x", "f-a": b"x", "e/f/a": b"x", "F/a": b"x", "f.": b"x"}
SLASH: dict[str, Any] = {"delimiter": "/"}


@pytest.fixture
def full(box: Client) -> Client:
    """A user with the folder ``f`` in ``c``, things of similar names, and the container ``d``."""
    for name, data in {**INSIDE, **OUTSIDE}.items():
        assert box.put(f"c/{name}", data, {"X-Object-Meta-Name": f"m{len(name)}"}).status == 201
    assert box.put("d").status == 201
    return box


def contents(client: Client, container: str) -> dict[str, bytes]:
    return {name: client.get(f"{container}/{name}").body for name in client.names(container)}


def renamed(to: str) -> dict[str, bytes]:
    return {to + name[1:]: data for name, data in INSIDE.items()}


@pytest.mark.requirement("R98")
@pytest.mark.parametrize("verb", ["COPY", "PUT"])
@pytest.mark.parametrize("to", ["f", "other/place", "ü"])
def test_a_folder_is_copied_with_all_below_it(full: Client, verb: str, to: str) -> None:
    before = full.get("c", format="json").json
    answer = transfer(full, verb, "c/f", f"d/{to}", {"X-Object-Meta-New": "1"}, **SLASH)
    assert answer.status == 201
    assert contents(full, "d") == renamed(to)
    assert full.get("c", format="json").json == before
    assert full.head(f"d/{to}")["X-Object-Version"] == answer["X-Object-Version"]
    assert full.head(f"d/{to}")["X-Object-Meta-New"] == "1"
    below = full.head(f"d/{to}/a")
    assert (below.get("X-Object-Meta-New"), below["X-Object-Meta-Name"]) == (None, "m3")
    uuids = {entry["x_object_uuid"] for entry in before + full.get("d", format="json").json}
    assert len(uuids) == len(INSIDE) * 2 + len(OUTSIDE)


@pytest.mark.requirement("R100")
@pytest.mark.parametrize("verb", ["MOVE", "PUT-MOVE"])
@pytest.mark.parametrize("to", ["d/f", "d/other/place", "c/g"])
def test_a_folder_moves_with_all_below_it(full: Client, verb: str, to: str) -> None:
    uuids = {name: full.head(f"c/{name}")["X-Object-UUID"] for name in INSIDE}
    assert transfer(full, verb, "c/f", to, **SLASH).status == 201
    container, _, name = to.partition("/")
    expected = renamed(name) if container == "d" else {**renamed(name), **OUTSIDE}
    assert contents(full, container) == expected
    assert set(full.names("c")) == set(OUTSIDE) | (set() if container == "d" else set(expected))
    for old, uuid in uuids.items():
        assert full.head(f"{container}/{name}{old[1:]}")["X-Object-UUID"] == uuid
        assert full.get(f"c/{old}").status == 404
        assert len(serials(full, f"c/{old}")) == 1


@pytest.mark.requirement("R118")
def test_a_folder_is_deleted_with_all_below_it(full: Client) -> None:
    full.post("c/f/a", headers={"X-Object-Public": "true"}, update="")
    url = full.head("c/f/a")["X-Object-Public"]
    assert full.delete("c/f", **SLASH).status == 204
    assert contents(full, "c") == OUTSIDE
    assert full.head("c")["X-Container-Object-Count"] == str(len(OUTSIDE))
    assert full.head("c")["X-Container-Bytes-Used"] == str(len(OUTSIDE))
    assert [len(serials(full, f"c/{name}")) for name in INSIDE] == [1] * len(INSIDE)
    assert full.raw("GET", url).status == 404
    assert full.delete("c/f", **SLASH).status == 404


@pytest.mark.requirement("R34", "R118")
def test_a_container_is_emptied_and_stays(full: Client) -> None:
    full.post("c", headers={"X-Container-Meta-Hue": "red"}, update="")
    assert full.delete("c", **SLASH).status == 204
    answer = full.head("c")
    assert (answer.status, answer["X-Container-Meta-Hue"]) == (204, "red")
    counts = [answer[f"X-Container-{name}"] for name in ("Object-Count", "Bytes-Used")]
    assert counts == ["0", "0"]
    assert (full.names("c"), full.get().lines) == ([], ["c", "d"])
    assert len(serials(full, "c/f/a")) == 1
    assert full.delete("c", **SLASH).status == 204
    assert full.delete("c").status == 204


@pytest.mark.requirement("R118")
@pytest.mark.parametrize(
    ("delimiter", "gone"),
    [
        ("-", {"f", "f-a"}),
        ("0", {"f", "f0"}),
        ("/b", {"f", "f/b/c"}),
        ("x", {"f"}),
        ("%", {"f"}),
        ("_", {"f"}),
    ],
)
def test_any_delimiter(full: Client, delimiter: str, gone: set[str]) -> None:
    assert full.delete("c/f", delimiter=delimiter).status == 204
    assert set(full.names("c")) == (set(INSIDE) | set(OUTSIDE)) - gone


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("verb", ["COPY", "PUT", "MOVE", "PUT-MOVE"])
@pytest.mark.parametrize(
    ("source", "destination"),
    [("f", "f"), ("f", "f/b"), ("f", "f/new"), ("f/b", "f"), ("f", "f/a/b/c")],
)
def test_a_folder_goes_not_into_itself(
    full: Client, verb: str, source: str, destination: str
) -> None:
    full.put("c/f/b", b"folder")
    with unchanged(full):
        assert transfer(full, verb, f"c/{source}", f"c/{destination}", **SLASH).status == 400


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_folders_of_one_name_in_two_containers_do_not_overlap(full: Client, verb: str) -> None:
    assert transfer(full, verb, "c/f", "d/f", **SLASH).status == 201
    assert contents(full, "d") == INSIDE


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("verb", ["COPY", "PUT", "MOVE", "PUT-MOVE", "DELETE"])
def test_without_its_root_a_folder_is_not_found(full: Client, verb: str) -> None:
    with unchanged(full), unchanged(full, "d"):
        if verb == "DELETE":
            assert full.delete("c/e", **SLASH).status == 404
        else:
            assert transfer(full, verb, "c/e", "d/e", **SLASH).status == 404


@pytest.mark.requirement("R69", "R140")
@pytest.mark.parametrize("verb", ["COPY", "PUT", "MOVE", "PUT-MOVE"])
@pytest.mark.parametrize(("size", "status"), [(1021, 400), (1020, 201)])
def test_names_that_would_become_too_long(full: Client, verb: str, size: int, status: int) -> None:
    full.delete("c/f/b/c")
    full.put("c/f/abc", b"1")  # four bytes longer than the root
    full.delete("c/f/ü")
    if status == 400:
        with unchanged(full), unchanged(full, "d"):
            assert transfer(full, verb, "c/f", f"d/{'x' * size}", **SLASH).status == status
    else:
        assert transfer(full, verb, "c/f", f"d/{'x' * size}", **SLASH).status == status
        assert max(map(len, full.names("d"))) == 1024


@pytest.mark.requirement("R98", "R100")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_what_a_folder_replaces_becomes_history(full: Client, verb: str) -> None:
    full.put("d/g/a", b"old a", {"X-Object-Meta-Old": "1", "X-Object-Sharing": "read=*"})
    full.put("d/g/z", b"stays")
    assert transfer(full, verb, "c/f", "d/g", **SLASH).status == 201
    assert contents(full, "d") == {**renamed("g"), "g/z": b"stays"}
    first, _ = serials(full, "d/g/a")
    assert full.get("d/g/a", version=first).body == b"old a"
    new = full.head("d/g/a")
    assert (new["X-Object-Sharing"], new.get("X-Object-Meta-Old")) == ("read=*", None)
    size = sum(map(len, INSIDE.values())) + len(b"stays")
    assert full.head("d")["X-Container-Bytes-Used"] == str(size)
    assert full.head("d")["X-Container-Object-Meta"] == "Name"


@pytest.mark.requirement("R105")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_sharing_and_publication_below_stay_behind(full: Client, verb: str) -> None:
    shared = {"X-Object-Sharing": "read=*", "X-Object-Public": "true"}
    full.post("c/f/a", headers=shared, update="")
    assert transfer(full, verb, "c/f", "d/f", **SLASH).status == 201
    (copy,) = (entry for entry in full.get("d", format="json").json if entry["name"] == "f/a")
    assert not {"x_object_sharing", "x_object_public"} & set(copy)
    again = full.put("c/f/a", b"again")
    assert again.status == 201
    kept = verb == "COPY"
    assert (full.head("c/f/a").get("X-Object-Sharing") is not None) == kept
    assert (full.head("c/f/a").get("X-Object-Public") is not None) == kept


@pytest.mark.requirement("R137", "R140", "R106")
def test_a_folder_beyond_the_quota_is_refused_whole(full: Client) -> None:
    size = sum(map(len, INSIDE.values()))
    full.post("d", headers={"X-Container-Policy-Quota": str(size - 1)}, update="")
    for verb in ("COPY", "PUT", "MOVE", "PUT-MOVE"):
        with unchanged(full), unchanged(full, "d"):
            assert transfer(full, verb, "c/f", "d/f", **SLASH).status == 413
    full.post("d", headers={"X-Container-Policy-Quota": str(size)}, update="")
    assert transfer(full, "MOVE", "c/f", "d/f", **SLASH).status == 201
    full.post("d", headers={"X-Container-Policy-Quota": "1"}, update="")
    assert transfer(full, "MOVE", "d/f", "d/g", **SLASH).status == 201
    assert contents(full, "d") == renamed("g")


@pytest.mark.requirement("R140")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_sharing_in_the_way_undoes_the_whole_folder(full: Client, verb: str) -> None:
    full.put("d/f/z", b"1", {"X-Object-Sharing": "read=x"})
    with unchanged(full), unchanged(full, "d"):
        given = {"X-Object-Sharing": "read=y"}
        assert transfer(full, verb, "c/f", "d/f", given, **SLASH).status == 409


@pytest.mark.requirement("R96")
def test_folders_without_history(full: Client) -> None:
    for name in ("c", "d"):
        full.post(name, headers={"X-Container-Policy-Versioning": "none"}, update="")
    for _ in range(2):
        assert transfer(full, "COPY", "c/f", "d/f", **SLASH).status == 201
    assert [len(serials(full, f"d/{name}")) for name in INSIDE] == [1] * len(INSIDE)
    assert full.delete("d/f", **SLASH).status == 204
    assert [serials(full, f"d/{name}") for name in INSIDE] == [[]] * len(INSIDE)


@pytest.mark.requirement("R98", "R100", "R118")
@pytest.mark.usefixtures("committed")
def test_folders_of_many_objects(box: Client) -> None:
    """More than a page of any client's listing; each act is one request."""
    names = [f"f/{number:04}" for number in range(1500)]
    box.put("c/f", b"root")
    insert_objects(find_container(box.account, "c"), names)
    box.put("d")
    assert transfer(box, "COPY", "c/f", "d/f", **SLASH).status == 201
    assert box.names("d") == box.names("c") == ["f", *names]
    assert transfer(box, "MOVE", "d/f", "d/g", **SLASH).status == 201
    assert box.names("d") == ["g", *(f"g{name[1:]}" for name in names)]
    assert box.head("d")["X-Container-Object-Count"] == "1501"
    assert box.delete("d/g", **SLASH).status == 204
    assert (box.names("d"), box.head("d")["X-Container-Object-Count"]) == ([], "0")
    assert box.delete("c", **SLASH).status == 204
    assert box.names("c") == []
