"""What a suspended user shares, publishes and opens: nobody gets it until they are back."""

import hashlib
import hmac
from collections.abc import Callable

import pytest

from accounts.models import User
from pithos_api.models import Publication
from tests.api.client import Answer, Client
from tests.api.visitors import share
from tests.swift.client import SwiftClient, in_swift, visit
from tests.swift.forms import KEY, Form, file_part

pytestmark = pytest.mark.usefixtures("committed")

NewUser = Callable[[], Client]
LATER = 4_000_000_000


@pytest.fixture
def owner(box: Client) -> SwiftClient:
    """A user whose account has something for others in every way that there is."""
    owner = in_swift(box)
    for name in ("open", "parts", "listed"):
        owner.put(name)
    owner.post(headers={"X-Account-Meta-Temp-URL-Key": KEY})
    owner.post("open", headers={"X-Container-Read": ".r:*,.rlistings"})
    for path in ("c/o", "open/o", "parts/1", "listed/o"):
        owner.put(path, b"bytes")
    owner.put("open/whole", b"", {"X-Object-Manifest": "parts/"})
    owner.post("parts", headers={"X-Container-Read": ".r:*"})
    return owner


@pytest.fixture
def guest(owner: SwiftClient, new_user: NewUser) -> Client:
    """Another user, with the container ``g``, to whom all is open."""
    guest = new_user()
    guest.put("g")
    members = {"X-Container-Read": guest.account, "X-Container-Write": guest.account}
    owner.post("listed", headers=members)
    owner.post(headers={"X-Account-Group-Pals": guest.account})
    share(owner, "c/o", f"write={owner.account}:pals")
    owner.put("c/published", b"bytes", {"X-Object-Public": "true"})
    return guest


def suspend(client: Client, *, active: bool = False) -> None:
    assert User.objects.filter(account=client.account).update(is_active=active) == 1


Way = Callable[[SwiftClient, Client], Answer]


def by_link(owner: SwiftClient, guest: Client) -> Answer:
    published = Publication.objects.get(container__account__account=owner.account)
    return guest.raw("GET", f"/public/{published.key}")


def by_signature(owner: SwiftClient, _: Client) -> Answer:
    text = f"GET\n{LATER}\n{owner.url('c/o')}".encode()
    signature = hmac.new(KEY.encode(), text, hashlib.sha256).hexdigest()
    return owner.anonymous("GET", "c/o", temp_url_sig=signature, temp_url_expires=LATER)


def by_form(owner: SwiftClient, _: Client) -> Answer:
    return Form(owner).send(file_part("f", b"x"))


def anonymously(path: str) -> Way:
    return lambda owner, _: owner.anonymous("GET", path)


def asking(method: str, path: str, headers: dict[str, str] | None = None) -> Way:
    return lambda owner, guest: visit(guest, owner).request(method, path, b"", headers)


def copying(source: str) -> Way:
    def copy(owner: SwiftClient, guest: Client) -> Answer:
        headers = {"X-Copy-From": source, "X-Source-Account": owner.account}
        return guest.put("g/copy", b"", headers)

    return copy


def taking_bytes(owner: SwiftClient, guest: Client) -> Answer:
    guest.put("g/o", b"12345")
    headers = {"X-Source-Object": "/c/o", "X-Source-Account": owner.account}
    headers |= {"Content-Range": "bytes */*"}
    return guest.post("g/o", b"", headers)


WAYS: dict[str, Way] = {
    "link": by_link,
    "signed URL": by_signature,
    "signed form": by_form,
    "open container": anonymously("open/o"),
    "open listing": anonymously("open"),
    "manifest": anonymously("open/whole"),
    "grant by group": asking("GET", "c/o"),
    "write by grant": asking("PUT", "c/o"),
    "publication": asking("GET", "c/published"),
    "list of readers": asking("GET", "listed/o"),
    "their listing": asking("GET", "listed"),
    "list of writers": asking("PUT", "listed/new"),
    "deletion by list": asking("DELETE", "listed/o"),
    "account": asking("HEAD", ""),
    "containers": asking("GET", ""),
    "metadata": asking("POST", "c/o", {"X-Object-Meta-A": "b"}),
    "copy": copying("/c/o"),
    "update": taking_bytes,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_nobody_gets_what_a_suspended_user_shares(
    owner: SwiftClient, guest: Client, way: Way
) -> None:
    before = [owner.names(container) for container in ("c", "listed")]
    suspend(owner)
    assert way(owner, guest).status == 404
    suspend(owner, active=True)
    assert [owner.names(container) for container in ("c", "listed")] == before
    assert way(owner, guest).status in {200, 201, 202, 204}


@pytest.mark.parametrize("path", ["c/secret", "none/o", "none", "parts/none"])
def test_who_may_not_look_learns_nothing_of_a_suspension(
    owner: SwiftClient, guest: Client, path: str
) -> None:
    answers = [visit(guest, owner).get(path)]
    suspend(owner)
    answers.append(visit(guest, owner).get(path))
    assert {answer.status for answer in answers} == {403 if path != "parts/none" else 404}


def test_a_suspended_user_is_not_listed_among_who_shares(owner: SwiftClient, guest: Client) -> None:
    ask = {"X-Auth-Token": guest.token}
    assert owner.account in guest.raw("GET", "/v1", headers=ask).body.decode().split()
    suspend(owner)
    assert owner.account not in guest.raw("GET", "/v1", headers=ask).body.decode().split()


def test_a_suspended_users_group_has_no_members(
    owner: SwiftClient, guest: Client, new_user: NewUser
) -> None:
    third = in_swift(new_user())
    third.put("g")
    third.put("g/o", b"x", {"X-Object-Sharing": f"read={owner.account}:pals"})
    assert visit(guest, third).get("g/o").status == 200
    suspend(owner)
    assert visit(guest, third).get("g/o").status == 403
    suspend(owner, active=True)
    assert visit(guest, third).get("g").status == 200


def test_scripts_get_nothing_of_a_suspended_user(owner: SwiftClient) -> None:
    owner.post("open", headers={"X-Container-Meta-Access-Control-Allow-Origin": "*"})
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    assert owner.anonymous("OPTIONS", "open/o", asked).status == 200
    suspend(owner)
    assert owner.anonymous("OPTIONS", "open/o", asked).status == 401
