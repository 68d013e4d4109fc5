"""Versioning and quota of a container (contract §1, Policies)."""

from typing import Any

import pytest

from pithos_api.models import Version
from tests.api.client import Client

PREFIX = "X-Container-Policy-"
VERSIONING = f"{PREFIX}Versioning"
QUOTA = f"{PREFIX}Quota"
KEEP_DAYS = f"{PREFIX}Keep-Days"
KEEP_VERSIONS = f"{PREFIX}Keep-Versions"


def policies(client: Client) -> tuple[str, str]:
    answer = client.head("c")
    return answer[VERSIONING], answer[QUOTA]


@pytest.fixture
def set_up(api: Client) -> Client:
    """A user with a container whose policies are both other than the defaults."""
    assert api.put("c", headers={VERSIONING: "none", QUOTA: "99"}).status == 201
    assert policies(api) == ("none", "99")
    return api


@pytest.mark.requirement("R29")
def test_defaults(box: Client) -> None:
    assert policies(box) == ("auto", "0")


@pytest.mark.requirement("R29")
@pytest.mark.parametrize(
    ("given", "expected"),
    [({QUOTA: "7"}, ("auto", "7")), ({VERSIONING: "none"}, ("none", "0"))],
)
def test_a_policy_that_is_not_given_takes_its_default(
    api: Client, given: dict[str, str], expected: tuple[str, str]
) -> None:
    assert api.put("c", headers=given).status == 201
    assert policies(api) == expected


WRONG = [
    {f"{PREFIX}Colour": "red"},
    {f"{PREFIX}Project": "p"},
    {VERSIONING: "manual"},
    {VERSIONING: "sometimes"},
    {QUOTA: "-1"},
    {QUOTA: "lots"},
    {QUOTA: "1.5"},
    {QUOTA: "1e3"},
    {QUOTA: "%D9%A3"},  # three, in other digits
    {QUOTA: str(2**63)},
    {QUOTA: "5", VERSIONING: "manual"},
    {KEEP_DAYS: "36501"},
    {KEEP_DAYS: "-1"},
    {KEEP_DAYS: "week"},
    {KEEP_VERSIONS: "1.0"},
    {KEEP_VERSIONS: str(2**31)},
]


@pytest.mark.requirement("R30")
@pytest.mark.parametrize("headers", WRONG, ids=str)
def test_no_container_is_made_with_a_wrong_policy(api: Client, headers: dict[str, str]) -> None:
    assert api.put("c", headers=headers).status == 400
    assert api.head("c").status == 404


@pytest.mark.requirement("R30")
@pytest.mark.parametrize("headers", WRONG, ids=str)
@pytest.mark.parametrize("query", [{}, {"update": ""}], ids=["replace", "update"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_wrong_policy_changes_nothing(
    set_up: Client, method: str, query: dict[str, Any], headers: dict[str, str]
) -> None:
    sent = {**headers, "X-Container-Meta-Mood": "gay"}
    assert set_up.request(method, "c", None, sent, **query).status == 400
    assert policies(set_up) == ("none", "99")
    assert set_up.head("c").get("X-Container-Meta-Mood") is None


@pytest.mark.requirement("R30")
@pytest.mark.parametrize("query", [{}, {"update": ""}], ids=["replace", "update"])
def test_blocks_are_not_taken_with_a_wrong_policy(box: Client, query: dict[str, Any]) -> None:
    headers = {"Content-Type": "application/octet-stream", VERSIONING: "manual"}
    assert box.post("c", b"abc", headers, **query).status == 400


CHANGES = [
    ({}, {}, ("none", "99")),
    ({}, {"update": ""}, ("none", "99")),
    ({QUOTA: "7"}, {}, ("auto", "7")),
    ({QUOTA: "7"}, {"update": ""}, ("none", "7")),
    ({VERSIONING: "none"}, {}, ("none", "0")),
    ({VERSIONING: "AUTO"}, {"update": ""}, ("auto", "99")),
    ({QUOTA: ""}, {}, ("auto", "0")),
    ({QUOTA: ""}, {"update": ""}, ("none", "0")),
    ({VERSIONING: ""}, {"update": ""}, ("auto", "99")),
]


@pytest.mark.requirement("R31")
@pytest.mark.parametrize(("headers", "query", "expected"), CHANGES)
def test_post_changes_policies(
    set_up: Client, headers: dict[str, str], query: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert set_up.post("c", headers=headers, **query).status == 202
    assert policies(set_up) == expected


@pytest.mark.requirement("R28", "R31")
def test_put_changes_only_the_policies_it_names(set_up: Client) -> None:
    assert set_up.put("c", headers={QUOTA: "7"}).status == 202
    assert policies(set_up) == ("none", "7")
    assert set_up.put("c", headers={VERSIONING: ""}).status == 202
    assert policies(set_up) == ("auto", "7")


def versions(client: Client) -> list[tuple[int, bool]]:
    """Size of each row that the table has of ``c/o``, and whether it is a tombstone."""
    rows = Version.objects.filter(container__account__account=client.account, name="o")
    return list(rows.order_by("serial").values_list("size", "deleted"))


@pytest.mark.requirement("R96")
@pytest.mark.usefixtures("committed")
def test_without_versioning_one_version_is_kept(api: Client) -> None:
    api.put("c", headers={VERSIONING: "none"})
    for size in (1, 2, 3):
        assert api.put("c/o", b"x" * size).status == 201
    assert versions(api) == [(3, False)]
    assert api.delete("c/o").status == 204
    assert versions(api) == [(0, True)]
    assert api.get("c/o").status == 404


@pytest.mark.requirement("R96")
@pytest.mark.usefixtures("committed")
def test_with_versioning_all_are_kept(box: Client) -> None:
    for size in (1, 2):
        box.put("c/o", b"x" * size)
    box.delete("c/o")
    assert versions(box) == [(1, False), (2, False), (0, True)]
