"""One page of a container's names in codepoint order, each page one index range."""

from pithos_api.models.statements.prepared import Statement

# The planner may not sort: whatever it believes about sizes, a page must be read in the order
# of version_current, so that its cost does not depend on how many names there are.
IN_ORDER = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; "

# All fields as the listing shows them, so that no value is converted twice on its way.
FIELDS = """
    v.name, v.size, encode(v.etag, 'hex'), v.content_type, v.content_encoding,
    v.content_disposition, v.valid_from, v.meta, encode(v.merkle, 'hex'),
    v.uuid::text, v.serial, writer.account, v.manifest
"""

# Index Scan using version_current: Index Cond container_id =, name >, name >=, name <;
# accounts_user by primary key, memoized.
list_objects = Statement(
    "list_objects",
    f"""
    SELECT NULL, {FIELDS}
      FROM version v LEFT JOIN accounts_user writer ON writer.id = v.modified_by_id
     WHERE v.container_id = %(container)s::bigint AND v.valid_to = 'infinity'
       AND v.name > %(marker)s::text AND v.name >= %(first)s::text
       AND v.name < %(beyond)s::text
     ORDER BY v.name LIMIT %(limit)s::int
    """,
    before=IN_ORDER,
)

# A skip scan: each step is one probe of version_current (Index Only Scan, LIMIT 1) and jumps
# over all names below a folder. ``at`` is where the delimiter begins behind the prefix, 0 if
# nowhere. A name that ends with its first delimiter is an object, and stands for its folder.
# ``skip`` is the delimiter with its last character one higher, hence beyond all below it;
# a name continued with U+0001 comes next after it, as names have no control characters.
list_folders = Statement(
    "list_folders",
    f"""
    WITH RECURSIVE walk (n, name, folder, resume) AS (
        SELECT 0, NULL::text COLLATE "C", NULL::text COLLATE "C", %(first)s::text COLLATE "C"
        UNION ALL
        SELECT walk.n + CASE WHEN hit.folder < hit.name AND NOT %(folders)s::boolean
                             THEN 0 ELSE 1 END,
               hit.name, CASE WHEN hit.folder < hit.name THEN hit.folder END,
               CASE WHEN hit.at = 0 THEN hit.name || U&'\\0001'
                    ELSE left(hit.folder, -length(%(delimiter)s::text)) || %(skip)s::text END
          FROM walk CROSS JOIN LATERAL (
               SELECT v.name, cut.at,
                      CASE WHEN cut.at > 0 THEN
                          left(v.name, %(inside)s::int + cut.at - 1 + length(%(delimiter)s)) END
                      AS folder
                 FROM version v CROSS JOIN LATERAL (
                      SELECT strpos(substr(v.name, %(inside)s + 1), %(delimiter)s) AS at) AS cut
                WHERE v.container_id = %(container)s::bigint AND v.valid_to = 'infinity'
                  AND v.name >= walk.resume AND v.name < %(beyond)s::text
                ORDER BY v.name LIMIT 1) AS hit
         WHERE walk.n < %(limit)s::int)
    SELECT walk.folder, {FIELDS}
      FROM walk
      LEFT JOIN version v ON walk.folder IS NULL AND v.container_id = %(container)s
                         AND v.name = walk.name AND v.valid_to = 'infinity'
      LEFT JOIN accounts_user writer ON writer.id = v.modified_by_id
     WHERE v.serial IS NOT NULL OR walk.folder IS NOT NULL AND %(folders)s
     ORDER BY walk.resume
    """,
    before=IN_ORDER,
)
