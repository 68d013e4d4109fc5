"""The top level: who shares with the caller (contract §2.1)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import Q

from pithos_api.models import Grant
from tests.api.client import Answer, Client

NewUser = Callable[[], Client]


def top(client: Client, **query: Any) -> Answer:
    url = "/v1/" + (f"?{urlencode(query)}" if query else "")
    return client.raw("GET", url, None, {"X-Auth-Token": client.token})


def sharing(owner: Client, sharing: str, path: str = "c/o") -> Client:
    container = path.partition("/")[0]
    assert owner.put(container).status in {201, 202}
    assert owner.put(path, b"data", {"X-Object-Sharing": sharing}).status == 201
    return owner


@pytest.fixture(autouse=True)
def _nobody_shares_with_all(committed: None) -> None:
    """Who shares with everybody, in whatever test, would show up in every listing here."""
    everybody = Q(readers__contains=["*"]) | Q(writers__contains=["*"])
    Grant.objects.filter(everybody).delete()


@pytest.fixture
def three(api: Client, new_user: NewUser) -> list[str]:
    """The sorted accounts of three users who share with ``api``."""
    return sorted(sharing(new_user(), f"read={api.account}").account for _ in range(3))


@pytest.mark.requirement("R6")
def test_nobody_shares_with_a_new_user(api: Client) -> None:
    answer = top(api)
    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.requirement("R6", "R7")
def test_with_nobody_json_and_xml_are_empty_lists(api: Client) -> None:
    answer = top(api, format="json")
    assert (answer.status, answer.json) == (200, [])
    answer = top(api, format="xml")
    assert (answer.status, answer.xml.tag, list(answer.xml)) == (200, "accounts", [])


@pytest.mark.requirement("R6")
@pytest.mark.parametrize("verb", ["read", "write"])
def test_who_shares_with_me_is_listed_in_order(api: Client, new_user: NewUser, verb: str) -> None:
    made = [sharing(new_user(), f"{verb}={api.account}").account for _ in range(3)]
    answer = top(api)
    assert (answer.status, answer.lines) == (200, sorted(made))


@pytest.mark.requirement("R6")
def test_one_who_shares_much_is_listed_once(api: Client, new_user: NewUser) -> None:
    owner = sharing(new_user(), f"read={api.account}")
    sharing(owner, f"read={api.account},{owner.account}; write={api.account},*", "c/p")
    sharing(owner, f"write={api.account}", "d/o")
    assert top(api).lines == [owner.account]


@pytest.mark.requirement("R6")
def test_sharing_with_a_group_or_all_counts(api: Client, new_user: NewUser) -> None:
    grouped, everybody = new_user(), new_user()
    assert grouped.post(headers={"X-Account-Group-Friends": api.account}).status == 202
    sharing(grouped, f"read={grouped.account}:friends")
    sharing(everybody, "read=*")
    assert top(api).lines == sorted([grouped.account, everybody.account])


@pytest.mark.requirement("R6")
def test_ones_own_account_is_never_listed(api: Client) -> None:
    sharing(api, f"read={api.account},*")
    assert top(api).status == 204


@pytest.mark.requirement("R6", "R132")
def test_what_is_public_or_shared_with_others_does_not_count(
    api: Client, new_user: NewUser
) -> None:
    owner, other = new_user(), new_user()
    sharing(owner, f"read={other.account}")
    owner.put("c/p", b"data", {"X-Object-Public": "true"})
    assert top(api).status == 204
    assert top(other).lines == [owner.account]


@pytest.mark.requirement("R6")
def test_who_stops_sharing_is_gone_at_once(api: Client, new_user: NewUser) -> None:
    unshares, deletes = (sharing(new_user(), f"read={api.account}") for _ in range(2))
    assert len(top(api).lines) == 2
    assert unshares.post("c/o", headers={"X-Object-Sharing": ""}, update="").status == 202
    assert top(api).lines == [deletes.account]
    assert deletes.delete("c/o").status == 204
    assert top(api).status == 204


@pytest.mark.requirement("R7")
def test_limit_and_marker_page_through(api: Client, three: list[str]) -> None:
    assert top(api, limit=2).lines == three[:2]
    assert top(api, limit=2, marker=three[1]).lines == three[2:]
    assert top(api, marker=three[0]).lines == three[1:]
    assert top(api, marker=three[2]).status == 204


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("limit", ["0", "-1", "junk", "", "10001", "9" * 30])
def test_a_limit_that_is_none_gives_all(api: Client, three: list[str], limit: str) -> None:
    assert top(api, limit=limit).lines == three


@pytest.mark.requirement("R7")
def test_json_tells_name_and_last_change(api: Client, three: list[str]) -> None:
    entries = top(api, format="json").json
    assert [entry.pop("name") for entry in entries] == three
    for entry in entries:
        moment = entry.pop("last_modified")
        assert datetime.fromisoformat(moment).isoformat(timespec="microseconds") == moment
        assert moment.endswith("+00:00")
        assert entry == {}


@pytest.mark.requirement("R7")
def test_xml_tells_the_same_as_json(api: Client, three: list[str]) -> None:
    root = top(api, format="xml", limit=2).xml
    assert (root.tag, [each.tag for each in root]) == ("accounts", ["account"] * 2)
    entries = [{field.tag: field.text for field in each} for each in root]
    assert entries == top(api, format="json", limit=2).json
