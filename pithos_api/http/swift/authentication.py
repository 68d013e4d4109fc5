"""Who is calling at Swift's door: a token, a signed URL or form, or anybody."""

from collections.abc import Mapping
from datetime import UTC, datetime
from time import time

from django.core.handlers.wsgi import WSGIRequest

from accounts.credentials import Credentials, Scope
from pithos_api.errors import InvalidRequest, InvalidSignatureError
from pithos_api.http.authentication import credentials_of, is_anonymous
from pithos_api.http.swift.signatures import Signature
from pithos_api.services.signing import find_signing_keys
from pithos_api.values import ContainerPath, ObjectPath

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")

# May read what its owner lets anybody read.
ANYBODY = Credentials(b"", vouched="")

# A signature gives the one object that it names, as it is now, and no more.
_REFUSED_HEADERS = (
    *("X-Copy-From", "X-Move-From", "X-Source-Object", "X-Object-Manifest", "X-Symlink-Target"),
    *("X-Object-Sharing", "X-Object-Public", "Content-Range"),
)
_REFUSED_PARAMETERS = (
    *("multipart-manifest", "hashmap", "version", "until", "delimiter", "update"),
    "temp_url_ip_range",
)
_SIGNED_FOR = {"HEAD": ("HEAD", "GET", "PUT", "POST")}
_TIMES = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")


class NotSignedForError(InvalidRequest):
    def __init__(self, name: str) -> None:
        super().__init__(f"a signed URL cannot be used with {name}")


def reader_credentials(request: WSGIRequest) -> Credentials:
    """Return what the request shows for itself; who only reads need not show anything.

    Raises: as ``credentials_of``.
    """
    if request.method in {"GET", "HEAD"} and is_anonymous(request):
        return ANYBODY
    return credentials_of(request)


def is_signed(request: WSGIRequest) -> bool:
    """Return whether the URL is a signed one, rightly or not."""
    return bool(request.META["QUERY_STRING"]) and (
        "temp_url_sig" in request.GET or "temp_url_expires" in request.GET
    )


def signed_credentials(request: WSGIRequest, path: ObjectPath) -> Credentials:
    """Return the owner's credentials, as far as the URL's signature gives them.

    Raises:
        InvalidSignatureError: wrong, expired, by a key that is not there any more, or for a
            method that no signature gives.
        NotSignedForError: the request asks for more than an object.
    """
    if request.method not in METHODS:
        raise InvalidSignatureError
    expires = _expiry(request.GET.get("temp_url_expires", ""))
    if expires <= time():
        raise InvalidSignatureError
    signature = Signature.parse(request.GET.get("temp_url_sig", ""))
    signed = _signed_texts(request, path, expires)
    keys = find_signing_keys(ContainerPath(path.account, path.container))
    by_account = signature.is_by(keys.account, signed)
    if not by_account and not signature.is_by(keys.container, signed):
        raise InvalidSignatureError
    _refuse_more(request)
    reads = request.method in {"GET", "HEAD"}
    if by_account and reads:
        return Credentials(b"", vouched=path.account, signed=True)
    prefix = "" if reads else path.name
    scope = Scope(read_only=reads, container=path.container, prefix=prefix)
    return Credentials(b"", vouched=path.account, scope=scope, signed=True)


def form_credentials(
    request: WSGIRequest, path: ContainerPath, prefix: str, fields: Mapping[str, str]
) -> Credentials:
    """Return the owner's credentials, as far as a signed form gives them: below ``prefix``.

    Raises:
        InvalidSignatureError: wrong, or by a key that is not there any more.
    """
    limits = (fields.get(name) or "0" for name in ("max_file_size", "max_file_count", "expires"))
    text = "\n".join((request.path_info, fields.get("redirect", ""), *limits))
    signature = Signature.parse(fields.get("signature", ""))
    keys = find_signing_keys(path)
    if not signature.is_by((*keys.account, *keys.container), [text.encode()]):
        raise InvalidSignatureError
    scope = Scope(container=path.container, prefix=prefix)
    return Credentials(b"", vouched=path.account, scope=scope, signed=True)


def _refuse_more(request: WSGIRequest) -> None:
    for name in _REFUSED_HEADERS:
        if f"HTTP_{name.upper().replace('-', '_')}" in request.META:
            raise NotSignedForError(name)
    for name in _REFUSED_PARAMETERS:
        if name in request.GET:
            raise NotSignedForError(f"the parameter {name}")


def _expiry(value: str) -> int:
    """Return seconds since the epoch, of a number or an ISO 8601 time.

    Raises: InvalidSignatureError.
    """
    if value.isascii() and value.isdecimal() and len(value) < 12:
        return int(value)
    for form in _TIMES:
        try:
            moment = datetime.strptime(value, form)
        except ValueError:
            continue
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    raise InvalidSignatureError


def _signed_texts(request: WSGIRequest, path: ObjectPath, expires: int) -> list[bytes]:
    """Return what may have been signed, for each method that covers the request's.

    Raises: InvalidSignatureError: the object is not below the prefix that was signed.
    """
    place = request.path_info
    prefix = request.GET.get("temp_url_prefix")
    if prefix is not None:
        if not path.name.startswith(prefix):
            raise InvalidSignatureError
        place = "prefix:" + place.removesuffix(path.name) + prefix
    methods = _SIGNED_FOR.get(str(request.method), (request.method,))
    return [f"{method}\n{expires}\n{place}".encode() for method in methods]
