"""Objects of their senders' own that several requests delete, in one statement."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from accounts.tokens.credentials import Credentials
from pithos_api.models.statements.objects.delete_object import Buried
from pithos_api.models.statements.objects.own.delete_own_objects import delete_own_objects
from pithos_api.services.objects.small.together import (
    AskedKind,
    FoundBefore,
    found_before,
    lists_of,
    locks_of,
    needs_no_more,
)
from pithos_api.values import ObjectPath
from pithos_api.values.requests import Deletion


class OwnDeletion(NamedTuple):
    """What is asked about one request. token: its SHA-256."""

    token: bytes
    path: ObjectPath


class FoundDeletion(FoundBefore[OwnDeletion]):
    """What became of one deletion. row: a ``Buried``."""


def buried_before(credentials: Credentials, path: ObjectPath) -> Buried | None:
    """Return what became of this thread's deletion with others; None: it is still to be done.

    Raises: OutcomeUnknownError.
    """
    before = found_before(FoundDeletion)
    if before is None or before.asked != (credentials.token, path):
        return None
    row: Buried = before.row
    return row


def own_deletion(
    credentials: Credentials, path: ObjectPath, deletion: Deletion, _body: bytes
) -> OwnDeletion | None:
    """Return what is asked about a deletion with others; None: its conditions are judged alone."""
    if deletion.conditions is not None or deletion.delimiter:
        return None
    return OwnDeletion(credentials.token, path)


def _parameters(asked: Sequence[OwnDeletion]) -> dict[str, object]:
    tokens, paths = zip(*asked, strict=True)
    return {**lists_of(tokens, paths), **locks_of(paths)}


def _found(asked: OwnDeletion, row: Buried | None) -> FoundDeletion:
    whole = row is not None and row.serial is not None and needs_no_more(row.access)
    return FoundDeletion(asked, row, whole)


OWN_DELETIONS: Final[AskedKind[OwnDeletion]] = AskedKind(
    delete_own_objects, _parameters, lambda asked: asked.path, _found, writes=True
)
