"""The blocks that a caller may name in hashmaps, and those that they sent and named nowhere yet."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Final

import orjson
from django.conf import settings
from django.db import Error, transaction

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.intake import StoredContent
from pithos_api.errors import UnnamedBlocksError
from pithos_api.models.statements.hashmaps.staged_blocks import find_unclaimed as find_staged
from pithos_api.models.statements.objects import claim_blocks as statements
from pithos_api.ordering import after
from pithos_api.services.objects.long_hashmaps import stage
from pithos_api.services.storage import block_store
from pithos_api.values import Access
from web.errors import PithosError

log = logging.getLogger(__name__)

# The driver writes digests into the statement's text, and its session keeps room for the longest.
_ASKED_AT_ONCE: Final = 10_000

MAX_UNNAMED: Final = 100_000
"""Most blocks that a user may have sent and not named, of any size: that many are summed up."""


def find_lengths(
    credentials: Credentials, access: Access, digests: Sequence[bytes]
) -> dict[bytes, int]:
    """Return the stored lengths, in bytes, of those of the digests that the caller may name.

    The user may name blocks that they have sent or copied. A token that reaches only a part of the
    account names those of them that were sent with this very token, or that versions in its reach
    name. Other blocks make no difference, and no more or less work.
    """
    lengths: dict[bytes, int] = {}
    for at in range(0, len(digests), _ASKED_AT_ONCE):
        rows = _claimed(credentials, access, digests[at : at + _ASKED_AT_ONCE])
        lengths.update((bytes(row.digest), row.size) for row in rows)
    return lengths


def _claimed(
    credentials: Credentials, access: Access, digests: Sequence[bytes]
) -> Sequence[statements.ClaimedBlock]:
    wanted = {"actor": access.actor, "digests": digests}
    if not credentials.is_confined:
        return statements.read_claims.all(wanted)
    reach = {"first": credentials.prefix, "beyond": after(credentials.prefix)}
    bearer = {"bearer": _bearer(credentials), "container": access.container}
    return statements.read_limited_claims.all({**wanted, **reach, **bearer})


def find_unclaimed(actor: int, digests: Sequence[bytes]) -> list[bytes]:
    """Return those of very many digests that a user may not name, each once, in order.

    The user's token has no limits. The empty digest is everybody's.
    """
    with transaction.atomic():
        stage(digests)
        row = find_staged.one({"actor": actor})
    return [digests[place] for place in row.places] if row else []


def claim_content(credentials: Credentials, actor: int, content: StoredContent) -> None:
    """Let the actor name the blocks of stored content. They count as unnamed until then.

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
    if limit and _unnamed(actor).size >= 2 * limit:
        raise UnnamedBlocksError


def unnamed_room(actor: int) -> int:
    """Return how many bytes the actor may send without naming them.

    Requests that send at once each get the same answer, so they pass the limit by at most one body
    each. It costs an index-only scan of unnamed blocks, at most ``MAX_UNNAMED`` rows.

    Raises: UnnamedBlocksError: none.
    """
    limit: int = settings.PITHOS_UNNAMED_LIMIT
    if not limit:
        return settings.PITHOS_MAX_UPLOAD_SIZE
    unnamed = _unnamed(actor)
    if unnamed.size >= limit or unnamed.blocks >= MAX_UNNAMED:
        raise UnnamedBlocksError
    return limit - unnamed.size


def _unnamed(actor: int) -> statements.Unnamed:
    """Return bytes and number of the blocks that the actor has sent and not named."""
    return statements.read_unnamed.one({"actor": actor}) or statements.Unnamed(0, 0)


def _bearer(credentials: Credentials) -> bytes:
    """Return 32 bytes that stand for a limited token together with its limits.

    Several users may have the same token, such as "" behind a proxy.
    """
    scope = credentials.scope
    limits = orjson.dumps(None if scope is None else scope.as_json())
    return sha256(credentials.token + limits).digest()
