"""Operators' pages are for operators: every page and every act, whoever asks."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern

from accounts.models import User
from audit.models import Event
from operators.http.urls import urlpatterns

FILLED_IN = {"account": "somebody", "digest": "0" * 64, "number": 1, "kind": "fsck"}


def places() -> Iterator[str]:
    """The address of each page and act, with something in the place of each name."""
    for pattern in urlpatterns:
        yield f"/operators/{address(pattern)}"


def address(pattern: URLPattern) -> str:
    from django.urls import reverse

    names = pattern.pattern.regex.groupindex
    chosen = {name: FILLED_IN[name] for name in names}
    return reverse(f"operators:{pattern.name}", kwargs=chosen).removeprefix("/operators/")


PLACES = list(places())


@pytest.mark.parametrize("place", PLACES)
def test_a_stranger_is_sent_to_sign_in(db: None, client: Client, place: str) -> None:
    for answer in (client.get(place), client.post(place)):
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (
            302,
            "/account/sign-in",
        )


@pytest.mark.parametrize("place", PLACES)
def test_a_user_is_refused(client: Client, user: User, place: str) -> None:
    client.force_login(user)
    before = Event.objects.count()
    statuses = [client.get(place).status_code, client.post(place).status_code]
    assert statuses == [403, 403]
    assert Event.objects.count() == before


@pytest.mark.parametrize("place", PLACES)
def test_no_form_is_taken_without_its_token(operator: User, place: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(operator)
    before = Event.objects.count()
    assert browser.post(place).status_code == 403
    assert Event.objects.count() == before


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_kept_framed_or_loaded_from_elsewhere(browser: Client, place: str) -> None:
    answer = browser.get(place)
    assert answer.status_code in {200, 400, 404, 405}
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    body = answer.getvalue().decode()
    assert "script" not in policy + body
    assert " style=" not in body
    assert answer.status_code != 200 or answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("place", PLACES)
def test_what_no_column_holds_is_refused(browser: Client, place: str) -> None:
    assert browser.get(f"{place}?q=%00&after=%00").status_code in {400, 405}


def test_a_suspended_operator_is_nobody(browser: Client, operator: User) -> None:
    User.objects.filter(pk=operator.pk).update(is_active=False)
    assert browser.get("/operators/").status_code == 302
