"""What an operator sets for everybody: a second server of the store."""

import hmac
from collections.abc import Callable, Iterator

import pytest

from accounts.models import User
from accounts.users.users import find_user
from tests.api.client import Client
from tests.api.server import Serve, Server
from tests.api.state import unchanged
from tests.api.visitors import share


@pytest.fixture(scope="module")
def strict_server(serve: Serve) -> Iterator[Server]:
    choices = {
        "PITHOS_PUBLIC_URL": "https://files.example.org/",
        "PITHOS_DEFAULT_QUOTA": "1000",
        "PITHOS_MAX_GROUPS": "2",
        "PITHOS_MAX_GROUP_MEMBERS": "3",
        "PITHOS_SERVE_SUSPENDED": "1",
        "PITHOS_TEMPURL_DIGESTS": "sha256,sha512",
        "PITHOS_WORKERS": "1",
    }
    with serve(**choices) as running:
        yield running


@pytest.fixture
def strict(strict_server: Server, box: Client) -> Iterator[Client]:
    """The user of ``box`` at the second server."""
    with box.at(strict_server.address) as client:
        yield client


@pytest.mark.requirement("R129")
def test_public_urls_are_absolute_where_a_base_is_set(strict: Client) -> None:
    strict.put("c/o", b"data", {"X-Object-Public": "true"})
    url = strict.head("c/o")["X-Object-Public"]
    assert url.startswith("https://files.example.org/public/")
    (entry,) = strict.get("c", format="json").json
    assert entry["x_object_public"] == url
    path = url.removeprefix("https://files.example.org")
    assert strict.raw("GET", path).body == b"data"


def test_links_are_there_too(strict: Client) -> None:
    strict.put("c/o", b"data")
    made = strict.post("c/o", link="").json
    assert made["url"] == f"https://files.example.org/s/{made['key']}"
    assert strict.raw("GET", f"/s/{made['key']}?download").body == b"data"


@pytest.mark.parametrize(("digest", "status"), [("sha1", 401), ("sha512", 200)])
def test_a_hash_that_is_not_allowed_signs_nothing(strict: Client, digest: str, status: int) -> None:
    strict.put("c/o", b"data")
    strict.post(headers={"X-Account-Meta-Temp-URL-Key": "key"})
    path = f"/v1/AUTH_{strict.account}/c/o"
    signature = hmac.new(b"key", f"GET\n4000000000\n{path}".encode(), digest).hexdigest()
    signed = f"{path}?temp_url_sig={signature}&temp_url_expires=4000000000"
    assert strict.raw("GET", signed).status == status
    told = strict.raw("GET", "/info").json
    assert told["tempurl"]["allowed_digests"] == ["sha256", "sha512"]
    assert told["formpost"]["allowed_digests"] == ["sha256", "sha512"]


@pytest.mark.requirement("R138")
def test_the_default_quota_holds_for_who_has_none_of_their_own(strict: Client) -> None:
    assert strict.head()["X-Account-Policy-Quota"] == "1000"
    assert strict.put("c/o", b"x" * 1000).status == 201
    with unchanged(strict):
        assert strict.put("c/p", b"x").status == 413


@pytest.mark.requirement("R138")
@pytest.mark.parametrize(("quota", "fits", "does_not"), [(0, 5000, None), (10, 10, 11)])
@pytest.mark.usefixtures("committed")
def test_ones_own_quota_goes_before_the_default(
    strict: Client, quota: int, fits: int, does_not: int | None
) -> None:
    user = find_user(strict.account)
    user.quota = quota
    user.save()
    assert strict.head()["X-Account-Policy-Quota"] == str(quota)
    if does_not is not None:
        assert strict.put("c/o", b"x" * does_not).status == 413
    assert strict.put("c/o", b"x" * fits).status == 201


@pytest.mark.requirement("R23")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Account-Group-A": "a,b,c", "X-Account-Group-B": "a"}, 202),
        ({"X-Account-Group-A": "a,b,c,d"}, 400),
        ({"X-Account-Group-A": "a", "X-Account-Group-B": "a", "X-Account-Group-C": "a"}, 400),
    ],
)
def test_groups_have_the_limits_that_are_set(
    strict: Client, headers: dict[str, str], status: int
) -> None:
    assert strict.post(headers=headers).status == status
    assert len(strict.head().meta("X-Account-Group-")) == (len(headers) if status == 202 else 0)


@pytest.mark.requirement("R138")
def test_a_writers_own_quota_does_not_matter(
    strict: Client, new_user: Callable[[], Client]
) -> None:
    writer = new_user()
    strict.put("c/doc", b"", {"X-Object-Sharing": f"write={writer.account}"})
    writer.put("own")
    at_home = Client(strict.address, writer.account, writer.token)
    assert at_home.put("own/o", b"x" * 1000).status == 201
    away = Client(strict.address, strict.account, writer.token)
    assert away.put("c/doc/o", b"x" * 1000).status == 201
    assert away.put("c/doc/p", b"x").status == 413
    for client in (at_home, away):
        client.connection.close()


@pytest.mark.usefixtures("committed")
def test_what_suspended_users_share_may_stay(
    strict: Client, new_user: Callable[[], Client]
) -> None:
    guest = new_user()
    strict.put("c/part", b"data")
    strict.put("c/o", b"", {"X-Object-Public": "true", "X-Object-Manifest": "c/part"})
    share(strict, "c/part", f"write={guest.account}")
    public = strict.head("c/o")["X-Object-Public"].removeprefix("https://files.example.org")
    User.objects.filter(account=strict.account).update(is_active=False)
    assert strict.raw("GET", public).body == b"data"
    assert strict.raw("GET", strict.url("c/part"), None, token_of(guest)).status == 200
    assert strict.raw("PUT", strict.url("c/part"), b"new", token_of(guest)).status == 201
    assert strict.head("c/o").status == 401


def token_of(client: Client) -> dict[str, str]:
    return {"X-Auth-Token": client.token}
