"""What a symlink reads as, for a caller who may read it: with their rights at every place."""

from collections.abc import Iterator

from accounts.tokens.credentials import Credentials
from pithos_api.errors import InvalidSignatureError, ObjectNotFoundError
from pithos_api.models.statements.objects.references.follow_symlinks import Hop, follow_symlinks
from pithos_api.services.access.permissions import (
    admit,
    parameters,
    require_container,
    require_reach,
)
from pithos_api.services.objects import reading
from pithos_api.values import MOST_SYMLINKS, ObjectPath, ObjectState, Right, Symlink
from web.errors import Conflict


class TooManySymlinksError(Conflict):
    """One symlink leads to the other too often, perhaps for ever."""

    def __init__(self) -> None:
        super().__init__(f"Too many levels of symbolic links, maximum allowed is {MOST_SYMLINKS}")


class SymlinkTargetChangedError(Conflict):
    """A static symlink names an object that is not as it was. found, wanted: ETags."""

    def __init__(self, found: bytes, wanted: bytes) -> None:
        super().__init__(
            f"Object Etag '{found.hex()}' does not match"
            f" X-Symlink-Target-Etag header '{wanted.hex()}'"
        )


def followed(credentials: Credentials, state: ObjectState, *, content: bool = True) -> ObjectState:
    """Return the object that a symlink leads to; what is no symlink is returned as it is.

    One statement, however many symlinks are on the way. content: as of ``open_object``.

    Raises:
        NotAllowedError, InvalidTokenError, ContainerNotFoundError, ObjectNotFoundError: as for
            the places on the way themselves.
        InvalidSignatureError: it leads out of what a signed URL gives, or another has put it there.
        TooManySymlinksError, SymlinkTargetChangedError.
    """
    symlink = state.version.details.symlink
    if symlink is None:
        return state
    _require_signer(credentials, state)
    return target_of(credentials, state.path.account, symlink, content=content)


def target_of(
    credentials: Credentials, account: str, symlink: Symlink, *, content: bool
) -> ObjectState:
    """Return the object that a symlink in ``account`` would lead to. Raises: as ``followed``."""
    wanted: list[bytes] = []
    for state in _places(credentials, symlink.leads_from(account), content=content):
        if symlink.etag is not None:
            wanted.append(symlink.etag)
        found = state.version.details.symlink
        if found is None:
            _require_etags(state, wanted)
            return state
        _require_signer(credentials, state)
        symlink = found
    raise TooManySymlinksError


def _require_etags(state: ObjectState, wanted: list[bytes]) -> None:
    """Make sure that the object is what each static symlink on the way says.

    Raises: SymlinkTargetChangedError.
    """
    known = state.version.etags
    for etag in wanted:
        if etag not in known:
            raise SymlinkTargetChangedError(known[-1] if len(known) > 2 else known[0], etag)


def _places(credentials: Credentials, first: ObjectPath, *, content: bool) -> Iterator[ObjectState]:
    """Yield what is at ``first``, and where that leads, as far as the caller may read it."""
    _require_signed(credentials, first)
    known = parameters(credentials, first)
    known |= {"content": content, "everywhere": credentials.everywhere}
    for hop in follow_symlinks.all(known):
        yield _arrived(credentials, hop)


def _arrived(credentials: Credentials, hop: Hop) -> ObjectState:
    path = ObjectPath(hop.at_account, hop.at_container, hop.at_name)
    _require_signed(credentials, path)
    require_reach(credentials, path.account, path.container, path.name)
    found = admit(credentials, hop.found, Right.READ)
    require_container(found.access, path)
    state = reading.state_of(path, found)
    if state is None or reading.has_expired(state):
        raise ObjectNotFoundError(path.name)
    return state


def _require_signed(credentials: Credentials, path: ObjectPath) -> None:
    """Make sure that a signed URL, if it is one, gives the path: of the account that signed it.

    Raises: InvalidSignatureError.
    """
    if not credentials.signed:
        return
    reached = credentials.reach(path.account, path.container, path.name)
    if not reached or path.account != credentials.vouched:
        raise InvalidSignatureError


def _require_signer(credentials: Credentials, state: ObjectState) -> None:
    """Make sure that a signed URL, if it is one, follows only what its signer has put there.

    Otherwise a writer could plant a symlink, which whoever has a URL follows with the signer's
    rights. The signer's copies of it, and changes of its metadata, make it no symlink of theirs.

    Raises: InvalidSignatureError.
    """
    if credentials.signed and state.version.details.manifest_by != state.access.actor:
        raise InvalidSignatureError
