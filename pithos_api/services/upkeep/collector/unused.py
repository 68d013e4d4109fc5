"""Rows that nothing needs: blocks and pieces that no version names, claims of who has none."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from pithos_api.blocks.crash import crash_point
from pithos_api.models.statements.garbage import collect_garbage as statements
from pithos_api.models.statements.garbage import collect_pieces
from pithos_api.models.statements.garbage.collect_garbage import (
    ForgottenBlock,
    SeenBlock,
    SeenClaim,
)
from pithos_api.services.storage import block_store
from pithos_api.services.upkeep.collector.steps import CollectionCounts, CollectionTerms, Step
from pithos_api.values import DIGEST_SIZE

_USER_BYTES = 8


def blocks(terms: CollectionTerms, after: bytes) -> Iterator[Step]:
    """Forget blocks that were unused for the grace; note since when others are.

    Small ones are gone with their rows. The files of the rest are retired: ``leaving`` counts
    and discards them.
    """
    while rows := statements.look_at_blocks.all(
        {"after": after, "limit": terms.batch, "grace": terms.grace_seconds}
    ):
        after = bytes(rows[-1].digest)
        due = [row for row in rows if row.unused and row.due]
        waiting = [row for row in rows if row.unused and not row.due]
        counts = CollectionCounts(
            visited=len(rows), waiting=len(waiting), waiting_bytes=sum(row.size for row in waiting)
        )
        if terms.apply:
            _note([row for row in waiting if not row.noted], unused=True)
            _note([row for row in rows if row.noted and not row.unused], unused=False)
            gone = _forget(terms, [bytes(row.digest) for row in due])
            small = [row for row in gone if not row.stored]
            counts += CollectionCounts(
                blocks=len(small), freed_bytes=sum(row.size for row in small)
            )
        else:
            counts += CollectionCounts(blocks=len(due), freed_bytes=sum(row.size for row in due))
        yield Step(after, counts)


def _note(rows: Sequence[SeenBlock], *, unused: bool) -> None:
    if rows:
        digests = [bytes(row.digest) for row in rows]
        statements.note_unused.one({"digests": digests, "unused": unused})


def _forget(terms: CollectionTerms, digests: list[bytes]) -> list[ForgottenBlock]:
    """Delete the rows of those that are unused still, retire their files; return the rows."""
    if not digests:
        return []
    with transaction.atomic():
        wanted = {"digests": digests, "grace": terms.grace_seconds}
        locked = [bytes(row.digest) for row in statements.lock_blocks.all(wanted)]
        gone = statements.forget_blocks.all({"digests": locked})
    crash_point("blocks-forgotten")
    for row in gone:
        if row.stored:
            block_store.current().retire(bytes(row.digest))
    return gone


def pieces(terms: CollectionTerms, after: bytes) -> Iterator[Step]:
    """Forget pieces of long hashmaps that no version names: their blocks may be unused then.

    Without a grace: who sends such a hashmap again makes its pieces anew.
    """
    wanted = {"limit": terms.batch}
    while rows := collect_pieces.look_at_pieces.all({"after": after, **wanted}):
        after = bytes(rows[-1].hash)
        unused = [bytes(row.hash) for row in rows if row.unused]
        if terms.apply and unused:
            with transaction.atomic():
                locked = collect_pieces.lock_pieces.all({"pieces": unused})
                collect_pieces.forget_pieces.one({"pieces": [bytes(row.hash) for row in locked]})
            crash_point("pieces-forgotten")
        yield Step(after, CollectionCounts(visited=len(rows)))


def claims(terms: CollectionTerms, after: bytes) -> Iterator[Step]:
    """Forget claims older than the grace of users who have no version with the block."""
    while rows := statements.look_at_claims.all(
        {
            "user": int.from_bytes(after[:_USER_BYTES], "big"),
            "after": after[_USER_BYTES:],
            "limit": terms.batch,
            "grace": terms.grace_seconds,
        }
    ):
        last = rows[-1]
        after = last.user.to_bytes(_USER_BYTES, "big") + bytes(last.digest)
        expired = [row for row in rows if row.expired]
        count = _forget_claims(terms, expired) if terms.apply and expired else len(expired)
        if terms.apply:
            _settle([row for row in rows if row.pending and not row.expired])
        yield Step(after, CollectionCounts(visited=len(rows), claims=count))


def _settle(waiting: Sequence[SeenClaim]) -> None:
    """Let what is named by now count no more as sent and not named."""
    if waiting:
        users = [row.user for row in waiting]
        digests = [bytes(row.digest) for row in waiting]
        statements.settle_claims.one({"users": users, "digests": digests})


def limited_claims(terms: CollectionTerms, after: bytes) -> Iterator[Step]:
    """Forget what was sent with limited tokens longer ago than the grace."""
    while rows := statements.forget_limited_claims.all(
        {
            "user": int.from_bytes(after[:_USER_BYTES], "big"),
            "bearer": after[_USER_BYTES : _USER_BYTES + DIGEST_SIZE],
            "after": after[_USER_BYTES + DIGEST_SIZE :],
            "limit": terms.batch,
            "grace": terms.grace_seconds,
            "apply": terms.apply,
        }
    ):
        last = rows[-1]
        after = last.user.to_bytes(_USER_BYTES, "big") + bytes(last.bearer) + bytes(last.digest)
        yield Step(
            after, CollectionCounts(visited=len(rows), claims=sum(row.expired for row in rows))
        )


def _forget_claims(terms: CollectionTerms, expired: Sequence[SeenClaim]) -> int:
    with transaction.atomic():
        wanted = {
            "users": [row.user for row in expired],
            "digests": [bytes(row.digest) for row in expired],
            "grace": terms.grace_seconds,
        }
        locked = statements.lock_expired.all(wanted)
        row = statements.forget_claims.one(
            {
                "users": [claim.user for claim in locked],
                "digests": [bytes(claim.digest) for claim in locked],
            }
        )
    return row.rows if row else 0
