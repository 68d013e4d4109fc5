"""users, usage and set_quota: who holds how much, and who may hold how much."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.services import list_events
from tests.api.client import Client

pytestmark = pytest.mark.usefixtures("committed")


def run(command: str, *arguments: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def run_json(command: str, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(command, *arguments, "--json").splitlines()]


@pytest.fixture
def used(box: Client) -> Client:
    """A user with 1,500 bytes in two objects of ``c``, and an old version of 700."""
    for name, size in (("a", 700), ("a", 500), ("b", 1000)):
        assert box.put(f"c/{name}", b"x" * size).status == 201
    box.put("empty")
    return box


def test_users_are_listed_with_what_they_hold_at_once(used: Client) -> None:
    [user] = run_json("users", used.account)
    assert user | {"display_name": ""} == {
        "account": used.account,
        "display_name": "",
        "is_active": True,
        "is_operator": False,
        "quota": None,
        "containers": 2,
        "objects": 2,
        "bytes": 1500,
    }
    assert run("users", used.account).split("\t")[1:5] == ["active", "user", "1.5K", "of default"]


def test_users_without_anything_are_listed_too(used: Client, new_user: Any) -> None:
    other = new_user().account
    held = {user["account"]: user["bytes"] for user in run_json("users")}
    assert list(held) == sorted(held)
    assert (held[used.account], held[other]) == (1500, 0)


def test_containers_are_listed_with_their_history_and_summed_up(used: Client) -> None:
    first, second = run_json("usage", used.account)
    assert first == {
        "account": used.account,
        "container": "c",
        "quota": 0,
        "objects": 2,
        "bytes": 1500,
        "old_versions": 1,
        "old_bytes": 700,
    }
    assert (second["container"], second["bytes"]) == ("empty", 0)
    last = run("usage", used.account).splitlines()[-1]
    assert last == "2 containers\t1.5K\t\t2 objects\t1 old versions of 700"


@pytest.mark.parametrize("command", ["users", "usage"])
def test_an_account_that_is_not_there_is_told(command: str) -> None:
    with pytest.raises(CommandError, match="there is no account 'nobody-here'"):
        run(command, "nobody-here")


def test_a_quota_holds_for_the_next_upload(used: Client) -> None:
    assert run("set_quota", used.account, "2K") == f"the quota of {used.account} is 2K\n"
    assert used.put("c/c", b"x" * 600).status == 413
    assert used.head()["X-Account-Policy-Quota"] == "2048"
    run("set_quota", used.account, "0")
    assert used.put("c/c", b"x" * 600).status == 201
    assert run("set_quota", used.account, "default").endswith("is default\n")
    assert User.objects.get(account=used.account).quota is None


def test_a_quota_that_is_changed_is_an_event(api: Client) -> None:
    run("set_quota", api.account, "50G")
    event = list_events(account=api.account).filter(action="quota.change").latest("id")
    assert event.details == {"before": None, "after": 50 << 30}
    assert event.actor.startswith("shell:")


@pytest.mark.parametrize("quota", ["-5", "-5G", "1.5G", "lots", "9999999T", ""])
def test_a_quota_that_is_no_size_is_refused(api: Client, quota: str) -> None:
    with pytest.raises(CommandError):
        run("set_quota", api.account, quota)
    assert User.objects.get(account=api.account).quota is None
