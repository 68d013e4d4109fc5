"""Under which name clients reach the store."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from web.views import known_origin

THROUGH_TLS: dict[str, Any] = {"HTTP_HOST": "store.example", "HTTP_X_FORWARDED_PROTO": "https"}


@pytest.fixture(autouse=True)
def _named(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["store.example"]


def test_it_is_what_the_client_used() -> None:
    request = RequestFactory().get("/", HTTP_HOST="store.example:8000")
    assert known_origin(request) == "http://store.example:8000"


def test_a_name_that_is_none_of_ours_is_not_repeated() -> None:
    assert known_origin(RequestFactory().get("/", HTTP_HOST="evil.example")) == ""


@pytest.mark.parametrize(
    ("header", "scheme"), [(None, "http"), (("HTTP_X_FORWARDED_PROTO", "https"), "https")]
)
def test_a_proxy_tells_the_scheme_where_there_is_one(
    settings: LazySettings, header: tuple[str, str] | None, scheme: str
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = header
    assert known_origin(RequestFactory(**THROUGH_TLS).get("/")) == f"{scheme}://store.example"


@pytest.mark.parametrize("host", ["store.example", "evil.example"])
def test_the_operator_s_name_counts_first(settings: LazySettings, host: str) -> None:
    settings.PITHOS_BASE_URL = "https://pithos.example"
    request = RequestFactory().get("/", HTTP_HOST=host)
    assert known_origin(request) == "https://pithos.example"
