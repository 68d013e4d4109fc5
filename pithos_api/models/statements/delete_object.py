"""DELETE of an object: the current version is closed and a tombstone says who did it, when."""

from pithos_api.models.statements.access import CALLER
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.publish import HISTORY, LOCK_NAME, SUPERSEDE, changed_keys

# A tombstone begins and ends in the same moment: it is the newest row of its name in
# version_history and the state of no time, so listings and look-ups never meet it.
delete_object = Statement(
    "delete_object",
    f"""
    WITH access AS (
        SELECT caller.id AS caller, caller.unnoted, owner.id AS owner, c.id AS container
          FROM {CALLER}
          LEFT JOIN accounts_user owner ON owner.account = %(account)s::text
          LEFT JOIN container c ON c.account_id = owner.id AND c.name = %(container)s::text),
    target AS (
        SELECT c.id, c.modified, c.versioning FROM access
          JOIN container c ON c.id = access.container AND access.caller = access.owner),
    {HISTORY},
    verdict AS (SELECT true AS holds FROM old),
    {SUPERSEDE},
    buried AS (
        INSERT INTO version (
            container_id, name, uuid, deleted, size, etag, merkle, content_type,
            modified_by_id, valid_from, valid_to, meta)
        SELECT target.id, %(name)s, old.uuid, true, 0, '', '', '', access.caller,
               moment.now, moment.now, '{{}}'
          FROM superseded, target, moment, access, old
         WHERE superseded.versions = 1
        RETURNING serial),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT target.id, -1, -old.size, {changed_keys("'{}'::jsonb")}, moment.now
          FROM target, moment, old)
    SELECT access.caller, access.unnoted, access.owner, access.container, buried.serial
      FROM access LEFT JOIN buried ON true
    """,
    before=LOCK_NAME,
    writes=True,
)
