"""Relations whose both ends are told: men, women and their children stay in step."""

from typing import Any

import pytest

from tests.management_api.engine.conftest import COOK, Kitchen, code


@pytest.fixture
def family(kitchen: Kitchen) -> dict[str, Any]:
    """Adam and Eve with Abel, in one request."""
    wife = {"name": "Eve", "husband": None}
    return dict(
        kitchen.post("male", {"name": "Adam", "wife": wife, "children": [{"name": "Abel"}]})
    )


@pytest.mark.requirement("M12")
def test_both_ends_are_right(kitchen: Kitchen, family: dict[str, Any]) -> None:
    assert kitchen.get("female", family["wife"])["husband"] == family["id"]
    assert kitchen.get("child", family["children"][0])["father"] == family["id"]
    assert kitchen.get("male", family["id"], depth=2)["wife"]["name"] == "Eve"


@pytest.mark.requirement("M12")
def test_a_child_moves_between_fathers(kitchen: Kitchen, family: dict[str, Any]) -> None:
    [abel] = family["children"]
    seth = kitchen.post("male", {"name": "Seth", "children": [abel, {"name": "Enos"}]})
    assert abel in seth["children"]
    assert kitchen.get("male", family["id"])["children"] == []
    kitchen.patch("child", abel, {"father": family["id"]})
    assert kitchen.get("male", family["id"])["children"] == [abel]
    assert abel not in kitchen.get("male", seth["id"])["children"]


@pytest.mark.requirement("M12")
@pytest.mark.parametrize("end", ["wife", "husband"])
def test_old_partners_are_let_go(kitchen: Kitchen, family: dict[str, Any], end: str) -> None:
    other = kitchen.post("male", {"name": "Seth", "wife": {"name": "Lea"}})
    seth, lea = other["id"], other["wife"]
    if end == "wife":
        kitchen.patch("male", family["id"], {"wife": lea})
    else:
        kitchen.patch("female", lea, {"husband": family["id"]})
    assert kitchen.get("male", family["id"])["wife"] == lea
    assert kitchen.get("female", lea)["husband"] == family["id"]
    assert "wife" not in kitchen.get("male", seth)
    assert "husband" not in kitchen.get("female", family["wife"])


@pytest.mark.requirement("M12")
def test_the_same_partner_again_and_none(kitchen: Kitchen, family: dict[str, Any]) -> None:
    eve = family["wife"]
    assert kitchen.patch("male", family["id"], {"wife": eve})["wife"] == eve
    assert kitchen.patch("female", eve, {"husband": family["id"]})["husband"] == family["id"]
    new = kitchen.patch("male", family["id"], {"wife": {"name": "Zoe"}})["wife"]
    assert "husband" not in kitchen.get("female", eve)
    assert "wife" not in kitchen.patch("male", family["id"], {"wife": None})
    assert "husband" not in kitchen.get("female", new)


@pytest.mark.requirement("M12", "M9")
def test_the_outer_object_wins(kitchen: Kitchen, family: dict[str, Any]) -> None:
    child = {"name": "Kain", "father": family["id"]}
    seth = kitchen.post("male", {"name": "Seth", "children": [child]})
    assert kitchen.get("child", seth["children"][0])["father"] == seth["id"]


@pytest.mark.requirement("M13")
def test_children_go_with_their_father_not_with_their_mother(
    kitchen: Kitchen, family: dict[str, Any]
) -> None:
    [abel], eve = family["children"], family["wife"]
    kitchen.patch("child", abel, {"mother": eve})
    kitchen.delete("female", eve)
    assert kitchen.get("child", abel) == {"id": abel, "name": "Abel", "father": family["id"]}
    kitchen.delete("male", family["id"])
    assert code(kitchen.basic.get(COOK, "child", str(abel))) == (404, "OBJECT_DOES_NOT_EXIST")


@pytest.mark.requirement("M11", "M13")
def test_a_list_that_goes_with_its_object_is_replaced(
    kitchen: Kitchen, family: dict[str, Any]
) -> None:
    [abel] = family["children"]
    changed = kitchen.patch("male", family["id"], {"children": [{"name": "Kain"}]})
    assert abel not in changed["children"]
    assert [each["name"] for each in kitchen.get("child")] == ["Kain"]


@pytest.mark.requirement("M9")
def test_a_nested_write_that_fails_leaves_everything(
    kitchen: Kitchen, family: dict[str, Any]
) -> None:
    before = kitchen.everything()
    content = {"name": "Seth", "wife": family["wife"], "children": [{"name": "Enos"}, 0]}
    answer = kitchen.basic.post(COOK, "male", content)
    assert code(answer) == (404, "OBJECT_DOES_NOT_EXIST")
    assert kitchen.everything() == before
