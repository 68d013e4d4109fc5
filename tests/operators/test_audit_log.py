"""The audit log is searched, read page by page, and taken along as a file."""

import csv
import io
import re

import pytest
from django.test import Client

from accounts.models import User
from audit.services import record

pytestmark = pytest.mark.django_db


def page(browser: Client, place: str = "audit", **query: str) -> str:
    answer = browser.get(f"/operators/{place}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(browser: Client, **query: str) -> list[dict[str, str]]:
    answer = browser.get("/operators/audit.csv", query)
    assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def note(
    user: User, count: int = 1, *, action: str = "container.share", target: str = "box-{}"
) -> None:
    for number in range(count):
        name = user.account
        record(action, target=target.format(number), account=name, actor=name)


@pytest.mark.parametrize("by", ["actor", "account"])
def test_events_are_found(browser: Client, user: User, operator: User, by: str) -> None:
    note(user)
    note(operator, target="another")
    shown = page(browser, **{by: user.account})
    assert "box-0" in shown
    assert "another" not in shown


def test_events_are_found_by_target_and_action(browser: Client, user: User) -> None:
    note(user, target="photos/summer")
    note(user, target="photos/winter", action="object.unshare")
    shown = page(browser, account=user.account, target="summer")
    assert ("photos/summer" in shown, "photos/winter" in shown) == (True, False)
    shown = page(browser, account=user.account, action="object.unshare")
    assert ("photos/summer" in shown, "photos/winter" in shown) == (False, True)


def test_pages_follow_one_another(browser: Client, user: User) -> None:
    note(user, 120)
    seen: list[str] = []
    query = {"actor": user.account}
    while True:
        shown = page(browser, **query)
        seen += re.findall(r">(box-\d+)", shown)
        older = re.search(r'rel="next" href="\?actor=[^"]+before=(\d+)"', shown)
        if older is None:
            break
        query["before"] = older[1]
    assert seen == [f"box-{number}" for number in reversed(range(120))]


@pytest.mark.parametrize(
    "query",
    [{"before": "x"}, {"since": "2026-02-31"}, {"since": "soon"}, {"before": "9" * 30}],
)
def test_what_is_no_number_and_no_day_is_left_out(browser: Client, query: dict[str, str]) -> None:
    page(browser, **query)


def test_a_day_begins_the_list(browser: Client, user: User) -> None:
    note(user)
    assert "box-0" in page(browser, account=user.account, since="2020-01-01")
    assert "box-0" not in page(browser, account=user.account, since="2999-01-01")


def test_the_file_has_everything(browser: Client, user: User) -> None:
    note(user, 60)
    found = rows(browser, actor=user.account)
    assert [each["target"] for each in found] == [f"box-{n}" for n in reversed(range(60))]
    assert {each["actor"] for each in found} == {user.account}
    assert found[0]["at"].endswith("+00:00")


def test_no_cell_is_a_formula(browser: Client, user: User) -> None:
    for name in ("=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", 'a,b\n"c"'):
        note(user, target=name)
    told = [each["target"] for each in rows(browser, actor=user.account)]
    assert told == ['a,b\n"c"', "'@SUM(A1)", "'-2+3", "'+1", "'=cmd|' /C calc'!A0"]


def test_failed_sign_ins_are_counted(browser: Client, user: User) -> None:
    for _ in range(3):
        record("login.fail", account=user.account, actor="-")
    shown = page(browser, "sign-ins")
    assert re.search(rf'{user.account}</th><td class="number" data-label="Times">\d+</td>', shown)
    assert shown.count(f">{user.account}</td>") == 3


def test_what_users_choose_is_escaped(browser: Client, user: User) -> None:
    note(user, target="<b>bold</b>")
    assert "&lt;b&gt;bold" in page(browser, actor=user.account)
