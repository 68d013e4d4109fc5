"""Rows that nothing needs: blocks that no version names, claims of users who have none."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from pithos_api.blocks.crash import crash_point
from pithos_api.models.statements import collect_garbage as statements
from pithos_api.models.statements.prepared import Row
from pithos_api.services import block_store
from pithos_api.services.collector.steps import Step, Tally, Terms
from pithos_api.values import DIGEST_SIZE

_USER_BYTES = 8


def blocks(terms: Terms, after: bytes) -> Iterator[Step]:
    """Forget blocks that were unused for the grace; note since when others are.

    Small ones are gone with their rows. The files of the rest are retired: ``leaving`` counts
    and discards them.
    """
    while rows := statements.look_at_blocks.all(
        {"after": after, "limit": terms.batch, "grace": terms.grace_seconds}
    ):
        after = bytes(rows[-1][0])
        due = [row for row in rows if row[3] and row[5]]
        waiting = [row for row in rows if row[3] and not row[5]]
        tally = Tally(
            visited=len(rows), waiting=len(waiting), waiting_bytes=sum(row[1] for row in waiting)
        )
        if terms.apply:
            _note([row for row in waiting if not row[4]], unused=True)
            _note([row for row in rows if row[4] and not row[3]], unused=False)
            gone = _forget(terms, [bytes(row[0]) for row in due])
            small = [row for row in gone if not row[2]]
            tally += Tally(blocks=len(small), freed_bytes=sum(row[1] for row in small))
        else:
            tally += Tally(blocks=len(due), freed_bytes=sum(row[1] for row in due))
        yield Step(after, tally)


def _note(rows: Sequence[Row], *, unused: bool) -> None:
    if rows:
        statements.note_unused.one({"digests": [bytes(row[0]) for row in rows], "unused": unused})


def _forget(terms: Terms, digests: list[bytes]) -> list[Row]:
    """Delete the rows of those that are unused still, retire their files; return the rows."""
    if not digests:
        return []
    with transaction.atomic():
        wanted = {"digests": digests, "grace": terms.grace_seconds}
        locked = [bytes(digest) for (digest,) in statements.lock_blocks.all(wanted)]
        gone = statements.forget_blocks.all({"digests": locked})
    crash_point("blocks-forgotten")
    for digest, _, stored in gone:
        if stored:
            block_store.current().retire(bytes(digest))
    return gone


def claims(terms: Terms, after: bytes) -> Iterator[Step]:
    """Forget claims older than the grace of users who have no version with the block."""
    while rows := statements.look_at_claims.all(
        {
            "user": int.from_bytes(after[:_USER_BYTES], "big"),
            "after": after[_USER_BYTES:],
            "limit": terms.batch,
            "grace": terms.grace_seconds,
        }
    ):
        user, digest, *_ = rows[-1]
        after = user.to_bytes(_USER_BYTES, "big") + bytes(digest)
        expired = [row for row in rows if row[2]]
        count = _forget_claims(terms, expired) if terms.apply and expired else len(expired)
        if terms.apply:
            _settle([row for row in rows if row[3] and not row[2]])
        yield Step(after, Tally(visited=len(rows), claims=count))


def _settle(waiting: Sequence[Row]) -> None:
    """Let what is named by now count no more as sent and not named."""
    if waiting:
        users, digests = [row[0] for row in waiting], [bytes(row[1]) for row in waiting]
        statements.settle_claims.one({"users": users, "digests": digests})


def limited_claims(terms: Terms, after: bytes) -> Iterator[Step]:
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
        user, bearer, digest, _ = rows[-1]
        after = user.to_bytes(_USER_BYTES, "big") + bytes(bearer) + bytes(digest)
        yield Step(after, Tally(visited=len(rows), claims=sum(row[3] for row in rows)))


def _forget_claims(terms: Terms, expired: Sequence[Row]) -> int:
    with transaction.atomic():
        wanted = {
            "users": [row[0] for row in expired],
            "digests": [bytes(row[1]) for row in expired],
            "grace": terms.grace_seconds,
        }
        locked = statements.lock_expired.all(wanted)
        row = statements.forget_claims.one(
            {"users": [row[0] for row in locked], "digests": [bytes(row[1]) for row in locked]}
        )
    return int(row[0]) if row else 0
