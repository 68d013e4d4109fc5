"""Listing objects by their metadata (contract §3.7)."""

from urllib.parse import quote

import pytest

from tests.api.client import Client

META = "X-Object-Meta-"


@pytest.fixture(scope="module")
def described() -> dict[str, dict[str, str]]:
    return {
        "both": {"Color": "red", "Size": "10"},
        "color": {"Color": "blue"},
        "none": {},
        "size": {"Size": "9"},
        "sub/greek": {"Ήχος": "δυνατός", "Color": "red"},
    }


@pytest.fixture
def shelf(box: Client, described: dict[str, dict[str, str]]) -> Client:
    for name, meta in described.items():
        headers = {META + quote(key): quote(value) for key, value in meta.items()}
        assert box.put(f"c/{name}", b"data", headers).status == 201
    return box


@pytest.mark.parametrize(
    ("query", "names"),
    [
        pytest.param("Color", "both color sub/greek", id="key"),
        pytest.param("color", "both color sub/greek", id="lower case"),
        pytest.param("COLOR", "both color sub/greek", id="upper case"),
        pytest.param("Color,Size", "both color size sub/greek", id="any of several keys"),
        pytest.param(" Color , Size ", "both color size sub/greek", id="blanks"),
        pytest.param("Nothing", "", id="unknown key"),
        pytest.param("Nothing,Size", "both size", id="unknown or known"),
    ],
)
@pytest.mark.requirement("R52")
def test_a_key_asks_for_objects_that_have_it(shelf: Client, query: str, names: str) -> None:
    assert shelf.names("c", meta=query) == names.split()


@pytest.mark.requirement("R52", "R55", "R71")
def test_a_key_is_asked_for_with_its_letters_beyond_ascii(shelf: Client) -> None:
    assert shelf.names("c", meta="Ήχος") == ["sub/greek"]
    assert shelf.names("c", meta="ήχος") == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("!Color", "none size"),
        ("! color", "none size"),
        ("!Color,!Size", "none"),
        ("!Nothing", "both color none size sub/greek"),
        ("Color,!Size", "color sub/greek"),
        ("Color,Size,!Ήχος", "both color size"),
    ],
)
@pytest.mark.requirement("R53")
def test_a_negated_key_asks_for_objects_without_it(shelf: Client, query: str, names: str) -> None:
    assert shelf.names("c", meta=query) == names.split()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("color=red", "both sub/greek"),
        ("COLOR = red", "both sub/greek"),
        ("color=RED", ""),
        ("color!=red", "color"),
        ("color != blue", "both sub/greek"),
        ("size<9", "both"),
        ("size<=9", "both size"),
        ("size>10", "size"),
        ("size>=10", "both size"),
        ("size > 9", ""),
        ("color>=red,size>=1", "both"),
        ("color=red,color=blue", ""),
        ("size>1,size<5", "both"),
        ("nothing!=red", ""),
        ("nothing=red", ""),
    ],
)
@pytest.mark.requirement("R54")
def test_comparisons_hold_on_keys_that_are_there(shelf: Client, query: str, names: str) -> None:
    assert shelf.names("c", meta=query) == names.split()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("size,color=red", "both"),
        ("!size,color=red", "sub/greek"),
        ("size,nothing,!Ήχος,color!=blue", "both"),
        ("color,size,!nothing,color>=r", "both sub/greek"),
    ],
)
@pytest.mark.requirement("R52", "R53", "R54")
def test_all_kinds_of_terms_must_hold_together(shelf: Client, query: str, names: str) -> None:
    assert shelf.names("c", meta=query) == names.split()


@pytest.mark.parametrize("query", ["Ήχος", "Ήχος=δυνατός", "Ήχος>=δ", "Ήχος!=σιγανός"])
@pytest.mark.requirement("R55")
def test_keys_and_values_may_be_unicode(shelf: Client, query: str) -> None:
    assert shelf.names("c", meta=query) == ["sub/greek"]


@pytest.mark.requirement("R54")
def test_values_compare_by_codepoint(box: Client) -> None:
    for number, value in enumerate(["Z", "a", "z", "é", "�", "\U0001f600"]):
        box.put(f"c/{number}", b"", {f"{META}Key": quote(value)})
    for number, value in enumerate(["Z", "a", "z", "é", "�", "\U0001f600"]):
        names = box.names("c", meta=f"key<={value}")
        assert names == [str(each) for each in range(number + 1)]


@pytest.mark.requirement("R52")
def test_underscores_and_dashes_in_keys_are_one(box: Client) -> None:
    box.put("c/o", b"", {f"{META}Long-Key": "v"})
    for query in ("long-key", "long_key", "LONG_KEY=v", "Long-Key>=v"):
        assert box.names("c", meta=query) == ["o"]


@pytest.mark.parametrize(
    "junk", ["a b", "=", "=v", "k=", "k=a b", "!", "!a b", "<>", "\t", "", "\0"]
)
@pytest.mark.requirement("R52")
def test_a_term_that_is_none_is_ignored(shelf: Client, junk: str) -> None:
    assert shelf.names("c", meta=junk) == shelf.names("c")
    assert shelf.names("c", meta=f"{junk},size") == ["both", "size"]
    assert shelf.names("c", meta=f"!color,{junk}") == ["none", "size"]


@pytest.mark.parametrize("junk", ["'", "%s", "%(x)s", "a'||'b", "k='; SELECT 1--", "?", "{", '"'])
@pytest.mark.requirement("R52")
def test_terms_are_only_ever_names(shelf: Client, junk: str) -> None:
    assert shelf.get("c", meta=junk).status in {200, 204}
    assert shelf.names("c", meta=f"{junk},size>=1") in ([], ["both", "size"])


@pytest.mark.requirement("R52")
def test_it_goes_together_with_prefix_marker_and_limit(shelf: Client) -> None:
    assert shelf.names("c", meta="color", limit=1) == ["both"]
    assert shelf.names("c", meta="color", marker="both") == ["color", "sub/greek"]
    assert shelf.names("c", meta="color", prefix="c") == ["color"]
    assert shelf.names("c", meta="color", delimiter="/") == ["both", "color", "sub/"]
    assert shelf.names("c", meta="size", delimiter="/") == ["both", "size"]
    assert shelf.names("c", meta="color", path="sub") == ["sub/greek"]
    assert shelf.names("c", meta="color", delimiter="/", limit=1, marker="color") == ["sub/"]


@pytest.mark.requirement("R52")
def test_it_follows_changes_of_metadata(shelf: Client) -> None:
    shelf.post("c/none", headers={f"{META}Size": "3"})
    shelf.post("c/both", headers={f"{META}Size": ""}, update="")
    shelf.delete("c/size")
    assert shelf.names("c", meta="size") == ["none"]
    assert shelf.names("c", meta="color=red") == ["both", "sub/greek"]


@pytest.mark.requirement("R52")
def test_json_and_xml_select_alike(shelf: Client) -> None:
    entries = shelf.get("c", meta="size<9", format="json").json
    assert [(each["name"], each["x_object_meta"]) for each in entries] == [
        ("both", {"color": "red", "size": "10"})
    ]
    names = [each.text for each in shelf.get("c", meta="size", format="xml").xml.iter("name")]
    assert names == ["both", "size"]
