"""What must hold between rows: each statement finds those that break it, in one snapshot.

Whole tables are read, by merge or hash joins that spill to disk, and no row is locked: writers do
not notice. Not prepared, since none is run twice in a session.
"""

from typing import Final

from pithos_api.models.statements.hashmaps.hashmap_pieces import parts_of
from pithos_api.values import MAX_CONTAINER_BYTES, MAX_OBJECT_BYTES

_PATH: Final = """
    coalesce(u.account || '/' || c.name, 'container ' || v.container_id) || '/' || v.name"""
_WITH_PATH: Final = """
      LEFT JOIN container c ON c.id = v.container_id
      LEFT JOIN accounts_user u ON u.id = c.account_id"""

# A deletion has no content; the block of nothing but NULs has no row.
REFERENCES: Final = f"""
    SELECT {_PATH} || ' version ' || v.serial || ': block ' || encode(v.digest, 'hex')
           || ' is unknown'
      FROM (SELECT serial, container_id, name, merkle AS digest FROM version
             WHERE hashmap IS NULL AND pieces IS NULL AND NOT deleted
             UNION ALL
            SELECT serial, container_id, name, substr(part.digests, 32 * place + 1, 32)
              FROM version v CROSS JOIN LATERAL {parts_of("v")} AS part,
                   generate_series(0, length(part.digests) / 32 - 1) AS place
             WHERE hashmap IS NOT NULL OR pieces IS NOT NULL) AS v
     {_WITH_PATH}
     WHERE v.digest <> sha256('')
       AND NOT EXISTS (SELECT FROM block b WHERE b.digest = v.digest)
"""

DAMAGED: Final = """
    SELECT 'block ' || encode(digest, 'hex') || ' is damaged or missing since '
           || date_trunc('second', damaged) || '; an upload of its content heals it'
      FROM block WHERE damaged IS NOT NULL
"""

# What a version without any digest has is a piece too few.
_LENGTH: Final = f"""
    CASE WHEN v.pieces IS NULL THEN coalesce(length(v.hashmap), 32)
         ELSE (SELECT coalesce(sum(length(digests)), 0) FROM {parts_of("v")} AS part) END"""
HASHMAPS: Final = f"""
    SELECT {_PATH} || ' version ' || v.serial || ': ' || v.size || ' bytes in '
           || ({_LENGTH} / 32.0)::float || ' blocks'
      FROM version v {_WITH_PATH}
     WHERE NOT v.deleted
       AND (length(v.merkle) <> 32 OR length(v.etag) <> 16 AND v.etag <> v.merkle
            OR {_LENGTH}
               <> 32 * greatest(1, (v.size - 1) / %(block_size)s::bigint + 1))
"""

# Nobody has set what is 0: it gives the rights of anybody.
MANIFESTS: Final = f"""
    SELECT {_PATH} || ' version ' || v.serial || ': its manifest was set by user '
           || v.manifest_by_id || ', who does not exist'
      FROM version v {_WITH_PATH}
     WHERE v.manifest_by_id <> 0
       AND NOT EXISTS (SELECT FROM accounts_user setter WHERE setter.id = v.manifest_by_id)
"""

# It has no bytes of its own. What it names need not be there, but could be.
_HAS_CONTENT: Final = """
    v.deleted OR v.size <> 0 OR v.merkle <> sha256('') OR v.etag <> decode(md5(''), 'hex')
    OR v.manifest IS NOT NULL OR v.segmented_size IS NOT NULL"""
_NAMES_OBJECT: Final = f"""
    jsonb_typeof(v.symlink -> 'container') = 'string'
    AND jsonb_typeof(v.symlink -> 'name') = 'string'
    AND coalesce(jsonb_typeof(v.symlink -> 'account'), 'string') = 'string'
    AND octet_length(v.symlink ->> 'container') BETWEEN 1 AND {MAX_CONTAINER_BYTES}
    AND octet_length(v.symlink ->> 'name') BETWEEN 1 AND {MAX_OBJECT_BYTES}
    AND coalesce(v.symlink ->> 'account', '-') <> ''
    AND concat(v.symlink ->> 'account', v.symlink ->> 'container') !~ '/'
    AND concat(v.symlink ->> 'account', v.symlink ->> 'container', v.symlink ->> 'name')
        !~ '[\\u0001-\\u001f\\u007f-\\u009f\\ufffe\\uffff]'"""
_IS_STATIC: Final = """
    v.symlink ->> 'etag' ~ '^([0-9a-f]{32}|[0-9a-f]{64})$'
    AND jsonb_typeof(v.symlink -> 'size') = 'number' AND v.symlink ->> 'size' ~ '^[0-9]+$'"""
SYMLINKS: Final = f"""
    SELECT {_PATH} || ' version ' || v.serial || ': ' || wrong.problem
      FROM version v {_WITH_PATH}
     CROSS JOIN LATERAL (
           SELECT CASE WHEN {_HAS_CONTENT} THEN 'is a symlink, and has content'
                       WHEN NOT coalesce({_NAMES_OBJECT}, false) THEN 'is a symlink to no object'
                       WHEN v.symlink ?| ARRAY['etag', 'size'] AND NOT coalesce({_IS_STATIC}, false)
                       THEN 'is a static symlink without an ETag or a size' END AS problem
           ) AS wrong
     WHERE v.symlink IS NOT NULL AND wrong.problem IS NOT NULL
"""

CONTAINERS: Final = """
    SELECT 'version ' || serial || ' (' || name || ') is in no container'
      FROM version v WHERE NOT EXISTS (SELECT FROM container c WHERE c.id = v.container_id)
"""

