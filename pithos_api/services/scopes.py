"""What a limited token may not change, whatever its user may (docs/identity.md, Tokens).

These look at what a request means, never at how it was spelled. A token without limits is asked
for nothing but that.
"""

from collections.abc import Mapping
from dataclasses import replace

from accounts import logins
from accounts.credentials import Credentials
from pithos_api.errors import LimitedTokenError
from pithos_api.services.metadata import signing_keys
from pithos_api.services.permissions import require_reach
from pithos_api.values import MemberChange, MetaChange, ShareChange


def require_writer(credentials: Credentials) -> None:
    """Make sure that the token may change anything at all.

    Raises: LimitedTokenError: it is read-only.
    """
    if credentials.scope is not None and credentials.scope.read_only:
        raise LimitedTokenError("change anything")


def require_sharer(credentials: Credentials, change: ShareChange | MemberChange) -> None:
    """Make sure that nobody keeps by ``change`` what the token cannot give.

    Raises: LimitedTokenError: it reaches only a part of the account.
    """
    if credentials.is_confined and change != type(change)():
        raise LimitedTokenError("share or publish")


def require_manifest(credentials: Credentials, account: str, manifest: str | None) -> None:
    """Make sure that the token reaches what a manifest in ``account`` names.

    manifest: ``container/prefix``; "" and None are none. On a published name it is read with the
    owner's rights.

    Raises: NotAllowedError.
    """
    if manifest and credentials.is_confined:
        container, _, prefix = manifest.partition("/")
        require_reach(credentials, account, container, prefix)


def guarded(credentials: Credentials, current: Mapping[str, str], change: MetaChange) -> MetaChange:
    """Return ``change`` as the token may make it, to the metadata of an account or container.

    A key that signs URLs gives more than any limit, and stays when the token has ended. A limited
    token is not shown them, so what it replaces is all but them.

    Raises: LimitedTokenError: it would set or remove one.
    """
    if signing_keys(change.values):
        _require_unlimited(credentials)
    kept = signing_keys(current) if change.replace else []
    if not kept or not _is_limited(credentials):
        return change
    return replace(change, values={**change.values, **{name: current[name] for name in kept}})


def _require_unlimited(credentials: Credentials) -> None:
    if _is_limited(credentials):
        raise LimitedTokenError("set or remove keys that sign URLs")


def _is_limited(credentials: Credentials) -> bool:
    """Return whether the token is limited in any way, in time as well."""
    return credentials.scope is not None or logins.is_lent(credentials.token)
