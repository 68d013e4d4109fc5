"""Depth, filter, sort, limit, offset: what is read, in how many statements."""

import pytest
from pytest_django import DjangoAssertNumQueries

from management_api.engine.basic import Basic
from management_api.engine.engine import Engine
from tests.management_api.engine.conftest import Kitchen, code
from tests.management_api.engine.kitchen import CATALOGUE


@pytest.fixture
def jar(kitchen: Kitchen) -> int:
    """A jar of two cookies."""
    made = kitchen.post("jar", {"label": "tin", "cookies": [{"type": "ginger"}, {"size": 3}]})
    return int(made["id"])


@pytest.mark.requirement("M1")
def test_depths_of_an_object(kitchen: Kitchen, jar: int) -> None:
    ginger, small = kitchen.get("jar", jar)["cookies"]
    flat = {"id": jar, "label": "tin", "shelf": 1, "owner": "", "seal": ""}
    flat |= {"title": "Jar of tin", "url": f"/jars/{jar}"}
    first, second = {"id": ginger, "type": "ginger"}, {"id": small, "size": 3}
    assert kitchen.get("jar", jar, depth=0) == jar
    assert kitchen.get("jar", jar) == {**flat, "cookies": [ginger, small]}
    two = {**flat, "cookies": [{**first, "jar": jar}, {**second, "jar": jar}]}
    assert kitchen.get("jar", jar, depth=2) == two
    inner = {**flat, "cookies": [ginger, small]}
    three = {**flat, "cookies": [{**first, "jar": inner}, {**second, "jar": inner}]}
    assert kitchen.get("jar", jar, depth=3) == three


@pytest.mark.requirement("M1")
def test_depths_of_a_collection(kitchen: Kitchen, jar: int) -> None:
    ginger, small = kitchen.get("jar", jar)["cookies"]
    assert kitchen.get("cookie", depth=0) == [ginger, small]
    both = [{"id": ginger, "type": "ginger", "jar": jar}, {"id": small, "size": 3, "jar": jar}]
    assert kitchen.get("cookie") == kitchen.get("cookie", depth=1) == both
    assert kitchen.get("cookie", depth=2)[1]["jar"] == kitchen.get("jar", jar)


@pytest.mark.requirement("M2")
@pytest.mark.parametrize("depth", ["-1", "two", "1.5", "4", "٣"])
def test_a_depth_that_cannot_be_is_refused(kitchen: Kitchen, jar: int, depth: str) -> None:
    for key in (None, jar):
        answer = kitchen.ask("jar", key, depth=depth)
        assert code(answer) == (400, "BAD_PARAM_VALUE")
        assert answer.data["error"]["details"]["param_name"] == "depth"  # type: ignore[index, call-overload]


@pytest.mark.requirement("M3")
def test_filters(kitchen: Kitchen, jar: int) -> None:
    ginger, small = kitchen.get("jar", jar)["cookies"]
    loose = kitchen.post("cookie", {"type": "ginger"})["id"]

    def found(**wanted: object) -> list[int]:
        return list(kitchen.get("cookie", filter=wanted, depth=0))

    assert found(type="ginger") == [ginger, loose]
    assert found(type="ginger", jar=jar) == [ginger]
    assert found(jar=str(jar)) == [ginger, small]
    assert found(size="3") == found(size=3) == [small]
    assert found(jar=None) == [loose]
    assert found(id=str(small)) == [small]
    assert found(type="oat") == found(jar=0) == found(jar="x") == found(size=10**12) == []


