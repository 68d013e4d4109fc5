"""Blocks that were sent on their own become known, and their sender's."""

from typing import NamedTuple

from pithos_api.models.statements.hashmaps.hashmap_pieces import named_in_pieces, parts_of
from pithos_api.models.statements.objects.named_blocks import names_block
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted, columns


class ClaimedBlock(NamedTuple):
    """A block that may be named. size: stored bytes."""

    digest: memoryview
    size: int


class Unnamed(NamedTuple):
    """What a user has sent and not named: bytes, and number of blocks."""

    size: int
    blocks: int


_CLAIMED_BLOCK = columns(ClaimedBlock, {"digest": "b.digest", "size": "b.size"})

# Those of the digests that the actor may name, with their stored lengths. Whether somebody else
# has sent a block is not looked at: the claim is probed first, and without one nothing else is.
# A damaged block counts as missing: who has its bytes shall send them again.
# With limits they stay probes: a join may read all that the user ever claimed.
_CLAIMS = f"""
    SELECT {_CLAIMED_BLOCK} FROM unnest(%(digests)s::bytea[]) AS wanted
     CROSS JOIN LATERAL (
           SELECT digest FROM block_claim
            WHERE user_id = %(actor)s::bigint AND digest = wanted LIMIT 1) AS claim
     CROSS JOIN LATERAL (
           SELECT digest, size FROM block
            WHERE digest = claim.digest AND damaged IS NULL LIMIT 1) AS b
     ORDER BY b.digest
"""
read_claims = Statement("read_claims", ClaimedBlock, _CLAIMS)

# Few versions are not few digests: to read them all takes their hashmaps apart for each probe.
_PROBING = "SET LOCAL enable_seqscan = off; "

# The same for a token that reaches names from ``first`` to ``beyond`` of one container. All
# wanted blocks cost the same probes: of one that the user may not name at all, a digest is looked
# for that nothing has. OFFSET 0 keeps the planner from reading all names in reach for each.
_SOUGHT = """
    sought AS (
        SELECT wanted, coalesce((SELECT digest FROM block_claim
                                  WHERE user_id = %(actor)s::bigint AND digest = wanted LIMIT 1),
                                sha256(wanted)) AS digest
          FROM unnest(%(digests)s::bytea[]) AS wanted OFFSET 0)"""
_REACHED = """
    v.container_id = %(container)s::bigint AND v.name >= %(first)s::text
    AND v.name < %(beyond)s::text"""
_IN_REACH = f"{_REACHED} LIMIT 1"
_SENT_OR_WHOLE = f"""
    ((SELECT 1 FROM limited_claim own
       WHERE own.user_id = %(actor)s AND own.bearer = %(bearer)s::bytea
         AND own.digest = sought.digest LIMIT 1) IS NOT NULL
     OR (SELECT 1 FROM (
             SELECT container_id, name FROM version WHERE merkle = sought.digest OFFSET 0) AS v
          WHERE {_IN_REACH}) IS NOT NULL)"""
_ONE_OF_SEVERAL = f"""
    coalesce((SELECT serial FROM (
                  SELECT serial, container_id, name FROM version
                   WHERE hashmap IS NOT NULL
                     AND block_keys(hashmap) @> ARRAY[substr(found.digest, 1, 8)] OFFSET 0) AS v
               WHERE {_IN_REACH}),
             {named_in_pieces("found.digest", _REACHED)})"""

# The index knows the first bytes of digests: what it finds is compared in full, and for that each
# version is taken apart once, however many of the wanted blocks it names.
_LIMITED_CLAIMS = f"""
    WITH {_SOUGHT},
    found AS (
        SELECT wanted, digest, {_SENT_OR_WHOLE} AS surely FROM sought OFFSET 0),
    reached AS MATERIALIZED (
        SELECT wanted, digest = wanted AS theirs, surely,
               CASE WHEN NOT surely THEN {_ONE_OF_SEVERAL} END AS serial
          FROM found),
    named AS (
        SELECT v.serial, substr(part.digests, 32 * place + 1, 32) AS digest
          FROM (SELECT DISTINCT serial FROM reached WHERE serial IS NOT NULL) AS several
          JOIN version v ON v.serial = several.serial
         CROSS JOIN LATERAL {parts_of("v")} AS part
         CROSS JOIN LATERAL generate_series(0, length(part.digests) / 32 - 1) AS place)
    SELECT {_CLAIMED_BLOCK} FROM reached
     CROSS JOIN LATERAL (
           SELECT digest, size FROM block
            WHERE digest = reached.wanted AND damaged IS NULL LIMIT 1) AS b
     WHERE theirs AND (surely OR (serial, wanted) IN (SELECT serial, digest FROM named))
     ORDER BY b.digest
"""
read_limited_claims = Statement(
    "read_limited_claims", ClaimedBlock, _LIMITED_CLAIMS, before=_PROBING
)

