"""The MD5 of content: known from other versions, or yet to be made."""

from typing import Final, NamedTuple

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted, columns


class KnownContent(NamedTuple):
    """Content that is or was stored. etag: MD5, 16 bytes."""

    etag: memoryview


class LateContent(NamedTuple):
    """Content that has no MD5, and how far that has come.

    owner: of one of its versions, a user's row id; serial: of that version.
    known: the MD5, if another version of the same content has it.
    """

    owner: int
    serial: int
    merkle: memoryview
    size: int
    known: memoryview | None
    done: int
    state: memoryview


class LateBytes(NamedTuple):
    """Versions that have no MD5: how many, and their bytes."""

    versions: int
    size: int


LATE: Final = "{v}.etag = {v}.merkle AND NOT {v}.deleted"
_LATE: Final = LATE.format(v="v")

_FOUND: Final = {
    "owner": "first.account_id",
    "serial": "first.serial",
    "merkle": "first.merkle",
    "size": "first.size",
    "known": """
        (SELECT k.etag FROM version k
          WHERE k.merkle = first.merkle AND k.size = first.size AND NOT k.deleted
            AND k.etag <> k.merkle LIMIT 1)""",
    "done": "coalesce(l.done, 0)",
    "state": "coalesce(l.state, '')",
}

# Accounts take turns, in the order of their ids, from the one after ``last``. Of an account, what
# is current goes before history, and what is small before what is large. Each step of the walk is
# one probe of version_late_md5 for the next container, and one more finds its first version.
next_late = Statement(
    "next_late_md5",
    LateContent,
    f"""
    WITH RECURSIVE walk (container_id) AS (
        (SELECT v.container_id FROM version v WHERE {_LATE} ORDER BY v.container_id LIMIT 1)
        UNION ALL
        SELECT (SELECT v.container_id FROM version v
                 WHERE {_LATE} AND v.container_id > walk.container_id
                 ORDER BY v.container_id LIMIT 1)
          FROM walk WHERE walk.container_id IS NOT NULL),
    first AS (
        SELECT c.account_id, v.*
          FROM walk JOIN container c ON c.id = walk.container_id CROSS JOIN LATERAL (
               SELECT v.serial, v.merkle, v.size, v.valid_to FROM version v
                WHERE {_LATE} AND v.container_id = walk.container_id
                  AND NOT EXISTS (SELECT FROM late_md5 l
                                   WHERE l.merkle = v.merkle AND l.size = v.size
                                     AND l.retry > now())
                ORDER BY v.valid_to DESC, v.size LIMIT 1) AS v
         ORDER BY c.account_id <= %(last)s::bigint, c.account_id, v.valid_to DESC, v.size LIMIT 1)
    SELECT {columns(LateContent, _FOUND)}
      FROM first LEFT JOIN late_md5 l ON l.merkle = first.merkle AND l.size = first.size
    """,
)

keep_progress = Statement(
    "keep_md5_progress",
    Counted,
    f"""
    WITH kept AS (
        INSERT INTO late_md5 (merkle, size, done, state, retry)
        SELECT v.merkle, v.size, %(done)s::bigint, %(state)s::bytea,
               now() + make_interval(secs => %(pause)s::float8)
          FROM version v WHERE v.serial = %(serial)s::bigint AND {_LATE}
        ON CONFLICT (merkle, size) DO UPDATE
        SET done = excluded.done, state = excluded.state, retry = excluded.retry RETURNING 1)
    SELECT count(*) AS rows FROM kept
    """,
    writes=True,
)

# Rows that a writer holds are passed over: who holds several must wait for none. What listings show
# has changed, and a delta says so, though it adds nothing.
give_md5 = Statement(
    "give_md5",
    Counted,
    f"""
    WITH free AS (
        SELECT v.serial FROM version v
         WHERE v.merkle = %(merkle)s::bytea AND v.size = %(size)s::bigint AND {_LATE}
         LIMIT %(limit)s::int FOR NO KEY UPDATE SKIP LOCKED),
    given AS (
        UPDATE version SET etag = %(md5)s::bytea FROM free WHERE version.serial = free.serial
        RETURNING version.container_id),
    noted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, at)
        SELECT DISTINCT container_id, 0, 0, clock_timestamp() FROM given)
    SELECT count(*) AS rows FROM given
    """,
    writes=True,
)

# Content that has its MD5 by now, or is gone.
forget_progress = Statement(
    "forget_md5_progress",
    Counted,
    f"""
    WITH forgotten AS (
        DELETE FROM late_md5 WHERE (merkle, size) IN (
               SELECT l.merkle, l.size FROM late_md5 l
                WHERE NOT EXISTS (SELECT FROM version v
                                   WHERE v.merkle = l.merkle AND v.size = l.size AND {_LATE})
                LIMIT %(limit)s::int)
        RETURNING 1)
    SELECT count(*) AS rows FROM forgotten
    """,
    writes=True,
)

# As many as can be told in some hundredths of a second.
_SUMS: Final = {"versions": "count(*)", "size": "coalesce(sum(size), 0)::bigint"}
LATE_BYTES: Final = f"""
    SELECT {columns(LateBytes, _SUMS)}
      FROM (SELECT v.size FROM version v WHERE {_LATE} LIMIT 100000) AS page"""

# Index Scan of version_content, in its order: where many have the same content, the planner would
# rather walk all versions until it meets one.
KNOWN: Final = """
    SELECT etag FROM version
     WHERE merkle BETWEEN %(merkle)s::bytea AND %(merkle)s AND size = %(size)s::bigint
       AND NOT deleted AND etag <> merkle
     ORDER BY merkle LIMIT 1"""
known_content = Statement("known_content", KnownContent, KNOWN)
