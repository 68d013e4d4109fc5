"""The parts of manifests, as far as somebody may read them.

What they may see is found first, from what is shared with them; only then are objects looked
for. So neither the answer nor the work tells of what they may not see. ``viewer`` is a user's row
id, 0 for anybody; a user who is suspended sees nothing.
"""

from datetime import datetime
from typing import NamedTuple

from pithos_api.models.statements.access.rights import (
    CALLED,
    REFERRED,
    by_account_lists,
    is_served,
)
from pithos_api.models.statements.objects.read_object import SHORT_HASHMAP
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns
from pithos_api.values import Right


class PartRow(NamedTuple):
    """An object as a part. container: its name.

    is_dynamic: it is the manifest of a dynamic large object. whole_size, whole_etag: of a static
    one, what it reads as. symlink: JSON, None of what is none.
    """

    container: str
    name: str
    serial: int
    size: int
    etag: memoryview
    merkle: memoryview
    content_type: str
    modified: datetime
    is_dynamic: bool
    whole_size: int | None
    whole_etag: memoryview | None
    symlink: str | None


class PartsRow(NamedTuple):
    """All parts, in order. etag: MD5 of all their ETags, in hex."""

    serials: list[int]
    sizes: list[int]
    etag: str


class ContentRow(NamedTuple):
    """What a version consists of.

    hashmap: digests one after the other; None of a single block, whose is ``merkle``, and of more
    than ``MANY_BLOCKS``. data: the single block's bytes if it is inline, else None.
    """

    serial: int
    size: int
    merkle: memoryview
    hashmap: memoryview | None
    data: memoryview | None


# Containers of the owner, whether everything in them may be read, and what else must be known.
_PLACE = f"""
    SELECT c.id, c.name, {CALLED} AS called, caller.id > 0 AND c.has_publications AS publishes,
           caller.id = c.account_id OR {REFERRED}
           OR c.readers <> '{{}}' AND c.readers && {CALLED}
           OR {by_account_lists("c.account_id", CALLED)} & {Right.READ:d} > 0 AS whole
      FROM (SELECT u.id, u.account FROM accounts_user u
             WHERE u.id = %(viewer)s::bigint AND {is_served("u")}
             UNION ALL
            SELECT 0, '' WHERE %(viewer)s = 0) AS caller
      JOIN container c ON c.account_id = %(owner)s::bigint
"""

_SHARED = "(g.readers && place.called OR g.writers && place.called)"

_PART = {
    "container": "place.name",
    "name": "v.name",
    "serial": "v.serial",
    "size": "v.size",
    "etag": "v.etag",
    "merkle": "v.merkle",
    "content_type": "v.content_type",
    "modified": "v.valid_from",
    "is_dynamic": "v.manifest IS NOT NULL",
    "whole_size": "v.segmented_size",
    "whole_etag": "v.segmented_etag",
    "symlink": "v.symlink",
}
_PARTS = {
    "serials": "coalesce(array_agg(serial ORDER BY name), '{}')",
    "sizes": "coalesce(array_agg(size ORDER BY name), '{}')",
    "etag": "md5(coalesce(string_agg(encode(etag, 'hex'), '' ORDER BY name), ''))",
}

# What has expired is gone, though it is yet to be tombstoned (``services.expiry``).
_THERE = "valid_to = 'infinity' AND (expires IS NULL OR expires > now())"

