"""Changes that a limited token may not make, although its user may (docs/identity.md, Tokens).

The functions look at the meaning of a request, never at its spelling. They refuse nothing to a
token without limits.
"""

from collections.abc import Mapping
from dataclasses import replace

from accounts.logins import logins
from accounts.tokens.credentials import Credentials
from pithos_api.errors import LimitedTokenError
from pithos_api.services.access.permissions import require_reach
from pithos_api.services.metadata import signing_keys
from pithos_api.values import MemberChange, MetaChange, ShareChange, Symlink


def require_writer(credentials: Credentials) -> None:
    """Make sure that the token may change anything at all.

    Raises: LimitedTokenError: it is read-only.
    """
    if credentials.scope is not None and credentials.scope.read_only:
        raise LimitedTokenError("change anything")


def require_sharer(credentials: Credentials, change: ShareChange | MemberChange) -> None:
    """Make sure that the token may share and publish as ``change`` says.

    Raises: LimitedTokenError: it reaches only a part of the account.
    """
    if credentials.is_confined and change != type(change)():
        raise LimitedTokenError("share or publish")


def require_linker(credentials: Credentials) -> None:
    """Make sure that the token may make, change and end links, which outlive it.

    Raises: LimitedTokenError: it reaches only a part of the account.
    """
    if credentials.is_confined:
        raise LimitedTokenError("make links or change them")


def require_manifest(credentials: Credentials, account: str, manifest: str | None) -> None:
    """Make sure that the token reaches what a manifest in ``account`` names.

    manifest: ``container/prefix``; "" and None are none. On a published name it is read with the
    owner's rights.

    Raises: NotAllowedError.
    """
    if manifest and credentials.is_confined:
        container, _, prefix = manifest.partition("/")
        require_reach(credentials, account, container, prefix)


def require_symlink(credentials: Credentials, account: str, symlink: Symlink | None) -> None:
    """Make sure that the token reaches what a symlink in ``account`` names.

    By a signed URL it is followed with the owner's rights, as it was put there with the owner's.

    Raises: NotAllowedError.
    """
    if symlink is not None and credentials.is_confined:
        target = symlink.leads_from(account)
        require_reach(credentials, target.account, target.container, target.name)


def guarded(credentials: Credentials, current: Mapping[str, str], change: MetaChange) -> MetaChange:
    """Return ``change`` as the token may make it, to the metadata of an account or container.

    A key that signs URLs gives more than the token may do, and outlives the token. A limited token
    is not shown such keys. So when it replaces all metadata, they stay.

    Raises: LimitedTokenError: it would set or remove one.
    """
    if signing_keys(change.values):
        require_unlimited(credentials, "set or remove keys that sign URLs")
    kept = signing_keys(current) if change.replace else []
    if not kept or not _is_limited(credentials):
        return change
    return replace(change, values={**change.values, **{name: current[name] for name in kept}})


def require_unlimited(credentials: Credentials, doing: str) -> None:
    """Make sure that the token is not limited, for what outlives it. doing: as of the error.

    Raises: LimitedTokenError.
    """
    if _is_limited(credentials):
        raise LimitedTokenError(doing)


def _is_limited(credentials: Credentials) -> bool:
    """Return whether the token is limited in any way, in time as well."""
    return credentials.scope is not None or logins.is_lent(credentials.token)