# Rows go in by digest, so that two writers with blocks in common cannot deadlock. One that is
# there is at least locked, against garbage collection; its time is renewed once an hour. One that
# was damaged is sound again: the bytes of all these are durable anew, whatever was there before.
_KEPT = """
    kept AS (
        INSERT INTO block (digest, size, data)
        {sent}
        ON CONFLICT (digest) DO UPDATE SET touched = now(), damaged = NULL,
               data = CASE WHEN block.damaged IS NULL THEN block.data ELSE excluded.data END
         WHERE block.touched < now() - interval '1 hour' OR block.damaged IS NOT NULL)"""
_CLAIMED = """
    claimed AS (
        INSERT INTO block_claim (user_id, digest)
        {claims}
        ON CONFLICT (user_id, digest) DO UPDATE SET claimed = now(), pending = NULL
         WHERE block_claim.claimed < now() - interval '1 hour' OR block_claim.pending IS NOT NULL
        RETURNING 1)"""

# Blocks that come on their own: those that no version of the user's names count as ``pending``.
_SENT_ALONE = f"""
    claimed AS (
        INSERT INTO block_claim (user_id, digest, pending)
        SELECT sent.user_id, sent.digest, CASE WHEN NOT ({names_block("sent")}) THEN sent.size END
          FROM (SELECT %(actor)s::bigint AS user_id, digest, size
                  FROM unnest(%(digests)s, %(sizes)s) AS blocks (digest, size)) AS sent
        ON CONFLICT (user_id, digest) DO UPDATE SET claimed = now(), pending = excluded.pending
         WHERE block_claim.claimed < now() - interval '1 hour'
               OR block_claim.pending IS DISTINCT FROM excluded.pending
        RETURNING 1)"""
_LIMITED = """
    limited AS (
        INSERT INTO limited_claim (user_id, bearer, digest)
        SELECT %(actor)s, %(bearer)s::bytea, digest FROM unnest(%(digests)s) AS digest
        ON CONFLICT (user_id, bearer, digest) DO UPDATE SET claimed = now()
         WHERE limited_claim.claimed < now() - interval '1 hour'
        RETURNING 1)"""

_BLOCKS = """
        SELECT sent.* FROM {given}unnest(%(digests)s::bytea[], %(sizes)s::int[],
                                         %(contents)s::bytea[]) AS sent {when}"""
_SENT = "%(digests)s::bytea[]"
ACTOR = "%(actor)s::bigint"


def keep_blocks(given: str = "", when: str = "", claims: str = _SENT, actor: str = ACTOR) -> str:
    """Return SQL that makes ``digests`` known and the actor's; if ``given`` has a row ``when``.

    claims: SQL for the digests that become the actor's, in order; actor: SQL for who that is.
    """
    claimed = _claims(given, when, claims, actor)
    return keep_rows(_BLOCKS.format(given=given, when=when), claimed)


def keep_claims(given: str, when: str, claims: str, actor: str = ACTOR) -> str:
    """Return SQL that makes digests of known blocks the actor's; else as ``keep_blocks``."""
    return _CLAIMED.format(claims=_claims(given, when, claims, actor))


def _claims(given: str, when: str, claims: str, actor: str) -> str:
    return f"SELECT {actor}, digest FROM {given}unnest({claims}) AS digest {when}"


def keep_rows(blocks: str, claims: str) -> str:
    """Return the same for SELECTs of blocks, and of users with digests; both in their order."""
    return f"{_KEPT},{_CLAIMED}".format(sent=blocks, claims=claims)


_ALONE = f"{_KEPT.format(sent=_BLOCKS.format(given='', when=''))},{_SENT_ALONE}"
claim_blocks = Statement(
    "claim_blocks",
    Counted,
    f"WITH {_ALONE} SELECT count(*) AS rows FROM claimed",
    writes=True,
)

# With a token that reaches only a part of the account: remembered for that token, too.
claim_limited_blocks = Statement(
    "claim_limited_blocks",
    Counted,
    f"WITH {_ALONE},{_LIMITED} SELECT count(*) AS rows FROM claimed",
    before=_PROBING,
    writes=True,
)

# Bytes and number of the blocks that a user has sent and not named: Index Only Scan of
# unnamed_claims. By ``> 0`` the planner takes it for narrower than the primary key, always.
_UNNAMED = {"size": "coalesce(sum(pending), 0)::bigint", "blocks": "count(*)"}
read_unnamed = Statement(
    "read_unnamed",
    Unnamed,
    f"""
    SELECT {columns(Unnamed, _UNNAMED)} FROM block_claim
     WHERE user_id = %(actor)s::bigint AND pending > 0
    """,
)