@pytest.mark.requirement("M4")
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ('{"colour": "red"}', "FIELD_DOES_NOT_EXISTS"),
        ('{"title": "Jar of tin"}', "SEARCH_FORBIDDEN"),
        ('{"cookies": [1]}', "SEARCH_FORBIDDEN"),
        ('{"recipe": ""}', "SEARCH_FORBIDDEN"),
        ('{"shelf": "first"}', "BAD_FIELD_VALUE"),
        ('{"shelf": "1 "}', "BAD_FIELD_VALUE"),
        ('{"shelf": 1.1}', "BAD_FIELD_VALUE"),
        ('{"label": "a\\u0000"}', "BAD_FIELD_VALUE"),
        ('{"label"', "BAD_PARAM_VALUE"),
        ('["label"]', "BAD_PARAM_VALUE"),
        ('"\\ud800"', "BAD_PARAM_VALUE"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(kitchen: Kitchen, wanted: str, expected: str) -> None:
    assert code(kitchen.ask("jar", filter=wanted)) == (400, expected)


@pytest.mark.requirement("M5")
def test_sorts(kitchen: Kitchen) -> None:
    oat, rye, nut = (
        kitchen.post("cookie", content)["id"]
        for content in ({"type": "b", "size": 1}, {"type": "a", "size": 1}, {"type": "a"})
    )

    def order(*sort: str) -> list[int]:
        return list(kitchen.get("cookie", sort=list(sort), depth=0))

    assert order("type") == [rye, nut, oat]
    assert order("-type") == [oat, rye, nut]
    assert order("type", "-id") == [nut, rye, oat]
    assert order("size") == order("-size") == [oat, rye, nut]


@pytest.mark.requirement("M5")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ('["colour"]', "FIELD_DOES_NOT_EXISTS"),
        ('["title"]', "SEARCH_FORBIDDEN"),
        ('["cookies"]', "SEARCH_FORBIDDEN"),
        ('["recipe"]', "SEARCH_FORBIDDEN"),
        ('"label"', "BAD_PARAM_VALUE"),
        ("[1]", "BAD_PARAM_VALUE"),
        ("label", "BAD_PARAM_VALUE"),
    ],
)
def test_a_sort_that_cannot_be_is_refused(kitchen: Kitchen, sort: str, expected: str) -> None:
    assert code(kitchen.ask("jar", sort=sort)) == (400, expected)


@pytest.mark.requirement("M6")
def test_limits_act_after_the_sort(kitchen: Kitchen) -> None:
    first, second, third = (kitchen.post("cookie", {"size": size})["id"] for size in (3, 1, 2))

    def page(**params: str) -> list[int]:
        return list(kitchen.get("cookie", sort='["size"]', depth=0, **params))

    assert page(limit="0") == []
    assert page(limit="1") == [second]
    assert page(limit="1000000") == page() == page(limit="") == [second, third, first]
    assert page(limit="1", offset="1") == [third]
    assert page(offset="9") == []


@pytest.mark.requirement("M6")
@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", ["-1", "all", "1.0", "9" * 19])
def test_a_limit_that_cannot_be_is_refused(kitchen: Kitchen, name: str, value: str) -> None:
    assert code(kitchen.ask("cookie", **{name: value})) == (400, "BAD_PARAM_VALUE")


@pytest.mark.requirement("M21")
@pytest.mark.parametrize(("depth", "statements"), [(0, 1), (1, 2), (2, 2), (3, 4)])
def test_statements_do_not_grow_with_the_rows(
    kitchen: Kitchen,
    django_assert_num_queries: DjangoAssertNumQueries,
    depth: int,
    statements: int,
) -> None:
    for number in range(3):
        kitchen.post("jar", {"label": str(number), "cookies": [{"size": number}] * (number + 1)})
        with django_assert_num_queries(statements):
            kitchen.get("jar", depth=depth)


def test_an_answer_has_an_end(kitchen: Kitchen) -> None:
    kitchen.post("jar", {"label": "tin", "cookies": [{}, {}, {}]})
    small = Kitchen(basic=Basic(Engine(CATALOGUE, max_rows=3)))
    assert len(small.get("cookie")) == 3
    assert code(small.ask("jar")) == (400, "BAD_PARAM_VALUE")
    assert len(small.get("jar", depth=0)) == 1


@pytest.mark.requirement("M22")
def test_a_resource_that_there_is_not(kitchen: Kitchen) -> None:
    answer = kitchen.ask("bowl")
    assert code(answer) == (404, "OBJECT_DOES_NOT_EXIST")
    assert answer.data["error"]["details"] == {"object_name": "bowl", "object_id": ""}  # type: ignore[index, call-overload]
