from django.db import migrations

# What ``image_appears`` of migration 0001 did itself. Clients may choose ids, so nobody takes over the
# image of another. But a folder that moves to another account is there before it goes: what is no image
# by then is looked at again before the commit.
_MAKE = """
    CREATE OR REPLACE FUNCTION image_registers(arrived version) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        said jsonb := arrived.domains -> 'plankton';
    BEGIN
        IF said ->> 'id' IS DISTINCT FROM arrived.uuid::text THEN
            RETURN;  -- a copy of an image is none
        END IF;
        PERFORM pg_advisory_xact_lock_shared(11, 0);
        INSERT INTO image AS known
        SELECT arrived.uuid, arrived.serial, arrived.container_id, c.name, arrived.name, c.account_id, u.account,
               NOT u.is_active,
               coalesce(said ->> 'name', ''),
               CASE WHEN said ->> 'status' = 'queued' AND arrived.size > 0 THEN 'active'
                    ELSE coalesce(said ->> 'status', 'active') END,
               coalesce(said ->> 'disk_format', ''), coalesce(said ->> 'container_format', ''),
               coalesce(arrived.segmented_size, arrived.size),
               CASE WHEN arrived.segmented_size IS NULL AND arrived.manifest IS NULL
                         AND arrived.etag <> arrived.merkle THEN arrived.etag END,
               arrived.merkle,
               CASE WHEN said ->> 'sha512_of' = encode(arrived.merkle, 'hex') || ':' || arrived.size
                    THEN coalesce(said ->> 'sha512', '') ELSE '' END,
               (said ->> 'created_at')::timestamptz, clock_timestamp(), arrived.expires,
               coalesce((said ->> 'protected')::boolean, false),
               coalesce((said ->> 'hidden')::boolean, false),
               coalesce((said ->> 'min_disk')::integer, 0),
               coalesce((said ->> 'min_ram')::integer, 0),
               ARRAY(SELECT jsonb_array_elements_text(coalesce(said -> 'tags', '[]'))),
               coalesce((SELECT jsonb_object_agg(substr(key, 10), value)
                           FROM jsonb_each(said) WHERE key LIKE 'property:%'), '{}'),
               (said ->> 'server')::bigint,
               coalesce((said ->> 'made')::boolean, false),
               image_readers(arrived.container_id, arrived.name)
          FROM container c JOIN accounts_user u ON u.id = c.account_id
         WHERE c.id = arrived.container_id
            ON CONFLICT (id) DO UPDATE SET
               (serial, container_id, container_name, object, owner_id, account, suspended, name,
                status, disk_format, container_format, size, etag, merkle, sha512, created, updated, expires,
                protected, hidden, min_disk, min_ram, tags, properties, server,
                made, readers)
             = (excluded.serial, excluded.container_id, excluded.container_name,
                excluded.object, excluded.owner_id, excluded.account, excluded.suspended,
                excluded.name, excluded.status, excluded.disk_format, excluded.container_format,
                excluded.size, excluded.etag, excluded.merkle, excluded.sha512,
                excluded.created, excluded.updated, excluded.expires, excluded.protected,
                excluded.hidden, excluded.min_disk, excluded.min_ram, excluded.tags,
                excluded.properties, excluded.server, excluded.made,
                excluded.readers)
          -- Clients may choose ids: nobody takes over the image of another. A folder that moves is
          -- there before it goes.
          WHERE known.owner_id = excluded.owner_id
             OR NOT EXISTS (SELECT FROM version v
                             WHERE v.serial = known.serial AND v.valid_to = 'infinity');
        DELETE FROM image_gone WHERE id = arrived.uuid;
    END $$;

    CREATE OR REPLACE FUNCTION image_appears() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM image_registers(NEW);
        RETURN NULL;
    END $$;

    CREATE FUNCTION image_has_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM image WHERE id = NEW.uuid)
           AND EXISTS (SELECT FROM version
                        WHERE serial = NEW.serial AND valid_to = 'infinity') THEN
            PERFORM image_registers(NEW);
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER image_has_moved AFTER INSERT ON version
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      WHEN (NEW.domains ? 'plankton' AND NEW.valid_to = 'infinity')
      EXECUTE FUNCTION image_has_moved();
"""
_UNMAKE = """
    DROP TRIGGER image_has_moved ON version;
    DROP FUNCTION image_has_moved();
"""


class Migration(migrations.Migration):
    """Images in a folder that is moved to another account stay images."""

    dependencies = [
        ("images", "0005_triggers_of_owners"),
        ("pithos_api", "0027_blocks_in_pieces"),
    ]

    # Backwards ``image_appears`` stays as it is: it does what it did.
    operations = [migrations.RunSQL(_MAKE, _UNMAKE)]
