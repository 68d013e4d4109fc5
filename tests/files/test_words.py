"""The page speaks English and Greek, completely."""

import json
import re
from dataclasses import dataclass, field

import pytest

from pithos_api.errors import (
    BrokenListError,
    ContainerNotEmptyError,
    ObjectChangedError,
    SegmentChangedError,
)
from pithos_api.services.links.owning import LinkLimitError
from tests.api.client import Client
from tests.files.test_vendored import MODULES, STATIC

WORDS = {
    language: dict(
        re.findall(r'^  "?([\w.-]+)"?: (.+),$', (STATIC / f"words/{language}.js").read_text(), re.M)
    )
    for language in ("en", "el")
}
CODE = "\n".join(path.read_text() for path in MODULES if path.parent.name != "words")
HOLES = re.compile(r"\{(\w+)\}")
SAYINGS = dict(
    re.findall(r'^  "?([\w.]+)"?: "(.+)",$', (STATIC / "words/told.js").read_text(), re.M)
)


def known(key: str) -> bool:
    """Whether there are words for it; what is put together names a family."""
    pattern = re.compile(re.sub(r"\\\$\\\{[^}]*\\\}", r"[\\w.-]+", re.escape(key)))
    return any(pattern.fullmatch(each) for each in WORDS["en"])


@pytest.mark.requirement("F26")
def test_both_languages_have_words_for_the_same():
    assert list(WORDS["en"]) == list(WORDS["el"])
    assert len(WORDS["en"]) > 100


@pytest.mark.requirement("F26")
def test_a_phrase_has_the_same_holes_in_both():
    for key, english in WORDS["en"].items():
        greek = WORDS["el"][key]
        assert set(HOLES.findall(english)) == set(HOLES.findall(greek)), key
        assert ("one:" in english) == ("one:" in greek), key


@pytest.mark.requirement("F26")
def test_there_are_words_for_all_that_the_page_says():
    said = re.findall(r'\bt\(\s*["`]([^"`]+)["`]', CODE)
    assert len(said) > 80
    assert [key for key in said if not known(key)] == []


@pytest.mark.requirement("F28")
def test_each_refusal_of_the_api_has_a_sentence():
    from web.faults import NAMES

    # What the page never sends; of all else "refused.other" says what to do.
    mistakes = {401, 405, 408, 411, 415, 416, 422}
    expected = {f"refused.{status}" for status in NAMES.keys() - mistakes}
    assert expected - WORDS["en"].keys() == set()
    assert "Try again" in WORDS["en"]["refused.other"]


@dataclass(frozen=True)
class Refused:
    """A request that people can make the page send, and the words that it has for the answer."""

    words: str
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=lambda: {"update": ""})
    body: str = ""

    def __str__(self) -> str:
        return self.words


DELIMITED = {"delimiter": "/"}
LINK = {"link": ""}
MANY = ",".join(map(str, range(40)))
WIDE = "%CE%B1" * 200
REFUSED = [
    Refused("name.long", "PUT", "c/" + "n" * 1025),
    Refused("name.control", "PUT", "c/a\nb"),
    Refused("name.long.below", "MOVE", "c/d", {"Destination": "/c/" + "n" * 1000}, DELIMITED),
    Refused("inside", "MOVE", "c/d", {"Destination": "/c/d/e"}, DELIMITED),
    Refused("meta", "POST", "c/o", {f"X-Object-Meta-{n}": "x" for n in range(33)}),
    Refused("meta.times", "POST", "c/o", {f"X-Object-Meta-{n}": "x" for n in range(91)}),
    Refused("meta.name", "POST", "c/o", {"X-Object-Meta-" + "n" * 200: "x"}),
    Refused("meta.value", "POST", "c/o", {"X-Object-Meta-A": "x" * 300}),
    Refused("room", "POST", "c/o", {f"X-Object-Meta-{n}": WIDE for n in range(32)}),
    Refused("control", "POST", "c/o", {"X-Object-Meta-A": "%07"}),
    Refused("printable", "MOVE", "c/o", {"Content-Type": "\xe9", "Destination": "/c/o"}),
    Refused("member", "POST", "c/o", {"X-Object-Sharing": "read=" + "n" * 300}),
    Refused("sharing.form", "POST", "c/o", {"X-Object-Sharing": "read=a;b"}),
    Refused("sharing.nobody", "POST", "c/o", {"X-Object-Sharing": "read=,"}),
    Refused(
        "sharing.long",
        "POST",
        "c/o",
        {"X-Object-Sharing": "read=" + ",".join(f"{n}{'n' * 200}" for n in range(50))},
    ),
    Refused("group.name", "POST", "", {"X-Account-Group-a-b": "x"}),
    Refused("group.members", "POST", "", {"X-Account-Group-A": MANY}),
    Refused("groups", "POST", "", {f"X-Account-Group-{n}": "x" for n in range(33)}),
    Refused("policy", "POST", "c", {"X-Container-Policy-Keep-Days": "9" * 30}),
    Refused("link.password", "POST", "c/o", query=LINK, body=json.dumps({"password": "x" * 2000})),
    Refused("link.expires", "POST", "c/o", query=LINK, body=json.dumps({"expires": 1})),
    Refused("link.downloads", "POST", "c/o", query=LINK, body=json.dumps({"downloads": 10**20})),
]
# What it takes others, or thousands of requests, to be told.
RARE = {
    "changed": ObjectChangedError(),
    "full": ContainerNotEmptyError("c"),
    "links": LinkLimitError(10_000),
    "list": BrokenListError("it is no list"),
    "segment": SegmentChangedError(2),
}


def says(saying: str, told: str) -> bool:
    """Whether it is what the store has told, as the page compares them."""
    pattern = re.sub(r"\\\{\w+\\\}", ".*", re.escape(saying))
    return re.fullmatch(pattern, told, re.S) is not None


@pytest.mark.requirement("F26", "F28")
def test_the_page_has_its_own_words_for_what_the_store_says():
    assert set(SAYINGS) == {each.words for each in REFUSED} | RARE.keys()
    for key, saying in SAYINGS.items():
        for words in WORDS.values():
            assert set(HOLES.findall(words[f"told.{key}"])) <= set(HOLES.findall(saying)), key
    for key, error in RARE.items():
        assert says(SAYINGS[key], str(error)), key


@pytest.mark.requirement("F26", "F28")
@pytest.mark.parametrize("refused", REFUSED, ids=str)
def test_they_are_found_by_what_it_really_says(box: Client, refused: Refused):
    box.put("c/o", b"x")
    box.put("c/d", b"")
    box.put("c/d/" + "n" * 200, b"x")
    answer = box.request(
        refused.method, refused.path, refused.body, refused.headers, **refused.query
    )
    told = answer.body.decode().rstrip()
    assert answer.status == 400
    first = next(key for key, saying in SAYINGS.items() if says(saying, told))
    assert first == refused.words
