"""Symlinks on the wire: ``X-Symlink-Target`` and what belongs to it."""

from dataclasses import replace

from pithos_api.http.parsing.copies import named_path
from pithos_api.http.swift.parsing.copies import InvalidPlaceError, account_of
from pithos_api.http.swift.parsing.requests import read_upload
from pithos_api.values import ETAG_SIZES, ObjectPath, Symlink
from pithos_api.values.requests import Upload
from web.errors import InvalidHeaderError, InvalidRequest
from web.headers import decoded_header, header
from web.request_head import RequestHead

TARGET = "X-Symlink-Target"
_ACCOUNT = "X-Symlink-Target-Account"
_ETAG = "X-Symlink-Target-Etag"
_KEYS = frozenset(f"HTTP_{name.upper().replace('-', '_')}" for name in (TARGET, _ACCOUNT, _ETAG))

# A symlink is stored as it is, and nothing else comes with it.
_OTHER_SOURCES = ("X-Copy-From", "X-Move-From", "X-Object-Manifest")
_OTHER_BODIES = ("hashmap", "multipart-manifest")


class SelfTargetError(InvalidRequest):
    """A symlink names itself."""

    def __init__(self) -> None:
        super().__init__("Symlink cannot target itself")


class SymlinkSourceError(InvalidRequest):
    """A PUT makes a symlink, and is to store something else."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{TARGET} makes a symlink, which {name} cannot be stored with")


def names_symlink(head: RequestHead) -> bool:
    """Return whether the request says what a symlink is to name."""
    return not _KEYS.isdisjoint(head.fields)


def read_symlink(head: RequestHead, path: ObjectPath) -> Upload:
    """Return the symlink that a PUT stores at ``path``.

    Raises: InvalidPlaceError, InvalidPathError, SelfTargetError, SymlinkSourceError; as
        ``read_upload``.
    """
    for name in _OTHER_SOURCES:
        if header(head, name):
            raise SymlinkSourceError(name)
    for name in _OTHER_BODIES:
        if name in head.query:
            raise SymlinkSourceError(f"the parameter {name}")
    account = _account(head)
    target = _target(head, account or path.account)
    if target == path:
        raise SelfTargetError
    symlink = Symlink(account, target.container, target.name, etag=_etag(head))
    upload = read_upload(head, path)
    return replace(upload, details=replace(upload.details, symlink=symlink))


def _target(head: RequestHead, account: str) -> ObjectPath:
    value = header(head, TARGET) or ""
    container, _, name = value.partition("/")
    if not (container and name):
        raise InvalidPlaceError(TARGET, "must be of the form <container name>/<object name>")
    return named_path(account, TARGET, value)


def _account(head: RequestHead) -> str | None:
    named = decoded_header(head, _ACCOUNT)
    if named is None:
        return None
    account = account_of(named)
    if not account or "/" in account:
        raise InvalidPlaceError(_ACCOUNT, "names no account")
    return account


def _etag(head: RequestHead) -> bytes | None:
    """Return the ETag that the target must have. Raises: InvalidHeaderError."""
    value = header(head, _ETAG)
    if value is None:
        return None
    try:
        etag = bytes.fromhex(value.strip().strip('"'))
    except ValueError:
        etag = b""
    if len(etag) not in ETAG_SIZES:
        raise InvalidHeaderError(_ETAG, "is no ETag of an object")
    return etag
