"""Who is calling at Swift's door: a token, a signed URL or form, or anybody."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from time import time

from accounts.tokens.credentials import Credentials, Scope
from observability import request_context
from pithos_api.errors import AccountSuspendedError, InvalidSignatureError
from pithos_api.http.authentication import is_anonymous
from pithos_api.http.parsing.times import MAX_DIGITS
from pithos_api.http.swift.parsing.acls import referrer_of
from pithos_api.http.swift.parsing.signatures import Signature
from pithos_api.http.swift.parsing.signed import SignedForm, is_form, is_signed
from pithos_api.services.access.credentials import credentials_of
from pithos_api.services.access.temp_url_keys import find_signing_keys
from pithos_api.values import ContainerPath, ObjectPath, ObjectState
from web.errors import InvalidRequest
from web.numbers import whole_number
from web.request_head import RequestHead

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")

# A signature gives the one object that it names, as it is now, and no more.
_REFUSED_HEADERS = (
    *("X-Copy-From", "X-Move-From", "X-Source-Object", "X-Object-Manifest", "X-Symlink-Target"),
    *("X-Object-Sharing", "X-Object-Public", "Content-Range"),
)
_REFUSED_PARAMETERS = (
    *("multipart-manifest", "hashmap", "version", "until", "delimiter", "update"),
    *("version-id", "extract-archive"),
)
_READING = frozenset({"GET", "HEAD"})
_SIGNED_FOR = {"HEAD": ("HEAD", "GET", "PUT", "POST")}
_TIMES = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")


class NotSignedForError(InvalidRequest):
    """The signature of a URL does not cover what the request asks for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"a signed URL cannot be used with {name}")


def object_credentials(head: RequestHead, path: ObjectPath) -> Credentials:
    """Return what the request shows for itself, or what its signed URL gives.

    Raises: as ``credentials_of`` and ``signed_credentials``.
    """
    if is_signed(head):
        return signed_credentials(head, path)
    return reader_credentials(head, path)


def container_credentials(head: RequestHead, path: ContainerPath) -> Credentials:
    """Return what the request shows for itself, or what a signed URL of all that is there gives.

    Raises: as ``credentials_of`` and ``signed_credentials``.
    """
    if head.method not in _READING or not is_signed(head):
        return reader_credentials(head, path)
    if head.query.get("temp_url_prefix") != "":
        raise InvalidSignatureError
    return signed_credentials(head, ObjectPath(path.account, path.container, ""))


def reader_credentials(head: RequestHead, _: ContainerPath | ObjectPath) -> Credentials:
    """Return what the request shows for itself.

    Who only reads need not show anything; a form shows it in its body.

    Raises: as ``credentials_of``.
    """
    if is_form(head):
        return Credentials.of_anybody()
    if head.method in _READING and is_anonymous(head):
        shown = Credentials.of_anybody()  # may read what its owner lets anybody read
    else:
        shown = credentials_of(head)
    referrer = referrer_of(head)
    return replace(shown, referrer=referrer) if referrer else shown


def signed_credentials(head: RequestHead, path: ObjectPath) -> Credentials:
    """Return the owner's credentials, as far as the URL's signature gives them.

    Raises:
        InvalidSignatureError: wrong, expired, by a key that is not there any more, or for a
            method that no signature gives.
        AccountSuspendedError: the user who signed is suspended.
        NotSignedForError: the request asks for more than an object.
    """
    if head.method not in METHODS:
        raise InvalidSignatureError
    expires = _expiry(head.query.get("temp_url_expires", ""))
    if expires <= time():
        raise InvalidSignatureError
    _require_address(head.query.get("temp_url_ip_range"))
    signature = Signature.parse(head.query.get("temp_url_sig", ""))
    signed = _signed_texts(head, path, expires)
    keys = find_signing_keys(ContainerPath(path.account, path.container))
    by_account = signature.is_by(keys.account, signed)
    if not by_account and not signature.is_by(keys.container, signed):
        raise InvalidSignatureError
    if keys.suspended:
        raise AccountSuspendedError
    _refuse_more(head)
    reads = head.method in _READING
    if by_account and reads:
        return Credentials.signed_by(path.account, scope=None)
    prefix = "" if reads else path.name
    scope = Scope(read_only=reads, container=path.container, prefix=prefix)
    return Credentials.signed_by(path.account, scope)


def require_signed_parts(credentials: Credentials, state: ObjectState) -> None:
    """Make sure that a container's key gives no parts of a large object in another container.

    Raises: InvalidSignatureError.
    """
    container = (state.version.details.manifest or "").partition("/")[0]
    scope = credentials.scope
    if container and scope is not None and scope.container not in {"", container}:
        raise InvalidSignatureError


def form_credentials(form: SignedForm, fields: Mapping[str, str]) -> Credentials:
    """Return the owner's credentials, as far as a signed form gives them: below its prefix.

    Raises:
        InvalidSignatureError: wrong, or by a key that is not there any more.
        AccountSuspendedError: the user who signed is suspended.
    """
    limits = (fields.get(name) or "0" for name in ("max_file_size", "max_file_count", "expires"))
    text = "\n".join((form.place, fields.get("redirect", ""), *limits))
    signature = Signature.parse(fields.get("signature", ""))
    path = form.container
    keys = find_signing_keys(path)
    if not signature.is_by((*keys.account, *keys.container), [text.encode()]):
        raise InvalidSignatureError
    if keys.suspended:
        raise AccountSuspendedError
    scope = Scope(container=path.container, prefix=form.prefix)
    return Credentials.signed_by(path.account, scope)


def _refuse_more(head: RequestHead) -> None:
    for name in _REFUSED_HEADERS:
        if f"HTTP_{name.upper().replace('-', '_')}" in head.fields:
            raise NotSignedForError(name)
    for name in _REFUSED_PARAMETERS:
        if name in head.query:
            raise NotSignedForError(f"the parameter {name}")


def _expiry(value: str) -> int:
    """Return seconds since the epoch, of a number or an ISO 8601 time.

    Raises: InvalidSignatureError.
    """
    seconds = whole_number(value, MAX_DIGITS)
    if seconds is not None:
        return seconds
    for form in _TIMES:
        try:
            moment = datetime.strptime(value, form)
        except ValueError:
            continue
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    raise InvalidSignatureError


def _signed_texts(head: RequestHead, path: ObjectPath, expires: int) -> list[bytes]:
    """Return what may have been signed, for each method that covers the request's.

    Raises: InvalidSignatureError: the object is not below the prefix that was signed.
    """
    place = head.path
    prefix = head.query.get("temp_url_prefix")
    if prefix is not None:
        if not path.name.startswith(prefix):
            raise InvalidSignatureError
        place = "prefix:" + place.removesuffix(path.name) + prefix
    addresses = head.query.get("temp_url_ip_range")
    lead = "" if addresses is None else f"ip={addresses}\n"
    methods = _SIGNED_FOR.get(head.method, (head.method,))
    return [f"{lead}{method}\n{expires}\n{place}".encode() for method in methods]


def _require_address(addresses: str | None) -> None:
    """Make sure that the client is where the URL may be used: an address, or a network.

    Raises: InvalidSignatureError.
    """
    if addresses is None:
        return
    try:
        network = ip_network(addresses, strict=False)
    except ValueError as error:
        raise InvalidSignatureError from error
    client = request_context.client()
    if client is None or client not in network:
        raise InvalidSignatureError
