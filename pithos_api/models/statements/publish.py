"""A new version of a name takes the place of the current one."""

from pithos_api.models.statements.claim_blocks import keep_blocks
from pithos_api.models.statements.prepared import Statement

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

# ``latest`` is the newest row of the name, one probe of version_history; it is the current
# version unless it is a tombstone. ``moment`` never goes back within a name, nor behind the
# container's last folded change, even if the clock does.
HISTORY = """
    latest AS (
        SELECT v.* FROM target CROSS JOIN LATERAL (
            SELECT serial, uuid, size, etag, meta, domains, valid_from, valid_to FROM version
             WHERE container_id = target.id AND name = %(name)s::text
             ORDER BY valid_from DESC LIMIT 1) AS v),
    old AS (SELECT * FROM latest WHERE valid_to = 'infinity'),
    moment AS (
        SELECT greatest(clock_timestamp(), target.modified,
                        latest.valid_from + interval '1 microsecond') AS now
          FROM target LEFT JOIN latest ON true)"""

# The old version is closed. An insertion whose WHERE asks how many rows that were waits for it,
# as the unique index of names demands.
SUPERSEDE = """
    closed AS (
        UPDATE version SET valid_to = moment.now FROM old, verdict, moment
         WHERE version.serial = old.serial AND verdict.holds
        RETURNING 1),
    superseded AS (SELECT count(*) AS versions FROM closed)"""

# Bytes of current objects with what is not yet folded; evaluated only if needed.
_CONTAINER_BYTES = """
    (SELECT target.byte_count + coalesce(sum(bytes_added), 0) FROM usage_delta
      WHERE container_id = target.id)"""
_ACCOUNT_BYTES = """
    (SELECT sum(c.byte_count + (SELECT coalesce(sum(bytes_added), 0) FROM usage_delta d
                                 WHERE d.container_id = c.id))
       FROM container c WHERE c.account_id = target.account_id)"""


def changed_keys(new: str) -> str:
    """Return SQL for {key: +1 or -1} of the metadata keys that come and go, NULL if none does."""
    return f"""
        CASE WHEN {new} <> '{{}}' OR (SELECT meta FROM old) <> '{{}}' THEN
            (SELECT jsonb_object_agg(key, n) FROM (
                SELECT key, sum(n) AS n FROM (
                    SELECT jsonb_object_keys({new}) AS key, 1 AS n
                    UNION ALL
                    SELECT jsonb_object_keys(old.meta), -1 FROM old) AS changes
                 GROUP BY key HAVING sum(n) <> 0) AS changed) END"""


_FITS = f"""
    CASE WHEN %(size)s::bigint <= coalesce(old.size, 0) THEN true
         WHEN target.quota > 0 AND target.quota
              < {_CONTAINER_BYTES} + %(size)s - coalesce(old.size, 0) THEN false
         WHEN %(account_quota)s::bigint > 0 AND %(account_quota)s
              < {_ACCOUNT_BYTES} + %(size)s - coalesce(old.size, 0) THEN false
         ELSE true END"""


_CREATED = f"""
    created AS (
        INSERT INTO version (
            container_id, name, uuid, size, etag, merkle, hashmap, content_type,
            content_encoding, content_disposition, manifest, segmented_size, segmented_etag,
            expires, modified_by_id, valid_from, meta, domains)
        SELECT target.id, %(name)s, coalesce(%(uuid)s::uuid, old.uuid, gen_random_uuid()),
               %(size)s::bigint, %(etag)s::bytea, %(merkle)s::bytea, %(hashmap)s::bytea,
               %(content_type)s::text, %(content_encoding)s::text,
               %(content_disposition)s::text, %(manifest)s::text, %(segmented_size)s::bigint,
               %(segmented_etag)s::bytea, %(expires)s::timestamptz, %(actor)s, moment.now,
               %(meta)s::jsonb, coalesce(%(domains)s::jsonb, old.domains)
          FROM superseded, target, moment, verdict LEFT JOIN old ON true
         WHERE verdict.holds AND superseded.versions >= 0
        RETURNING serial, uuid, valid_from),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT target.id, CASE WHEN old.serial IS NULL THEN 1 ELSE 0 END,
               %(size)s - coalesce(old.size, 0), {changed_keys("%(meta)s")}, moment.now
          FROM target, moment, verdict LEFT JOIN old ON true
         WHERE verdict.holds)"""


# What a version takes over from elsewhere: blocks that it names and does not bring, which must be
# there and are locked against garbage collection until the version names them, and the state
# that was copied, which must be current still if it was when it was read.
_TAKEN = """
    taken AS MATERIALIZED (
        SELECT (SELECT count(*) FROM (
                    SELECT FROM block WHERE digest = ANY(%(named)s::bytea[])
                     ORDER BY digest FOR KEY SHARE) AS locked) = cardinality(%(named)s)
               AND (%(source)s::bigint IS NULL OR EXISTS (
                    SELECT FROM version WHERE serial = %(source)s AND valid_to = 'infinity'))
               AS holds),"""


def _publish(fits: str, *, takes: bool = False) -> str:
    """Return the statement. fits: SQL for whether the new version is within all quotas.

    takes: whether it takes blocks over that it does not bring.

    Conditions are judged against the version that the lock protects. An ETag in them is
    16 bytes; the empty one stands for *. ``serial`` is the version that the writer built upon,
    NULL if it built upon none.
    """
    taken = _TAKEN if takes else ""
    whole = "AND (SELECT holds FROM taken)" if takes else ""
    claims = "%(claims)s::bytea[]" if takes else "%(digests)s::bytea[]"
    return f"""
    WITH target AS (
        SELECT id, account_id, modified, quota, byte_count FROM container
         WHERE id = %(container)s::bigint),
    {HISTORY},
    {taken}
    judged AS MATERIALIZED (
        SELECT %(if_match)s::bytea[] IS NULL
               OR coalesce(old.etag = ANY(%(if_match)s) OR '' = ANY(%(if_match)s), false)
               AS matched,
               NOT coalesce(old.etag = ANY(%(if_none_match)s::bytea[])
                            OR '' = ANY(%(if_none_match)s), false)
               OR old.serial IS NULL AS unmatched,
               (%(serial)s::bigint IS NULL OR coalesce(old.serial = %(serial)s, false))
               {whole} AS fresh,
               {fits} AS fits
          FROM target LEFT JOIN old ON true),
    verdict AS MATERIALIZED (
        SELECT *, matched AND unmatched AND fresh AND fits AS holds FROM judged),
    {SUPERSEDE},
    {keep_blocks("verdict, ", "WHERE verdict.holds", claims)},
    {_CREATED}
    SELECT verdict.matched, verdict.unmatched, verdict.fresh, verdict.fits,
           created.serial, created.valid_from
      FROM verdict LEFT JOIN created ON true
"""


publish = Statement("publish", _publish("true"), before=LOCK_NAME, writes=True)

# The same in an account or container that has a quota.
publish_in_quota = Statement(
    "publish_in_quota", _publish(_FITS), before=LOCK_NAME + LOCK_ACCOUNT, writes=True
)

# The same two for what takes blocks over: copies, block lists, updates.
publish_taken = Statement(
    "publish_taken", _publish("true", takes=True), before=LOCK_NAMES, writes=True
)
publish_taken_in_quota = Statement(
    "publish_taken_in_quota",
    _publish(_FITS, takes=True),
    before=LOCK_NAMES + LOCK_ACCOUNT,
    writes=True,
)
