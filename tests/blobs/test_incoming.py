"""What a mail exchange delivers."""

import struct
import time
from base64 import urlsafe_b64decode

import pytest

from accounts.tokens.service_tokens import create_service_token, revoke_service_tokens
from tests.api.client import Answer
from tests.api.server import Serve
from tests.blobs.client import BlobClient, named

pytestmark = [pytest.mark.requirement("B19"), pytest.mark.usefixtures("committed")]


def deliver(blobs: BlobClient, shown: dict[str, str], blob: str = "m1") -> Answer:
    url = f"/incoming/{blobs.user.account}/{blob}"
    return blobs.user.raw("PUT", url, b"pgp mail", shown)


@pytest.fixture
def mx(committed: None) -> dict[str, str]:
    """What a service shows."""
    return named("mx", create_service_token("mx"))


def test_mail_lies_in_its_namespace_behind_a_preamble(blobs: BlobClient, mx) -> None:
    assert deliver(blobs, mx).status == 200
    assert (blobs.ids("namespace=MX"), blobs.flags("m1", "namespace=MX")) == (["m1"], ["PENDING"])
    preamble, _, raw = blobs.get("m1", "namespace=MX").body.partition(b" ")
    assert raw == b"pgp mail"
    fields = struct.unpack("2sbbQ16s255p255pQ", urlsafe_b64decode(preamble))
    assert len(urlsafe_b64decode(preamble)) == 552
    assert fields[:3] == (b"\x13\x37", 2, 3)
    assert abs(fields[3] - time.time()) < 60
    assert fields[4:] == (bytes(16), b"m1", b"0", 8)


def test_what_was_delivered_is_not_again(blobs: BlobClient, mx) -> None:
    assert [deliver(blobs, mx).status for _ in range(2)] == [200, 409]


def test_users_and_strangers_deliver_nothing(blobs: BlobClient, mx) -> None:
    user = named(blobs.user.account, blobs.user.token)
    wrong: tuple[dict[str, str], ...] = (
        user,
        {},
        named("mx", "x"),
        named("my", "x"),
        {"X-Auth-Token": blobs.user.token},
    )
    answers = [deliver(blobs, shown) for shown in wrong]
    assert [each.status for each in answers] == [401] * 5
    assert {each.body for each in answers} == {b'{"success":false}'}
    revoke_service_tokens("mx")
    assert deliver(blobs, mx).status == 401
    assert blobs.ids("namespace=MX") == []


def test_a_service_reads_nothing(blobs: BlobClient, mx) -> None:
    assert blobs.user.raw("GET", f"/blobs/{blobs.user.account}", b"", mx).status == 401


def test_another_machine_delivers_nothing(blobs: BlobClient, mx, serve: Serve) -> None:
    with serve(PITHOS_TRUSTED_PROXIES="127.0.0.1") as proxied, blobs.user.at(proxied.address) as at:
        far = {**mx, "X-Forwarded-For": "192.0.2.7"}
        assert deliver(BlobClient(at), far).status == 403
        assert deliver(BlobClient(at), {**mx, "X-Forwarded-For": "127.0.0.1"}).status == 200


def test_mail_for_nobody_does_not_succeed(blobs: BlobClient, mx) -> None:
    answer = blobs.user.raw("PUT", "/incoming/nobody-there/m1", b"x", mx)
    assert (answer.status, answer.json) == (500, {"success": False})
