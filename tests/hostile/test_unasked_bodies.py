"""Who asks is known before anything of a body is read: at every path that takes one."""

import contextlib
import re

import pytest

from tests.api.routes import ROUTES
from tests.api.server import Server
from tests.hostile.attack import PATIENCE_SECONDS, Place
from tests.server.wire import CHUNKED, CONTINUE, Answer, Wire, head, length

BOGUS = b"X-Auth-Token: nobody-has-this-token"
OCTETS = b"Content-Type: application/octet-stream"
FORM = b"Content-Type: multipart/form-data; boundary=x"
PATHS = ("/v1/someone", "/v1/AUTH_someone")
LARGER = 100 << 10  # than what the server gathers before a thread begins: 64 KiB
Call = tuple[str, str, tuple[bytes, ...]]

OF_OBJECTS: dict[str, Call] = {
    "an object": ("PUT", "/c/o", ()),
    "a hashmap": ("PUT", "/c/o?hashmap&format=json", ()),
    "a segment list": ("PUT", "/c/o?multipart-manifest=put", ()),
    "an append": ("POST", "/c/o", (OCTETS, b"Content-Range: bytes */*")),
    "bytes in between": ("POST", "/c/o?update", (OCTETS, b"Content-Range: bytes 3-/*")),
    "metadata": ("POST", "/c/o", (b"X-Object-Meta-A: b",)),
    "a body of a copy": ("PUT", "/c/o", (b"X-Copy-From: /c/p",)),
    "a body of a move": ("PUT", "/c/o", (b"X-Move-From: /c/p",)),
    "a body of a COPY": ("COPY", "/c/o", (b"Destination: /c/p",)),
    "a body of a MOVE": ("MOVE", "/c/o", (b"Destination: /c/p",)),
    "a body of an object's DELETE": ("DELETE", "/c/o", ()),
    "a body of a GET": ("GET", "/c/o?hashmap&format=json", ()),
    "a container": ("PUT", "/c", ()),
    "a container's metadata": ("POST", "/c", (b"X-Container-Meta-A: b",)),
    "blocks": ("POST", "/c?format=json", (OCTETS,)),
    "a body of a container's DELETE": ("DELETE", "/c", ()),
    "an account's metadata": ("POST", "", (b"X-Account-Meta-A: b",)),
}
IN_SWIFT: dict[str, Call] = {
    "a list of what to delete": ("POST", "?bulk-delete", ()),
    "a list to DELETE": ("DELETE", "?bulk-delete=1", ()),
    "an archive": ("PUT", "?extract-archive=tar", ()),
    "an archive into a folder": ("PUT", "/c/o?extract-archive=tar.gz", ()),
    "a body of a manifest's DELETE": ("DELETE", "/c/o?multipart-manifest=delete", ()),
}
IN_PITHOS: dict[str, Call] = {
    "a form": ("POST", "/c/o", (FORM,)),
    "limits of a link": ("POST", "/c/o?link", ()),
    "limits of a container's link": ("POST", "/c?link", ()),
    "a change of a link": ("POST", "?links=key", ()),
    "what a signed URL is for": ("POST", "/c/o?signed-url", ()),
}
CALLS = {
    name: (method, f"{base}{path}", fields)
    for base, more in zip(PATHS, (IN_PITHOS, IN_SWIFT), strict=True)
    for name, (method, path, fields) in (
        (f"{each} below {base}", call) for each, call in {**OF_OBJECTS, **more}.items()
    )
}
ACCOUNTS: dict[str, Call] = {
    "names of users": ("POST", "/account/v1.0/user_catalogs", ()),
    "names of all users": ("POST", "/service/user_catalogs", ()),
    "feedback": ("POST", "/account/v1.0/feedback", ()),
    "a body of a token's DELETE": ("DELETE", "/v3/auth/tokens", (b"X-Subject-Token: x",)),
}
EVERY = {**CALLS, **ACCOUNTS}

UNGATHERED = {name: call for name, call in CALLS.items() if FORM not in call[2]}
"""Those whose larger bodies a thread has as they come. A form's beginning says who sends it."""

