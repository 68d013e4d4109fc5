"""Which blocks a caller may name in hashmaps, and what they have sent and not named yet."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import Error

from accounts.credentials import Credentials
from pithos_api.blocks.intake import StoredContent
from pithos_api.errors import PithosError, UnnamedBlocksError
from pithos_api.models.statements import claim_blocks as statements
from pithos_api.ordering import after
from pithos_api.services import block_store
from pithos_api.values import Access

log = logging.getLogger(__name__)

# The driver writes digests into the statement's text, and its session keeps room for the longest.
_ASKED_AT_ONCE: Final = 10_000

MAX_UNNAMED: Final = 100_000
"""Most blocks that a user may have sent and not named, of any size: that many are summed up."""


def find_lengths(
    credentials: Credentials, access: Access, digests: Sequence[bytes]
) -> dict[bytes, int]:
    """Return the stored lengths, in bytes, of those of the digests that the caller may name.

    That are those whose blocks the user has sent or copied. With a token that reaches only a part
    of the account they were also sent with that very token, or versions in its reach name them;
    what else is there makes no difference, and no more or less work.
    """
    lengths: dict[bytes, int] = {}
    for at in range(0, len(digests), _ASKED_AT_ONCE):
        rows = _claimed(credentials, access, digests[at : at + _ASKED_AT_ONCE])
        lengths.update((bytes(digest), size) for digest, size in rows)
    return lengths


def _claimed(
    credentials: Credentials, access: Access, digests: Sequence[bytes]
) -> Sequence[tuple[Any, ...]]:
    wanted = {"actor": access.actor, "digests": digests}
    if not credentials.is_confined:
        return statements.read_claims.all(wanted)
    reach = {"first": credentials.prefix, "beyond": after(credentials.prefix)}
    bearer = {"bearer": _bearer(credentials), "container": access.container}
    return statements.read_limited_claims.all({**wanted, **reach, **bearer})


def claim_content(credentials: Credentials, actor: int, content: StoredContent) -> None:
    """Make the blocks of stored content known, and the actor's to name; they count until then.

    Raises: BlockNotFoundError: it took so long that garbage collection came in between.
    """
    block_store.recall(content.lengths.keys() - content.inline.keys(), content.begun)
    digests = sorted(content.lengths)
    sent = {
        "actor": actor,
        "digests": digests,
        "sizes": [content.lengths[digest] for digest in digests],
        "contents": [content.inline.get(digest) for digest in digests],
    }
    if credentials.is_confined:
        statements.claim_limited_blocks.one({**sent, "bearer": _bearer(credentials)})
    else:
        statements.claim_blocks.one(sent)


def count_abandoned(
    credentials: Credentials, actor: int, lengths: Mapping[bytes, int], begun: float
) -> None:
    """Let blocks that a broken upload has left count for their sender, until they are swept.

    lengths: digest to stored bytes, of blocks in the store; the first was put after ``begun``
    (monotonic time). What fails here is logged: the client is told what broke the upload.
    """
    try:
        claim_content(credentials, actor, StoredContent(0, b"", (), {}, lengths, begun))
    except (Error, PithosError) as error:
        log.warning("what a broken upload has left is not counted: %s", str(error).strip())


@contextmanager
def counted_if_unnamed(
    credentials: Credentials, actor: int, lengths: Mapping[bytes, int], begun: float
) -> Iterator[None]:
    """Let blocks in the store count for their sender if what was to name them fails.

    lengths, begun: as of ``count_abandoned``.
    """
    try:
        yield
    except PithosError:
        if lengths:
            count_abandoned(credentials, actor, lengths, begun)
        raise


def check_uploads_end(actor: int) -> None:
    """Make sure that the actor's uploads do not break off again and again.

    What is sent to be named at once needs no room under the cap. What broke off counts, and at
    twice the cap nothing more is taken that may break off, until garbage collection comes.

    Raises: UnnamedBlocksError.
    """
    limit: int = settings.PITHOS_UNNAMED_LIMIT
    used, _ = _unnamed(actor)
    if limit and used >= 2 * limit:
        raise UnnamedBlocksError


def unnamed_room(actor: int) -> int:
    """Return how many bytes the actor may send without naming them.

    Of those who send at once each may take what there is: the cap is passed by no more than one
    body of each. Costs an index-only scan of what is not named, at most ``MAX_UNNAMED`` rows.

    Raises: UnnamedBlocksError: none.
    """
    limit: int = settings.PITHOS_UNNAMED_LIMIT
    if not limit:
        return settings.PITHOS_MAX_UPLOAD_SIZE
    used, count = _unnamed(actor)
    if used >= limit or count >= MAX_UNNAMED:
        raise UnnamedBlocksError
    return limit - used


def _unnamed(actor: int) -> tuple[int, int]:
    """Return bytes and number of the blocks that the actor has sent and not named."""
    used, count = statements.read_unnamed.one({"actor": actor}) or (0, 0)
    return int(used), int(count)


def _bearer(credentials: Credentials) -> bytes:
    """Return what tells a limited token from others, and from itself under other limits: 32 bytes.

    A backend may know several by the same token, such as "" behind a proxy.
    """
    scope = credentials.scope
    limits = orjson.dumps(None if scope is None else scope.as_json())
    return sha256(credentials.token + limits).digest()
