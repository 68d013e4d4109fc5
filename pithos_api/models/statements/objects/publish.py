"""A new version of a name takes the place of the current one."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from pithos_api.models.statements.objects.claim_blocks import ACTOR, keep_blocks, keep_claims
from pithos_api.models.statements.objects.new_versions import FOLLOWING, expiring, insertion
from pithos_api.models.statements.objects.newest import newest_of
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns


class FoundUsage(NamedTuple):
    """Bytes of current objects: in a container, in its account, of one object, 0 if none."""

    in_container: int
    in_account: int
    size: int


class PublishedVersion(NamedTuple):
    """Whether each demand was met, and the version that was made if all were."""

    matched: bool
    unmatched: bool
    fresh: bool
    fits: bool
    serial: int
    modified: datetime


# One writer of a name at a time, and no container deleted under a writer. The shared lock is
# named by (1, container), the exclusive one by the name; both keys are hashes of the path, and
# two paths that share one merely wait for each other.
LOCK_NAME = (
    "SELECT pg_advisory_xact_lock_shared(1, %(container_lock)s),"
    " pg_advisory_xact_lock(%(name_lock)s); "
)

# The name that is copied is shared with its other readers, and has no writer meanwhile. All of a
# kind come in order, so that nobody waits in a circle: the copied name before or after the copy's.
LOCK_NAMES = (
    "SELECT pg_advisory_xact_lock_shared(1, %(container_lock)s),"
    " pg_advisory_xact_lock_shared(1, %(other_container_lock)s),"
    " pg_advisory_xact_lock_shared(%(lower_source)s), pg_advisory_xact_lock(%(name_lock)s),"
    " pg_advisory_xact_lock_shared(%(higher_source)s); "
)

# Where a quota applies, the account's writers commit one after the other: each sees what the
# one before it has used. Always the last lock: who waits for it holds names already, who has
# it waits for none.
LOCK_ACCOUNT = "SELECT pg_advisory_xact_lock(3, %(account_lock)s); "


def found_at(name: str) -> str:
    """Return SQL for a name as the lock keeps it. name: SQL.

    ``target``'s columns, the current version's (NULL where there is none), the moment of the change
    and that of the one before it. The newest row of the name, one probe of version_history, is the
    current version unless it is a tombstone. ``now`` never goes back within a name, nor behind the
    container's last folded change, even if the clock does.
    """
    return f"""
    SELECT target.*,
           CASE WHEN stands THEN serial END AS serial, CASE WHEN stands THEN uuid END AS uuid,
           CASE WHEN stands THEN size END AS size, CASE WHEN stands THEN etag END AS etag,
           CASE WHEN stands THEN merkle END AS merkle,
           CASE WHEN stands THEN segmented_etag END AS segmented_etag,
           CASE WHEN stands THEN meta END AS meta, CASE WHEN stands THEN domains END AS domains,
           coalesce(stands AND moved, false) AS moved,
           greatest(clock_timestamp(), target.modified,
                    latest.valid_from + interval '1 microsecond') AS now,
           latest.valid_from AS changed
      FROM target LEFT JOIN LATERAL (
           SELECT serial, uuid, size, etag, merkle, segmented_etag, meta, domains, valid_from,
                  moved, valid_to = 'infinity' AS stands
             FROM version {newest_of("target.id", name)}) AS latest ON true"""


FOUND = found_at("%(name)s::text")


def names_found(tags: str) -> str:
    """Return SQL for whether a list of ETags names what is found; the empty one stands for *.

    A static large object is shown with another ETag than the MD5 of its list: both name it. So
    does the Merkle hash, which is the ETag until the MD5 is made.
    """
    return f"""
        coalesce(found.etag = ANY(%({tags})s::bytea[]) OR found.merkle = ANY(%({tags})s)
                 OR found.segmented_etag = ANY(%({tags})s)
                 OR '' = ANY(%({tags})s) AND found.serial IS NOT NULL, false)"""


# The old version is closed. An insertion whose WHERE asks how many rows that were waits for it,
# as the unique index of names demands. All that a statement writes reads its one row ``state``:
# starting a scan for each thing that it must know took longer than writing.
SUPERSEDE = """
    closed AS (
        UPDATE version SET valid_to = state.now FROM state
         WHERE version.serial = state.serial AND state.holds
        RETURNING version.serial)"""
NEXT_SERIAL = "nextval('version_serial_seq')"
SUPERSEDED = "(SELECT count(*) FROM closed)"

# Bytes of current objects with what is not yet folded; evaluated only if needed.
_CONTAINER_BYTES = """
    (SELECT found.byte_count + coalesce(sum(bytes_added), 0) FROM usage_delta
      WHERE container_id = found.id)"""
_ACCOUNT_BYTES = """
    (SELECT sum(c.byte_count + (SELECT coalesce(sum(bytes_added), 0) FROM usage_delta d
                                 WHERE d.container_id = c.id))
       FROM container c WHERE c.account_id = found.account_id)"""


_FOUND_USAGE = {
    "in_container": f"{_CONTAINER_BYTES}::bigint",
    "in_account": f"{_ACCOUNT_BYTES}::bigint",
    "size": """
        coalesce((SELECT size FROM version
                   WHERE container_id = found.id AND name = %(name)s::text
                     AND valid_to = 'infinity'), 0)""",
}
read_usage = Statement(
    "read_usage",
    FoundUsage,
    f"""
    SELECT {columns(FoundUsage, _FOUND_USAGE)}
      FROM container AS found WHERE found.id = %(container)s::bigint
    """,
)


def changed_keys(new: str) -> str:
    """Return SQL for {key: +1 or -1} of the metadata keys that come and go, NULL if none does."""
    return f"""
        CASE WHEN {new} <> '{{}}' OR state.meta <> '{{}}' THEN
            (SELECT jsonb_object_agg(key, n) FROM (
                SELECT key, sum(n) AS n FROM (
                    SELECT jsonb_object_keys({new}) AS key, 1 AS n
                    UNION ALL
                    SELECT jsonb_object_keys(state.meta), -1) AS changes
                 GROUP BY key HAVING sum(n) <> 0) AS changed) END"""


_CONTAINER_OBJECTS = """
    (SELECT found.object_count + coalesce(sum(objects_added), 0) FROM usage_delta
      WHERE container_id = found.id)"""
_FITS = f"""
    CASE WHEN found.most_objects > 0 AND found.serial IS NULL
              AND found.most_objects <= {_CONTAINER_OBJECTS} THEN false
         WHEN %(size)s::bigint <= coalesce(found.size, 0) THEN true
         WHEN found.quota > 0 AND found.quota
              < {_CONTAINER_BYTES} + %(size)s - coalesce(found.size, 0) THEN false
         WHEN %(account_quota)s::bigint > 0 AND %(account_quota)s
              < {_ACCOUNT_BYTES} + %(size)s - coalesce(found.size, 0) THEN false
         ELSE true END"""


def _created(etag: str, digests: Mapping[str, str], actor: str) -> str:
    """Return SQL that makes the version.

    etag, actor: SQL for its ETag, and for who makes it; digests: columns of hashmap and pieces.
    """
    given = ("content_type", "content_encoding", "content_disposition", "manifest")
    values = {
        **FOLLOWING,
        "name": "%(name)s",
        "uuid": "coalesce(%(uuid)s::uuid, state.uuid, gen_random_uuid())",
        "size": "%(size)s::bigint",
        "etag": etag,
        "merkle": "%(merkle)s::bytea",
        **digests,
        **{name: f"%({name})s::text" for name in given},
        "segmented_size": "%(segmented_size)s::bigint",
        "segmented_etag": "%(segmented_etag)s::bytea",
        **expiring("%(expires)s::bigint"),
        "manifest_by_id": "%(manifest_by)s::bigint",
        "symlink": "%(symlink)s::jsonb",
        "modified_by_id": actor,
        "moved": "%(moved)s::boolean OR %(uuid)s IS NULL AND state.moved",
        "meta": "%(meta)s::jsonb",
        "domains": "coalesce(%(domains)s::jsonb, state.domains)",
    }
    return f"""
    created AS (
        {insertion(values)}
          FROM state WHERE state.holds AND {SUPERSEDED} >= 0
        RETURNING serial, uuid, valid_from),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT state.id, CASE WHEN state.serial IS NULL THEN 1 ELSE 0 END,
               %(size)s - coalesce(state.size, 0), {changed_keys("%(meta)s")}, state.now
          FROM state WHERE state.holds)"""


# Of what is taken over most is claimed already. A claim that needs no renewal is not touched, or
# all who copy one object would wait for each other's commit. With a limit it stays one probe each;
# an anti join may read all that the user ever claimed.
_UNCLAIMED = """
    ARRAY(SELECT wanted FROM unnest(%(claims)s::bytea[]) AS wanted
           WHERE (SELECT 1 FROM block_claim fresh
                   WHERE fresh.user_id = %(actor)s::bigint AND fresh.digest = wanted
                     AND fresh.claimed >= now() - interval '1 hour'
                     AND fresh.pending IS NULL LIMIT 1) IS NULL
           ORDER BY wanted)"""


class TakenBlocks(NamedTuple):
    """SQL of what a version takes over from elsewhere: blocks that its writer does not bring.

    row: a SELECT whose one row has ``holds``, whether all of them may be named. It locks them
    against garbage collection until the version names them. claims: those of the digests that
    become the actor's, in order. alone: whether the writer brings no others besides.
    """

    row: str
    claims: str
    alone: bool = False


# The state that was copied must be current still if it was when it was read.
_TAKEN = TakenBlocks(
    """
        SELECT (SELECT count(*) FROM (
                    SELECT FROM block WHERE digest = ANY(%(named)s::bytea[])
                     ORDER BY digest FOR KEY SHARE) AS locked) = cardinality(%(named)s)
               AND (%(source)s::bigint IS NULL OR EXISTS (
                    SELECT FROM version WHERE serial = %(source)s AND valid_to = 'infinity'))
               AS holds""",
    _UNCLAIMED,
)

_ETAG = "%(etag)s::bytea"
_WHOLE: Mapping[str, str] = {"hashmap": "%(hashmap)s::bytea"}
_IN_PIECES: Mapping[str, str] = {"pieces": "%(pieces)s::bytea"}

PUBLISHED = {
    "matched": "state.matched",
    "unmatched": "state.unmatched",
    "fresh": "state.fresh",
    "fits": "state.fits",
    "serial": "created.serial",
    "modified": "created.valid_from",
}


_TARGET = """
    SELECT id, account_id, modified, quota, byte_count, object_count, most_objects FROM container
     WHERE id = %(container)s::bigint"""


def publishing(  # noqa: PLR0913 - what the statements differ in, all by keyword
    *,
    fits: str = "true",
    takes: TakenBlocks | None = None,
    etag: str = _ETAG,
    digests: Mapping[str, str] = _WHOLE,
    target: str = _TARGET,
    actor: str = ACTOR,
    shown: str = columns(PublishedVersion, PUBLISHED),
) -> str:
    """Return the statement. fits: SQL for whether the new version is within all quotas.

    takes: what it takes over; None: nothing. etag, digests, actor: as of ``_created``.
    target: SELECT of the container; shown: what is found of ``state``, ``created`` and ``taken``.

    Conditions are judged against the version that the lock protects. An ETag in them is
    16 bytes; the empty one stands for *. ``serial`` is the version that the writer built upon,
    NULL if it built upon none. OFFSET 0 keeps quotas from being summed up again for ``holds``.
    """
    taken = f"taken AS MATERIALIZED ({takes.row})," if takes else ""
    whole = "AND (SELECT holds FROM taken)" if takes else ""
    return f"""
    WITH target AS ({target}),
    {taken}
    state AS MATERIALIZED (
        SELECT *, matched AND unmatched AND fresh AND fits AS holds FROM (
            SELECT found.*,
                   %(if_match)s::bytea[] IS NULL OR {names_found("if_match")} AS matched,
                   NOT {names_found("if_none_match")} AS unmatched,
                   (%(serial)s::bigint IS NULL OR coalesce(serial = %(serial)s, false))
                   {whole} AS fresh,
                   {fits} AS fits
              FROM ({FOUND}) AS found OFFSET 0) AS judged),
    {SUPERSEDE},
    {_kept(takes, actor)},
    {_created(etag, digests, actor)}
    SELECT {shown}
      FROM state LEFT JOIN created ON true
