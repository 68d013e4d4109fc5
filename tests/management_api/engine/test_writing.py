"""POST, PUT, PATCH and DELETE of objects and of those within them."""

from typing import Any

import pytest

from tests.management_api.engine.conftest import COOK, Kitchen, code


@pytest.mark.requirement("M7")
def test_one_object_and_a_list_of_them(kitchen: Kitchen) -> None:
    made = kitchen.post("cookie", {"type": "oat", "size": "7"})
    assert made == kitchen.get("cookie", made["id"]) == {**made, "type": "oat", "size": 7}
    several = kitchen.post("cookie", [{"type": "a"}, {"type": "b"}], depth="0")
    assert several == kitchen.get("cookie", sort=["id"], depth=0)[1:]
    assert kitchen.post("cookie", []) == []


@pytest.mark.requirement("M7", "M16")
def test_a_list_fails_whole(kitchen: Kitchen) -> None:
    before = kitchen.everything()
    three = [{"label": "a"}, {"label": "b"}, {"label": "a"}]
    answer = kitchen.basic.post(COOK, "jar", three)
    assert code(answer) == (400, "BAD_REQUEST")
    assert kitchen.everything() == before


@pytest.mark.requirement("M9")
def test_ids_and_objects_are_mixed(kitchen: Kitchen) -> None:
    loose = kitchen.post("cookie", {"type": "loose"})["id"]
    made = kitchen.post("jar", {"label": "tin", "cookies": [{"type": "new"}, loose]})
    assert made["cookies"] == sorted(made["cookies"])
    assert loose in made["cookies"]
    other = kitchen.post("cookie", {"jar": {"label": "box", "cookies": [loose]}}, depth="2")
    assert other["jar"]["cookies"] == [loose, other["id"]]
    assert len(kitchen.get("jar", made["id"])["cookies"]) == 1


@pytest.mark.requirement("M9")
@pytest.mark.parametrize(
    ("resource", "content", "expected"),
    [
        ("jar", {"label": "x", "cookies": [{"type": "a"}, 0]}, (404, "OBJECT_DOES_NOT_EXIST")),
        ("jar", {"label": "x", "cookies": [{"jar": 0}, "a"]}, (404, "OBJECT_DOES_NOT_EXIST")),
        ("cookie", {"jar": {"label": "x", "cookies": [0]}}, (404, "OBJECT_DOES_NOT_EXIST")),
        ("cookie", {"jar": [1]}, (400, "BAD_FIELD_VALUE")),
        ("cookie", {"jar": True}, (400, "BAD_FIELD_VALUE")),
        ("jar", {"label": "x", "cookies": [None]}, (400, "BAD_FIELD_VALUE")),
        ("jar", {"label": "x", "cookies": 7}, (400, "BAD_FIELD_VALUE")),
        ("jar", {"label": "x", "cookies": [{"colour": 1}]}, (400, "FIELD_DOES_NOT_EXISTS")),
        ("jar", {"shelf": 2}, (400, "BAD_REQUEST")),
        ("jar", {"label": None}, (400, "BAD_REQUEST")),
        ("jar", "text", (400, "BAD_REQUEST")),
        ("jar", [["a"]], (400, "BAD_REQUEST")),
        ("jar", None, (400, "BAD_REQUEST")),
        ("jar", {"label": "x", "shelf": 2**40}, (400, "BAD_REQUEST")),
        ("jar", {"label": "x", "shelf": "1 "}, (400, "BAD_FIELD_VALUE")),
        ("jar", {"label": "x", "shelf": True}, (400, "BAD_FIELD_VALUE")),
        ("jar", {"label": {}}, (400, "BAD_FIELD_VALUE")),
        ("jar", {"label": "\0"}, (400, "BAD_FIELD_VALUE")),
        ("jar", {"id": 7, "label": "x"}, (400, "FIELD_IS_READONLY")),
    ],
)
def test_what_cannot_be_made_changes_nothing(
    kitchen: Kitchen, resource: str, content: object, expected: tuple[int, str]
) -> None:
    kitchen.post("jar", {"label": "tin", "cookies": [{}]})
    before = kitchen.everything()
    assert code(kitchen.basic.post(COOK, resource, content)) == expected  # type: ignore[arg-type]
    assert kitchen.everything() == before


def test_writes_that_are_too_many_or_too_deep_are_refused(kitchen: Kitchen) -> None:
    many = kitchen.basic.post(COOK, "cookie", [{}] * 1001)
    assert code(many) == (400, "BAD_REQUEST")
    content: Any = {"name": "first"}
    for _ in range(400):
        man = {"name": "x", "children": [{"name": "x", "mother": content}]}
        content = {"name": "x", "children": [{"name": "x", "father": man}]}
    assert code(kitchen.basic.post(COOK, "female", content)) == (400, "BAD_REQUEST")
    assert not any(kitchen.everything())


