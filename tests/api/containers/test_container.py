"""PUT, HEAD, POST and DELETE of a container (contract §2.3)."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import pytest

from pithos_api.models import Container, PastMetadata, UsageDelta, Version
from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.reliability.store import wait_for

META = "X-Container-Meta-"


@pytest.mark.requirement("R27")
def test_put_creates_and_again_accepts(api: Client) -> None:
    first, again = api.put("c"), api.put("c")
    assert (first.status, first.body) == (201, b"")
    assert (again.status, again.body) == (202, b"")
    assert api.get().lines == ["c"]


@pytest.mark.requirement("R27")
def test_the_body_of_a_put_is_ignored(api: Client) -> None:
    assert api.put("c", b"x" * 100_000).status == 201
    assert api.head("c")["X-Container-Bytes-Used"] == "0"


@pytest.mark.requirement("R27")
@pytest.mark.parametrize("name", ["C", "c c", "φωτο", "a%b", "a+b&c=d", ".", "é\u0301", "n" * 256])
def test_names_are_kept_as_they_are(api: Client, name: str) -> None:
    assert api.put(name).status == 201
    assert api.head(name).status == 204
    assert [each["name"] for each in api.get(format="json").json] == [name]


@pytest.mark.requirement("R27")
@pytest.mark.parametrize("name", ["n" * 257, "é" * 129, "a\nb", "a\x7f", "a\x85", "\ufffe"])
def test_names_that_cannot_be_are_400(api: Client, name: str) -> None:
    assert api.put(name).status == 400
    assert api.head()["X-Account-Container-Count"] == "0"


@pytest.mark.requirement("R28")
def test_put_on_a_container_merges_metadata_and_policy(api: Client) -> None:
    api.put("c", headers={f"{META}Mood": "gay", f"{META}Age": "7", f"{META}Old": "1"})
    again = {f"{META}Mood": "sad", f"{META}Old": "", "X-Container-Policy-Quota": "5"}
    assert api.put("c", headers=again).status == 202
    answer = api.head("c")
    assert answer.meta(META) == {f"{META}Mood": "sad", f"{META}Age": "7"}
    assert answer["X-Container-Policy-Quota"] == "5"
    assert answer["X-Container-Policy-Versioning"] == "auto"


@pytest.mark.requirement("R32")
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_it_tells_everything_about_itself(api: Client, method: str) -> None:
    api.put("c", headers={f"{META}Mood": "gay", "X-Container-Policy-Quota": "99"})
    api.put("c/o", b"abc", {"X-Object-Meta-Hue": "red", "X-Object-Meta-Age": "7"})
    answer = api.request(method, "c")
    assert answer.meta("X-Container-") == {
        "X-Container-Object-Count": "1",
        "X-Container-Bytes-Used": "3",
        "X-Container-Block-Size": str(BLOCK_SIZE),
        "X-Container-Block-Hash": "sha256",
        "X-Container-Object-Meta": "Age,Hue",
        "X-Container-Policy-Quota": "99",
        "X-Container-Policy-Versioning": "auto",
        "X-Container-Meta-Mood": "gay",
    }
    assert parsedate_to_datetime(answer["Last-Modified"]) is not None


@pytest.mark.requirement("R33")
@pytest.mark.parametrize("method", ["HEAD", "GET", "POST", "DELETE"])
@pytest.mark.parametrize("query", [{}, {"update": ""}])
def test_a_missing_container_is_404(api: Client, method: str, query: dict[str, Any]) -> None:
    assert api.request(method, "c", **query).status == 404
    assert api.head()["X-Account-Container-Count"] == "0"


@pytest.mark.requirement("R32")
def test_post_replaces_metadata_and_with_update_merges(box: Client) -> None:
    box.post("c", headers={f"{META}Mood": "gay", f"{META}Age": "7"})
    assert box.post("c", headers={f"{META}Age": "8", f"{META}X": "1"}).status == 202
    assert box.head("c").meta(META) == {f"{META}Age": "8", f"{META}X": "1"}
    assert box.post("c", headers={f"{META}X": "", f"{META}Y": "2"}, update="").status == 202
    assert box.head("c").meta(META) == {f"{META}Age": "8", f"{META}Y": "2"}
    assert box.post("c").status == 202
    assert box.head("c").meta(META) == {}


@pytest.mark.requirement("R34")
def test_delete_takes_an_empty_container_away(box: Client) -> None:
    answer = box.delete("c")
    assert (answer.status, answer.body) == (204, b"")
    assert box.head("c").status == 404
    assert box.delete("c").status == 404
    assert box.get().status == 204


@pytest.mark.requirement("R34")
def test_delete_of_a_container_with_an_object_is_409(box: Client) -> None:
    box.put("c/o", b"abc")
    assert box.delete("c").status == 409
    assert box.get("c/o").body == b"abc"
    box.delete("c/o")
    assert box.delete("c").status == 204


@pytest.mark.requirement("R34")
@pytest.mark.usefixtures("committed")
def test_with_the_container_goes_all_its_history(box: Client) -> None:
    number = Container.objects.get(account__account=box.account, name="c").id
    box.put("c/o", b"abc")
    box.put("c/o", b"abcd", {"X-Object-Meta-Hue": "red"})
    box.post("c", headers={f"{META}Mood": "gay"})
    box.delete("c/o")
    assert Version.objects.filter(container=number).count() == 3
    assert PastMetadata.objects.filter(container=number).count() == 1
    assert box.delete("c").status == 204
    for model in (Version, PastMetadata):
        assert not model.objects.filter(container=number).exists()
    wait_for(lambda: not UsageDelta.objects.filter(container=number).exists())


@pytest.mark.requirement("R34", "R41")
def test_a_container_of_the_same_name_begins_anew(box: Client) -> None:
    box.put("c", headers={f"{META}Mood": "gay", "X-Container-Policy-Quota": "5"})
    box.put("c/o", b"abc", {"X-Object-Meta-Hue": "red"})
    box.delete("c/o")
    box.delete("c")
    assert box.put("c").status == 201
    answer = box.head("c")
    assert answer.meta(META) == {}
    assert answer["X-Container-Policy-Quota"] == "0"
    assert answer["X-Container-Object-Count"] == "0"
    assert answer["X-Container-Object-Meta"] == ""


@pytest.mark.requirement("R145")
@pytest.mark.parametrize("method", ["HEAD", "GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize("name", ["c", "missing"])
def test_another_users_container_is_forbidden_there_or_not(
    new_user: Callable[[], Client], method: str, name: str
) -> None:
    owner, stranger = new_user(), new_user()
    owner.put("c", headers={f"{META}Mood": "gay"})
    sent = {"X-Auth-Token": stranger.token, f"{META}Mood": "sad"}
    assert stranger.raw(method, owner.url(name), None, sent).status == 403
    assert owner.get().lines == ["c"]
    assert owner.head("c").meta(META) == {f"{META}Mood": "gay"}


@pytest.mark.requirement("R32")
def test_metadata_keys_in_use_beyond_ascii_are_percent_encoded(box: Client) -> None:
    box.put("c/o", b"", {"X-Object-Meta-" + quote("ήχος"): "1"})
    assert box.head("c")["X-Container-Object-Meta"] == quote("ήχος")


@pytest.mark.requirement("R32")
def test_the_list_of_keys_ends_where_clients_would_refuse_it_and_says_so(box: Client) -> None:
    for number in range(2):
        keys = {f"X-Object-Meta-{number}{n:02}{'k' * 100}": "v" for n in range(30)}
        assert box.put(f"c/{number}", b"", keys).status == 201
    listed = box.head("c")["X-Container-Object-Meta"]
    assert 3990 < len(listed) <= 4096
    assert all(len(key) == 103 for key in listed.split(","))
    assert box.head("c")["X-Container-Object-Meta-Truncated"] == "True"
    assert box.get("c")["X-Container-Object-Meta-Count"] == "60"


@pytest.mark.requirement("R32")
def test_a_list_of_keys_that_is_whole_says_nothing_of_its_length(box: Client) -> None:
    for number in range(2):
        keys = {f"X-Object-Meta-{number}{n:02}{'k' * 60}": "v" for n in range(32)}
        assert box.put(f"c/{number}", b"", keys).status == 201
    assert len(box.head("c")["X-Container-Object-Meta"].split(",")) == 64
    assert not box.head("c").meta("X-Container-Object-Meta-")