"""


def _kept(takes: TakenBlocks | None, actor: str) -> str:
    """Return SQL that makes blocks known, and the actor's."""
    where = ("state, ", "WHERE state.holds")
    if takes is None:
        return keep_blocks(*where, actor=actor)
    keep = keep_claims if takes.alone else keep_blocks
    return keep(*where, takes.claims, actor)


_QUOTA = ("account_lock", "account_quota")
publish = Statement(
    "publish",
    PublishedVersion,
    publishing(),
    before=LOCK_NAME,
    writes=True,
    spares=_QUOTA,
)

# The same in an account or container that has a quota.
publish_in_quota = Statement(
    "publish_in_quota",
    PublishedVersion,
    publishing(fits=_FITS),
    before=LOCK_NAME + LOCK_ACCOUNT,
    writes=True,
)

# The same two for what takes blocks over: copies, block lists, updates.
publish_taken = Statement(
    "publish_taken",
    PublishedVersion,
    publishing(takes=_TAKEN),
    before=LOCK_NAMES,
    writes=True,
    spares=_QUOTA,
)
publish_taken_in_quota = Statement(
    "publish_taken_in_quota",
    PublishedVersion,
    publishing(fits=_FITS, takes=_TAKEN),
    before=LOCK_NAMES + LOCK_ACCOUNT,
    writes=True,
)


def _long(*, takes: bool, in_quota: bool) -> Statement[PublishedVersion]:
    fits = _FITS if in_quota else "true"
    locks = (LOCK_NAMES if takes else LOCK_NAME) + (LOCK_ACCOUNT if in_quota else "")
    return Statement(
        f"publish_long{'_taken' if takes else ''}{'_in_quota' if in_quota else ''}",
        PublishedVersion,
        publishing(fits=fits, takes=_TAKEN if takes else None, digests=_IN_PIECES),
        before=locks,
        writes=True,
        spares=("hashmap", *(() if in_quota else _QUOTA)),
    )


# All of these by ``takes`` and whether there is a quota, for hashmaps in pieces. What is taken
# over is then locked before, and claimed afterwards (``services.objects.long_hashmaps``).
publish_long = {
    (takes, in_quota): _long(takes=takes, in_quota=in_quota)
    for takes in (False, True)
    for in_quota in (False, True)
}
