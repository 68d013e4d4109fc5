"""The backend of a site's own that docs/identity.md shows, run as it stands there."""

import hashlib
import hmac
import re
import time
from pathlib import Path

import pytest

from tests.docs.pages import ROOT
from tests.identity.conftest import Configure, Store

KEY = "the site's key"


@pytest.fixture(autouse=True)
def configured(configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/identity.md").read_text()
    [code] = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "site_sign_on.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("SITE_KEY", KEY)
    configure("site_sign_on.SiteTokens")


def sign(user: str, key: str = KEY, left: int = 60) -> str:
    body = f"{user}.{int(time.time()) + left}"
    return f"{body}.{hmac.new(key.encode(), body.encode(), hashlib.sha256).hexdigest()}"


def test_it_fills_the_account_from_the_token(store: Store) -> None:
    assert store.ask(sign("alice"), "/v1/alice/c", "PUT").status == 201
    user = store.users.get()
    assert (user.account, user.display_name) == ("alice", "Alice")
    assert store.ask(sign("bob"), "/v1/alice/c").status == 403


def test_it_may_limit_them(store: Store) -> None:
    assert store.ask(sign("guest-1"), "/v1/guest-1").status == 204
    assert store.ask(sign("guest-1"), "/v1/guest-1/c", "PUT").status == 403


@pytest.mark.parametrize(
    "token",
    [sign("alice", key="x"), sign("alice", left=-1), "x", "a.1.b"],
    ids=["forged", "stale", "short", "odd"],
)
def test_it_refuses(store: Store, token: str) -> None:
    assert store.ask(token, "/v1/alice").status == 401
    assert not store.users.exists()


def test_what_it_did_not_foresee_is_503_and_shows_nothing(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    token = "alice." + "9" * 30 + "." + "a" * 64
    assert store.ask(sign("alice", left=10**18)).status == 503
    assert store.ask(token).status == 401
    assert "alice" not in caplog.text
