"""One page of a container's names in codepoint order, each page one index range."""

from typing import NamedTuple

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns
from pithos_api.values import Entry


class UserAccount(NamedTuple):
    """A user and their account."""

    id: int
    account: str


# The planner may not sort: whatever it believes about sizes, a page must be read in the order
# of its index, so that its cost does not depend on how many names there are.
IN_ORDER = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; "

# All fields as the listing shows them, so that no value is converted twice on its way.
_ENTRY = {
    "folder": "NULL",
    "name": "v.name",
    "size": "v.size",
    "etag": "encode(v.etag, 'hex')",
    "content_type": "v.content_type",
    "content_encoding": "v.content_encoding",
    "content_disposition": "v.content_disposition",
    "modified": "v.valid_from",
    "meta": "v.meta::text",
    "merkle": "encode(v.merkle, 'hex')",
    "uuid": "v.uuid::text",
    "serial": "v.serial",
    "writer": "v.modified_by_id",
    "manifest": "v.manifest",
    "whole_size": "v.segmented_size",
    "whole_etag": "encode(v.segmented_etag, 'hex')",
    "symlink": "v.symlink::text",
}
ENTRY = columns(Entry, _ENTRY)

# Which of a name's versions is its state: now (version_current), or then (version_history).
NOW = "v.valid_to = 'infinity'"
THEN = """v.valid_from < to_timestamp(%(until)s::float8)
          AND v.valid_to >= to_timestamp(%(until)s)"""


def _names(state: str, order: str = "ASC") -> str:
    """Return the statement that lists names after ``marker``, from ``first`` to ``beyond``."""
    return f"""
    SELECT {ENTRY}
      FROM version v
     WHERE v.container_id = %(container)s::bigint AND {state}
       AND v.name > %(marker)s::text AND v.name >= %(first)s::text
       AND v.name < %(beyond)s::text
     ORDER BY v.name {order} LIMIT %(limit)s::int
    """


def walked(state: str, shown: str) -> str:
    """Return the statement that walks names and folders from ``first`` to ``beyond``.

    shown: SELECT list of rows ``walk``, with ``folder`` or NULL, and ``v``, their versions.

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
    SELECT {shown}
      FROM walk
      LEFT JOIN LATERAL (
          SELECT * FROM version v
           WHERE walk.folder IS NULL AND v.container_id = %(container)s
             AND v.name = walk.name AND {state} LIMIT 1) AS v ON true
     WHERE v.serial IS NOT NULL OR walk.folder IS NOT NULL AND %(folders)s
    """


def _folders(state: str) -> str:
    """Return the statement that lists names and folders, a row each."""
    entry = columns(Entry, {**_ENTRY, "folder": "walk.folder"})
    return f"{walked(state, entry)} ORDER BY walk.resume"


list_objects = Statement("list_objects", Entry, _names(NOW), before=IN_ORDER, spares=["until"])
list_reversed = Statement(
    "list_reversed", Entry, _names(NOW, "DESC"), before=IN_ORDER, spares=["until"]
)
list_folders = Statement(
    "list_folders", Entry, _folders(NOW), before=IN_ORDER, spares=["marker", "until"]
)
list_objects_at = Statement("list_objects_at", Entry, _names(THEN), before=IN_ORDER)
list_folders_at = Statement(
    "list_folders_at", Entry, _folders(THEN), before=IN_ORDER, spares=["marker"]
)

writers = Statement(
    "writers",
    UserAccount,
    "SELECT id, account FROM accounts_user WHERE id = ANY(%(ids)s::bigint[])",
)
