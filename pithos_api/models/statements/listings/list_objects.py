"""One page of a container's names in codepoint order, each page one index range."""

from pithos_api.models.statements.prepared import Statement

# The planner may not sort: whatever it believes about sizes, a page must be read in the order
# of its index, so that its cost does not depend on how many names there are.
IN_ORDER = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; "

# All fields as the listing shows them, so that no value is converted twice on its way.
FIELDS = """
    v.name, v.size, encode(v.etag, 'hex'), v.content_type, v.content_encoding,
    v.content_disposition, v.valid_from, v.meta, encode(v.merkle, 'hex'),
    v.uuid::text, v.serial, v.modified_by_id, v.manifest,
    v.segmented_size, encode(v.segmented_etag, 'hex')
"""

# Which of a name's versions is its state: now (version_current), or then (version_history).
NOW = "v.valid_to = 'infinity'"
THEN = """v.valid_from < to_timestamp(%(until)s::float8)
          AND v.valid_to >= to_timestamp(%(until)s)"""


def _names(state: str, order: str = "ASC") -> str:
    """Return the statement that lists names after ``marker``, from ``first`` to ``beyond``."""
    return f"""
    SELECT NULL, {FIELDS}
      FROM version v
     WHERE v.container_id = %(container)s::bigint AND {state}
       AND v.name > %(marker)s::text AND v.name >= %(first)s::text
       AND v.name < %(beyond)s::text
     ORDER BY v.name {order} LIMIT %(limit)s::int
    """


def _folders(state: str) -> str:
    """Return the statement that lists names and folders from ``first`` to ``beyond``.

    A skip scan: each step is one probe of the index (LIMIT 1) and jumps over all names below
    a folder. ``at`` is where the delimiter begins behind the prefix, 0 if nowhere. A name that
    ends with its first delimiter is an object, and stands for its folder. ``skip`` is the
    delimiter with its last character one higher, hence beyond all below it; a name continued
    with U+0001 comes next after it, as names have no control characters. The state of each
    name is fetched by a probe of its own: a join would read the whole container.
    """
    return f"""
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
                WHERE v.container_id = %(container)s::bigint AND {state}
                  AND v.name >= walk.resume AND v.name < %(beyond)s::text
                ORDER BY v.name LIMIT 1) AS hit
         WHERE walk.n < %(limit)s::int)
    SELECT walk.folder, {FIELDS}
      FROM walk
      LEFT JOIN LATERAL (
          SELECT * FROM version v
           WHERE walk.folder IS NULL AND v.container_id = %(container)s
             AND v.name = walk.name AND {state} LIMIT 1) AS v ON true
     WHERE v.serial IS NOT NULL OR walk.folder IS NOT NULL AND %(folders)s
     ORDER BY walk.resume
    """


def _page(state: str) -> str:
    """Return SQL for the rows of a page."""
    return f"""
    (SELECT * FROM version v
      WHERE v.container_id = %(container)s::bigint AND {state}
        AND v.name > %(marker)s::text AND v.name >= %(first)s::text
        AND v.name < %(beyond)s::text
      ORDER BY v.name LIMIT %(limit)s::int)
"""


# The same page as the text of a JSON list, made where the rows are: of what a listing of a
# thousand names costs, most went into carrying fourteen columns of each row to Python and
# making text of them there. The fields are those of http/renderers.object_fields. What needs
# more than the row comes marked: a writer other than the owner by their id between U+0001,
# metadata between U+0002; no stored text has these characters.
def _as_json(state: str) -> str:
    """Return the statement that makes the text of a page."""
    return f"""
    SELECT string_agg(concat(
        '{{"name":', to_json(v.name), ',"bytes":', v.size,
        ',"hash":"', encode(v.etag, 'hex'), '","content_type":', to_json(v.content_type),
        ',"last_modified":"', to_char(v.valid_from, 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00'),
        '","x_object_hash":"', encode(v.merkle, 'hex'), '","x_object_uuid":"', v.uuid,
        '","x_object_version":', v.serial,
        ',"x_object_version_timestamp":"', extract(epoch FROM v.valid_from),
        '","x_object_modified_by":', CASE WHEN v.modified_by_id = %(owner)s::bigint
            THEN %(owner_name)s::text ELSE chr(1) || v.modified_by_id || chr(1) END,
        ',"content_encoding":' || to_json(v.content_encoding)::text,
        ',"content_disposition":' || to_json(v.content_disposition)::text,
        ',"x_object_manifest":' || to_json(v.manifest)::text,
        CASE WHEN v.meta <> '{{}}' THEN
            ',"x_object_meta":' || chr(2) || v.meta::text || chr(2) END,
        '}}'), ',' ORDER BY v.name)
      FROM {_page(state)} AS v
    """


# The same with the fields that Swift's clients know, without a zone behind the time.
list_swift_json = Statement(
    "list_swift_json",
    f"""
    SELECT string_agg(concat(
        '{{"name":', to_json(v.name), ',"hash":"', encode(v.etag, 'hex'),
        '","bytes":', coalesce(v.segmented_size, v.size),
        ',"content_type":', to_json(v.content_type),
        ',"last_modified":"', to_char(v.valid_from, 'YYYY-MM-DD"T"HH24:MI:SS.US'), '"',
        ',"slo_etag":"\\"' || encode(v.segmented_etag, 'hex') || '\\""', '}}'),
        ',' ORDER BY v.name)
      FROM {_page(NOW)} AS v
    """,
    before=IN_ORDER,
)

list_objects_json = Statement("list_objects_json", _as_json(NOW), before=IN_ORDER)
list_objects_at_json = Statement("list_objects_at_json", _as_json(THEN), before=IN_ORDER)
list_objects = Statement("list_objects", _names(NOW), before=IN_ORDER)
list_reversed = Statement("list_reversed", _names(NOW, "DESC"), before=IN_ORDER)
list_folders = Statement("list_folders", _folders(NOW), before=IN_ORDER)
list_objects_at = Statement("list_objects_at", _names(THEN), before=IN_ORDER)
list_folders_at = Statement("list_folders_at", _folders(THEN), before=IN_ORDER)

writers = Statement(
    "writers", "SELECT id, account FROM accounts_user WHERE id = ANY(%(ids)s::bigint[])"
)