@pytest.mark.requirement("M10")
def test_put_makes_what_is_not_there_and_replaces_what_is(kitchen: Kitchen) -> None:
    made = kitchen.put("jar", 700, {"label": "tin", "shelf": 3, "cookies": [{}]})
    assert (made["id"], made["shelf"], len(made["cookies"])) == (700, 3, 1)
    placed = kitchen.put("jar", 700, {"label": "box"})
    assert (placed["label"], placed["shelf"], placed["cookies"]) == ("box", 1, [])
    assert [each.get("jar") for each in kitchen.get("cookie")] == [None]
    assert kitchen.post("jar", {"label": "new"})["id"] == 701


@pytest.mark.requirement("M10")
def test_a_put_that_fails_leaves_what_was_there(kitchen: Kitchen) -> None:
    kitchen.put("jar", 700, {"label": "tin", "cookies": [{}]})
    before = kitchen.everything()
    wrong: list[Any] = [{"label": None}, {"label": "x", "cookies": [0]}, {"colour": 1}, []]
    for content in wrong:
        assert kitchen.basic.put(COOK, "jar", "700", content).status in {400, 404}
    assert code(kitchen.basic.put(COOK, "jar", "first", {"label": "x"})) == (400, "BAD_FIELD_VALUE")
    assert kitchen.everything() == before


@pytest.mark.requirement("M11")
def test_patch_merges_and_null_clears(kitchen: Kitchen) -> None:
    made = kitchen.post("jar", {"label": "tin", "shelf": 3, "cookies": [{}, {}]})
    changed = kitchen.patch("jar", made["id"], {"label": "box"})
    assert changed == {**made, "label": "box", "title": "Jar of box"}
    cleared = kitchen.patch("jar", made["id"], {"shelf": None, "cookies": None})
    assert "shelf" not in cleared
    assert cleared["cookies"] == []
    assert kitchen.patch("jar", made["id"], {}) == cleared


@pytest.mark.requirement("M11", "M15", "M14")
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"id": 9}, "FIELD_IS_READONLY"),
        ({"owner": "me"}, "FIELD_IS_READONLY"),
        ({"url": "/x"}, "FIELD_IS_READONLY"),
        ({"colour": "red"}, "FIELD_DOES_NOT_EXISTS"),
        ({"title": 7, "label": []}, "BAD_FIELD_VALUE"),
        ({"label": None}, "BAD_REQUEST"),
        ([{"label": "x"}], "BAD_REQUEST"),
    ],
)
def test_what_cannot_be_changed(kitchen: Kitchen, content: object, expected: str) -> None:
    made = kitchen.post("jar", {"label": "tin"})
    answer = kitchen.basic.patch(COOK, "jar", str(made["id"]), content)  # type: ignore[arg-type]
    assert code(answer) == (400, expected)
    assert kitchen.get("jar", made["id"]) == made


@pytest.mark.requirement("M13")
def test_delete_lets_go_of_what_does_not_go_with_it(kitchen: Kitchen) -> None:
    made = kitchen.post("jar", {"label": "tin", "cookies": [{}]})
    kitchen.delete("jar", made["id"])
    again = kitchen.basic.delete(COOK, "jar", str(made["id"]))
    assert code(again) == (404, "OBJECT_DOES_NOT_EXIST")
    assert kitchen.get("cookie") == [{"id": made["cookies"][0]}]
    assert code(kitchen.ask("jar", "first")) == (404, "OBJECT_DOES_NOT_EXIST")


@pytest.mark.requirement("M14")
def test_a_calculated_field_is_read_and_set(kitchen: Kitchen) -> None:
    made = kitchen.post("jar", {"label": "tin"})
    assert made["title"] == "Jar of tin"
    assert kitchen.patch("jar", made["id"], {"title": "box"})["label"] == "box"
    answer = kitchen.basic.patch(COOK, "jar", str(made["id"]), {"title": 5})
    assert answer.data["label"] == "5"  # type: ignore[index, call-overload]


@pytest.mark.requirement("M15")
def test_fields_that_are_hidden_or_only_some_may_write(kitchen: Kitchen, guest: Kitchen) -> None:
    made = kitchen.post("jar", {"label": "tin", "recipe": "sugar", "seal": "red"})
    assert "recipe" not in made
    assert made["seal"] == "red"
    answer = guest.basic.patch(guest.actor, "jar", str(made["id"]), {"seal": "blue"})
    assert code(answer) == (400, "FIELD_UPDATE_FORBIDDEN")
    assert guest.patch("jar", made["id"], {"label": "box"})["seal"] == "red"
