"""``shared`` of the container list (contract §2.2)."""

import pytest

from tests.api.client import Client

SHARED = {"X-Object-Sharing": "read=*"}


@pytest.mark.requirement("R19")
@pytest.mark.parametrize("form", ["json", "xml"])
def test_shared_lists_containers_with_sharing_inside(api: Client, form: str) -> None:
    for name in ("a", "b", "b2", "c"):
        api.put(name)
        api.put(f"{name}/o", b"1")
    assert api.get(shared="").status == 204
    api.put("b/o", b"1", SHARED)
    api.put("c/d/o", b"1", {"X-Object-Sharing": f"write={api.account}x"})
    api.put("a/o", b"1", {"X-Object-Public": "true"})
    assert api.get(shared="").lines == ["b", "c"]
    assert api.get(shared="", marker="b").lines == ["c"]
    assert api.get(shared="", limit=1).lines == ["b"]
    assert api.get(shared="", public="").lines == ["a", "b", "c"]
    answer = api.get(shared="", format=form)
    found = answer.json if form == "json" else answer.xml
    assert len(found) == 2


@pytest.mark.requirement("R19")
def test_a_container_whose_sharing_has_ended_is_not_shared(box: Client) -> None:
    box.put("c/o", b"1", SHARED)
    assert box.get(shared="").lines == ["c"]
    box.post("c/o", headers={"X-Object-Sharing": ""}, update="")
    assert box.get(shared="").status == 204