# Those whose names lie between ``first`` and ``beyond``, in name order, in one row, since there
# may be very many: serials, sizes, and the MD5 of all their ETags. They are a range of
# version_current for the whole, or one for each thing that is shared. Names have no control
# characters, so a name continued with U+0001 comes next after it.
list_parts = Statement(
    "list_parts",
    PartsRow,
    f"""
    WITH place AS MATERIALIZED ({_PLACE} AND c.name = %(container)s::text),
    span (first, beyond) AS (
        SELECT %(first)s::text COLLATE "C", %(beyond)s::text COLLATE "C" FROM place WHERE whole
        UNION ALL
        SELECT greatest(each.first, %(first)s COLLATE "C"),
               least(each.beyond, %(beyond)s COLLATE "C")
          FROM place JOIN object_grant g ON g.container_id = place.id AND {_SHARED}
         CROSS JOIN LATERAL (VALUES
               (g.path, (g.path || U&'\\0001') COLLATE "C"),
               ((g.path || '/') COLLATE "C", (g.path || '0') COLLATE "C")) AS each (first, beyond)
         WHERE NOT place.whole
        UNION ALL
        SELECT p.name, (p.name || U&'\\0001') COLLATE "C"
          FROM place JOIN publication p ON p.container_id = place.id
         WHERE NOT place.whole AND place.publishes
           AND p.name >= %(first)s AND p.name < %(beyond)s),
    part AS (
        SELECT DISTINCT ON (v.name) v.name, v.serial, v.size, v.etag
          FROM place CROSS JOIN span CROSS JOIN LATERAL (
               SELECT * FROM version
                WHERE container_id = place.id AND {_THERE}
                  AND name >= span.first AND name < span.beyond OFFSET 0) AS v
         ORDER BY v.name)
    SELECT {columns(PartsRow, _PARTS)} FROM part
    """,
)

# Those of the given names, each with its container's. A grant covers a name if it is that name
# or one of its parents: of a length that some grant of the viewer's has, up to a slash.
find_parts = Statement(
    "find_parts",
    PartRow,
    f"""
    WITH place AS MATERIALIZED ({_PLACE} AND c.name = ANY(%(places)s::text[])),
    wanted AS MATERIALIZED (
        SELECT place.*, each.object
          FROM unnest(%(containers)s::text[], %(names)s::text[]) AS each (container, object)
          JOIN place ON place.name = each.container),
    lengths AS MATERIALIZED (
        SELECT DISTINCT g.container_id, length(g.path) AS length
          FROM place JOIN object_grant g ON g.container_id = place.id AND {_SHARED}
         WHERE NOT place.whole),
    seen AS MATERIALIZED (
        SELECT id, object FROM wanted WHERE whole
        UNION ALL
        SELECT place.id, place.object
          FROM wanted AS place JOIN lengths ON lengths.container_id = place.id
          JOIN object_grant g ON g.container_id = place.id
               AND g.path = left(place.object, lengths.length) AND {_SHARED}
         WHERE substr(place.object, lengths.length + 1, 1) IN ('', '/')
        UNION ALL
        SELECT place.id, place.object
          FROM wanted AS place JOIN publication p ON p.container_id = place.id
               AND p.name = place.object
         WHERE NOT place.whole AND place.publishes)
    SELECT {columns(PartRow, _PART)}
      FROM place CROSS JOIN LATERAL (
           SELECT array_agg(seen.object) AS names FROM seen WHERE seen.id = place.id) AS those
      JOIN version v ON v.container_id = place.id AND v.name = ANY(those.names)
           AND {_THERE}
    """,
)

_CONTENT = {
    "serial": "v.serial",
    "size": "v.size",
    "merkle": "v.merkle",
    "hashmap": SHORT_HASHMAP,
    "data": "b.data",
}

# What versions consist of, in the order of their serials as given (version_pkey, block_pkey).
read_contents = Statement(
    "read_contents",
    ContentRow,
    f"""
    SELECT {columns(ContentRow, _CONTENT)}
      FROM unnest(%(serials)s::bigint[]) WITH ORDINALITY AS each (serial, place)
     CROSS JOIN LATERAL (
           SELECT serial, size, merkle, hashmap FROM version
            WHERE serial = each.serial LIMIT 1) AS v
      LEFT JOIN LATERAL (
           SELECT data FROM block WHERE digest = v.merkle LIMIT 1) AS b ON v.hashmap IS NULL
     ORDER BY each.place
    """,
)