# What the unique index promises; more than one is found if the index itself is damaged.
CURRENT: Final = f"""
    SELECT {_PATH} || ' has ' || v.versions || ' current versions'
      FROM (SELECT container_id, name, count(*) AS versions FROM version
             WHERE valid_to = 'infinity' GROUP BY container_id, name HAVING count(*) > 1) AS v
     {_WITH_PATH}
"""

# In the order of version_history. ``next`` is the row that came after.
HISTORY: Final = f"""
    SELECT {_PATH} || ' version ' || v.serial || ' ends after version ' || v.next_serial
           || ' begins, or is younger'
      FROM (SELECT serial, container_id, name, valid_from, valid_to,
                   lag(serial) OVER later AS next_serial, lag(valid_from) OVER later AS next_from
              FROM version
            WINDOW later AS (PARTITION BY container_id, name ORDER BY valid_from DESC)) AS v
     {_WITH_PATH}
     WHERE v.valid_to < v.valid_from OR v.valid_to > v.next_from OR v.serial > v.next_serial
"""

_COUNTED: Final = """
    (SELECT container_id, count(*) AS objects, sum(size) AS bytes
       FROM version WHERE valid_to = 'infinity' GROUP BY container_id) AS real"""
_PENDING: Final = """
    (SELECT container_id, sum(objects_added) AS objects, sum(bytes_added) AS bytes
       FROM usage_delta GROUP BY container_id) AS pending"""
_MISCOUNTED: Final = f"""
    SELECT c.id, c.account_id, c.name,
           c.object_count + coalesce(pending.objects, 0) AS told_objects,
           c.byte_count + coalesce(pending.bytes, 0) AS told_bytes,
           coalesce(real.objects, 0) AS objects, coalesce(real.bytes, 0) AS bytes
      FROM container c
      LEFT JOIN {_COUNTED} ON real.container_id = c.id
      LEFT JOIN {_PENDING} ON pending.container_id = c.id
     WHERE c.object_count + coalesce(pending.objects, 0) <> coalesce(real.objects, 0)
        OR c.byte_count + coalesce(pending.bytes, 0) <> coalesce(real.bytes, 0)"""

COUNTERS: Final = f"""
    SELECT u.account || '/' || wrong.name || ' counts ' || told_objects || ' objects of '
           || told_bytes || ' bytes, has ' || objects || ' of ' || bytes
      FROM ({_MISCOUNTED}) AS wrong JOIN accounts_user u ON u.id = wrong.account_id
"""

# What is missing is appended like any change of usage: it adds up with what writers append at
# the same time, so nobody is locked out.
REPAIR_COUNTERS: Final = f"""
    INSERT INTO usage_delta (container_id, objects_added, bytes_added, at)
    SELECT id, objects - told_objects, bytes - told_bytes, now() FROM ({_MISCOUNTED}) AS wrong
"""

_WRONG_KEYS: Final = """
    SELECT container_id, key, coalesce(told.n, 0) AS told, coalesce(real.n, 0) AS n
      FROM (SELECT container_id, key, count(*) AS n
              FROM version, jsonb_object_keys(meta) AS key
             WHERE valid_to = 'infinity' AND meta <> '{}' GROUP BY container_id, key) AS real
      FULL JOIN (
            SELECT container_id, key, sum(n) AS n
              FROM (SELECT id AS container_id, key, value::bigint AS n
                      FROM container, jsonb_each_text(meta_keys)
                     UNION ALL
                    SELECT container_id, key, value::bigint
                      FROM usage_delta d, jsonb_each_text(d.meta_keys)) AS every
             GROUP BY container_id, key) AS told USING (container_id, key)
     WHERE coalesce(told.n, 0) <> coalesce(real.n, 0)
       AND EXISTS (SELECT FROM container WHERE container.id = container_id)"""

META_KEYS: Final = f"""
    SELECT u.account || '/' || c.name || ' counts ' || wrong.told || ' objects with metadata '
           || wrong.key || ', has ' || wrong.n
      FROM ({_WRONG_KEYS}) AS wrong
      JOIN container c ON c.id = wrong.container_id JOIN accounts_user u ON u.id = c.account_id
"""

REPAIR_META_KEYS: Final = f"""
    INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
    SELECT container_id, 0, 0, jsonb_object_agg(key, n - told), now()
      FROM ({_WRONG_KEYS}) AS wrong GROUP BY container_id
"""

# A claim of a block that is gone is nothing: the hashmap that names it is told to send it.
CLAIMS: Final = """
    SELECT 'block ' || encode(digest, 'hex') || ' is claimed by user ' || user_id
           || ', who does not exist'
      FROM (SELECT user_id, digest FROM block_claim
             UNION ALL SELECT user_id, digest FROM limited_claim) AS claim
     WHERE NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = user_id)
"""
REPAIR_CLAIMS: Final = """
    DELETE FROM block_claim WHERE NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = user_id);
    DELETE FROM limited_claim WHERE NOT EXISTS (SELECT FROM accounts_user u WHERE u.id = user_id)
"""

INLINE_LENGTHS: Final = """
    SELECT 'block ' || encode(digest, 'hex') || ' has ' || octet_length(data)
           || ' bytes in the database, not ' || size
      FROM block WHERE octet_length(data) <> size AND damaged IS NULL
"""
INLINE_DIGESTS: Final = """
    SELECT 'block ' || encode(digest, 'hex') || ' is damaged in the database'
      FROM block WHERE sha256(data) <> digest AND damaged IS NULL
"""
