"""The report for bug tickets has what helps, and no secret and no name."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from observability.release import VERSION

pytestmark = pytest.mark.django_db


def test_it_tells_versions_state_and_settings(browser: Client) -> None:
    answer = browser.get("/operators/report.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    for each in (
        f"Pithos: {VERSION}",
        "Django: ",
        "Postgres: ",
        "PITHOS_BLOCK_SIZE: ",
        "Backup: ",
    ):
        assert each in text
    assert "Pithos report" in browser.get("/operators/report").content.decode()


def test_it_has_no_secret_and_no_name(browser: Client, user: User, settings: Any) -> None:
    settings.PITHOS_KEYSTONE_PASSWORD = "a-password-of-ours"
    settings.PITHOS_S3_SECRET_KEY = "a-key-of-ours"
    settings.PITHOS_STATIC_TOKENS = {"a-token-of-ours": "alice-of-ours"}
    settings.PITHOS_BASE_URL = "https://store.of-ours.example"
    text = browser.get("/operators/report.txt").content.decode()
    assert "of-ours" not in text
    assert "PITHOS_KEYSTONE_PASSWORD: set" in text
    assert user.account not in text
    assert settings.SECRET_KEY not in text
    assert str(settings.PITHOS_DATA_DIR) not in text
