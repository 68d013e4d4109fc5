"""``/login``: to the external login and back to nowhere but where tokens may go."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

pytestmark = [pytest.mark.requirement("R10"), pytest.mark.django_db]

LOGIN = "https://sign-on.example/login"
HERE = "http://testserver"


@pytest.fixture
def external(settings):
    settings.PITHOS_LOGIN_URL = LOGIN
    settings.PITHOS_LOGIN_NEXT = ["https://ui.example"]
    settings.PITHOS_STATIC_TOKENS = {}


def test_with_tokens_in_the_settings_there_is_none(client: Client, settings, external) -> None:
    settings.PITHOS_STATIC_TOKENS = {"0000": "demo"}
    assert client.get("/login", {"next": "/ui"}).status_code == 404


@pytest.mark.parametrize(
    "target", ["/ui/?a=b", f"{HERE}/ui", "https://ui.example/back?x=1&y=2", "pithos://back"]
)
@pytest.mark.parametrize("flags", [{}, {"renew": ""}])
def test_users_are_sent_on_with_next_and_renew(client: Client, external, target, flags) -> None:
    answer = client.get("/login", {"next": target, **flags})
    assert answer.status_code == 302
    place = urlsplit(answer["Location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == LOGIN
    sent = parse_qs(place.query, keep_blank_values=True)
    assert sent == {"next": [target]} | {name: [""] for name in flags}
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "target",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "https://ui.example.evil.example/",
        "https://ui.example@evil.example/",
        "http://ui.example/",
        "https://ui.example:8443/",
        "javascript:alert(1)",
        "\\\\evil.example",
        "http://[",
        "/public/key",
        "/v1/igor/c/page.html",
        "/ui/../v1.0/igor/c/o",
        "/%76%31/igor/c/o",
        "/v\t1/igor/c/o",
        "../v1/igor/c/o",
        f"{HERE}/v1/AUTH_igor/c/o",
    ],
)
def test_a_token_goes_nowhere_else(client: Client, external, target) -> None:
    answer = client.get("/login", {"next": target})
    assert answer.status_code == 400
    assert "Location" not in answer
