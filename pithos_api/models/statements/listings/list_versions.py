"""A page of all that a container's names have been, the newest of each first."""

from pithos_api.models.statements.listings.list_objects import IN_ORDER
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns
from pithos_api.values import VersionEntry

_ENTRY = {
    "name": "v.name",
    "serial": "v.serial",
    "size": "coalesce(v.segmented_size, v.size)",
    "etag": "encode(v.etag, 'hex')",
    "content_type": "v.content_type",
    "modified": "v.valid_from",
    "deleted": "v.deleted",
    "is_latest": """
        v.valid_to = 'infinity' OR v.deleted AND NOT EXISTS (
            SELECT 1 FROM version newer
             WHERE newer.container_id = v.container_id AND newer.name = v.name
               AND newer.valid_from > v.valid_from)""",
    "symlink": "v.symlink",
}

# From ``first`` to ``beyond`` after ``marker``; of the marker's own name those before ``before``,
# if there is one. Index: version_history.
list_versions_of_container = Statement(
    "list_versions_of_container",
    VersionEntry,
    f"""
    SELECT {columns(VersionEntry, _ENTRY)}
      FROM version v
     WHERE v.container_id = %(container)s::bigint
       AND v.name >= %(first)s::text AND v.name < %(beyond)s::text AND v.name >= %(marker)s::text
       AND (v.name > %(marker)s OR v.serial < %(before)s::bigint)
     ORDER BY v.name, v.valid_from DESC LIMIT %(limit)s::int
    """,
    before=IN_ORDER,
)