every_call = pytest.mark.parametrize("call", EVERY.values(), ids=EVERY.keys())


def begin(wire: Wire, call: Call, *framing: bytes) -> Answer:
    """Send a head that announces a body, and return the first answer, which may be 100."""
    method, target, fields = call
    lines = (BOGUS, *fields, *framing)
    sent = head(method, target, b"".join(line + b"\r\n" for line in lines))
    wire.send(sent.replace(b"Host: x", b"Host: localhost"))
    return wire.answer(method)


@every_call
@pytest.mark.parametrize("framing", [length(60 << 10), CHUNKED], ids=["sized", "chunked"])
def test_nobody_is_not_asked_to_send(server: Server, call: Call, framing: bytes) -> None:
    with Wire(server.address[1], PATIENCE_SECONDS) as wire:
        assert begin(wire, call, framing, CONTINUE).status == 401


@pytest.mark.parametrize("call", UNGATHERED.values(), ids=UNGATHERED.keys())
def test_nobody_is_answered_before_their_body_has_come(server: Server, call: Call) -> None:
    with Wire(server.address[1], PATIENCE_SECONDS) as wire:
        assert begin(wire, call, length(LARGER)).status == 401
        with contextlib.suppress(ConnectionError):
            wire.send(b"/c/o\n" * 20_000)


def test_every_route_that_takes_a_body_is_here() -> None:
    reached = {
        number
        for _, target, _ in CALLS.values()
        for number, route in enumerate(ROUTES)
        if route.pattern.fullmatch(re.sub(r"\?.*", "", target))
    }
    takes = {"put", "post", "delete", "copy", "move"}
    with_token = [(n, route) for n, route in enumerate(ROUTES) if route.label != "link"]
    assert {n for n, route in with_token if takes & set(dir(route.view))} <= reached


@pytest.mark.parametrize("framing", [length(60), length(LARGER), CHUNKED])
def test_a_link_that_is_none_asks_for_no_password(server: Server, framing: bytes) -> None:
    with Wire(server.address[1], PATIENCE_SECONDS) as wire:
        assert begin(wire, ("POST", "/s/none", ()), framing, CONTINUE).status == 404


@pytest.mark.parametrize("target", ["/v1", "/public/key", "/info", "/healthz", "/metrics"])
def test_what_takes_no_body_reads_none(server: Server, target: str) -> None:
    with Wire(server.address[1], PATIENCE_SECONDS) as wire:
        assert begin(wire, ("POST", target, ()), length(10 << 20), CONTINUE).status == 405


@pytest.mark.parametrize(
    "target",
    ["/v2.0/tokens", "/identity/v2.0/tokens", "/v3/auth/tokens", "/account/sign-in", "/login",
     "/account/", "/account/password", "/admin/login/", "/admin/accounts/user/add/"],
)  # fmt: skip
def test_logins_and_forms_are_small(place: Place, target: str) -> None:
    with place.wire() as wire:
        fields = (b"Content-Type: application/x-www-form-urlencoded",)
        call = ("POST", target, fields)
        assert begin(wire, call, length((64 << 10) + 1), CONTINUE).status == 413


def test_a_bogus_token_deletes_nothing_and_hears_nothing_of_it(place: Place) -> None:
    target = f"/v1/AUTH_{place.client.account}?bulk-delete"
    answer = place.client.raw("POST", target, b"/c/o\n", {"X-Auth-Token": "nobody-has-this-token"})
    assert (answer.status, place.client.head("c/o").status) == (401, 200)
    assert b"Number" not in answer.body


def test_a_form_with_a_wrong_signature_is_refused_before_its_file_has_come(place: Place) -> None:
    begun = (
        b'--x\r\nContent-Disposition: form-data; name="signature"\r\n\r\n' + b"0" * 64 + b"\r\n"
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
    ) + b"the beginning" * 6000
    fields = b"".join(line + b"\r\n" for line in (FORM, length(10 << 20)))
    with place.wire() as wire:
        wire.send(head("POST", f"/v1/AUTH_{place.client.account}/c/", fields) + begun)
        assert wire.answer("POST").status == 401
