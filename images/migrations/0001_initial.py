from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

_TABLE = """
    CREATE TABLE image (
        id uuid PRIMARY KEY,
        serial bigint NOT NULL,
        container_id bigint NOT NULL,
        container_name text COLLATE "C" NOT NULL,
        object text COLLATE "C" NOT NULL,
        owner_id bigint NOT NULL,
        account text COLLATE "C" NOT NULL,
        suspended boolean NOT NULL,
        name text COLLATE "C" NOT NULL,
        status text NOT NULL,
        disk_format text NOT NULL,
        container_format text NOT NULL,
        size bigint NOT NULL,
        etag bytea,
        merkle bytea NOT NULL,
        sha512 text NOT NULL,
        created timestamptz NOT NULL,
        updated timestamptz NOT NULL,
        expires timestamptz,
        protected boolean NOT NULL,
        hidden boolean NOT NULL,
        min_disk integer NOT NULL,
        min_ram integer NOT NULL,
        tags text[] NOT NULL,
        properties jsonb NOT NULL,
        server bigint,
        made boolean NOT NULL,
        readers text[] COLLATE "C" NOT NULL,
        visibility text NOT NULL GENERATED ALWAYS AS (
            CASE WHEN '*' = ANY (readers) THEN 'public' WHEN readers <@ ARRAY[account]
                 THEN 'private' ELSE 'shared' END) STORED);
    CREATE TABLE image_gone (
        id uuid PRIMARY KEY,
        name text COLLATE "C" NOT NULL,
        owner_id bigint NOT NULL,
        account text COLLATE "C" NOT NULL,
        created timestamptz NOT NULL,
        updated timestamptz NOT NULL,
        readers text[] COLLATE "C" NOT NULL);
    CREATE INDEX image_gone_updated ON image_gone (updated);
    CREATE INDEX image_of_object ON image (container_id, object);
    CREATE INDEX image_of_owner ON image (owner_id, created, id);
    CREATE INDEX image_created ON image (created, id);
    CREATE INDEX image_named ON image (name, id);
    CREATE INDEX image_sized ON image (size, id);
    CREATE INDEX image_status ON image (status, id);
    CREATE INDEX image_disk_format ON image (disk_format, id);
    CREATE INDEX image_container_format ON image (container_format, id);
    CREATE INDEX image_updated ON image (updated, id);
    CREATE INDEX image_readers ON image USING gin (readers);
"""

# Who changes an image holds the lock (11, 0) from before the time of the change until the commit:
# a reader who waits for those who hold it has seen all changes up to that moment.
#
# An image and a grant above it can change at once, and neither sees the other. So who may read an
# image is looked at once more before the commit, under the lock (12, container), which changes of
# grants and of containers' lists take as well; and whether its owner is suspended under (13, owner).
# Both are of 64 keys, since one transaction restores a whole backup.
_FUNCTIONS = """
    CREATE FUNCTION image_readers(of_container bigint, of_object text) RETURNS text[]
    LANGUAGE sql STABLE AS $$
        SELECT coalesce((
            SELECT array_agg(DISTINCT each ORDER BY each) FROM (
                SELECT unnest(g.readers || g.writers) AS each FROM object_grant g
                 WHERE g.container_id = of_container AND g.path = ANY (
                       of_object || ARRAY(
                           SELECT left(of_object, at - 1)
                             FROM generate_series(2, length(of_object)) AS at
                            WHERE substr(of_object, at, 1) = '/'))
                UNION ALL
                SELECT unnest(array_replace(c.readers, '.r:*', '*')) FROM container c
                 WHERE c.id = of_container) AS every
             WHERE each <> '.rlistings'), '{}')
    $$;

    CREATE FUNCTION image_appears() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        said jsonb := NEW.domains -> 'plankton';
    BEGIN
        IF said ->> 'id' IS DISTINCT FROM NEW.uuid::text THEN
            RETURN NULL;  -- a copy of an image is none
        END IF;
        PERFORM pg_advisory_xact_lock_shared(11, 0);
        INSERT INTO image AS known
        SELECT NEW.uuid, NEW.serial, NEW.container_id, c.name, NEW.name, c.account_id, u.account,
               NOT u.is_active,
               coalesce(said ->> 'name', ''),
               CASE WHEN said ->> 'status' = 'queued' AND NEW.size > 0 THEN 'active'
                    ELSE coalesce(said ->> 'status', 'active') END,
               coalesce(said ->> 'disk_format', ''), coalesce(said ->> 'container_format', ''),
               coalesce(NEW.segmented_size, NEW.size),
               CASE WHEN NEW.segmented_size IS NULL AND NEW.manifest IS NULL
                         AND NEW.etag <> NEW.merkle THEN NEW.etag END,
               NEW.merkle,
               CASE WHEN said ->> 'sha512_of' = encode(NEW.merkle, 'hex') || ':' || NEW.size
                    THEN coalesce(said ->> 'sha512', '') ELSE '' END,
               (said ->> 'created_at')::timestamptz, clock_timestamp(), NEW.expires,
               coalesce((said ->> 'protected')::boolean, false),
               coalesce((said ->> 'hidden')::boolean, false),
               coalesce((said ->> 'min_disk')::integer, 0),
               coalesce((said ->> 'min_ram')::integer, 0),
               ARRAY(SELECT jsonb_array_elements_text(coalesce(said -> 'tags', '[]'))),
               coalesce((SELECT jsonb_object_agg(substr(key, 10), value)
                           FROM jsonb_each(said) WHERE key LIKE 'property:%'), '{}'),
               (said ->> 'server')::bigint,
               coalesce((said ->> 'made')::boolean, false),
               image_readers(NEW.container_id, NEW.name)
          FROM container c JOIN accounts_user u ON u.id = c.account_id
         WHERE c.id = NEW.container_id
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
        DELETE FROM image_gone WHERE id = NEW.uuid;
        RETURN NULL;
    END $$;

    CREATE FUNCTION image_goes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(11, 0);
        -- It comes back at once if a new version takes the old one's place.
        WITH gone AS (
            DELETE FROM image WHERE id = OLD.uuid AND serial = OLD.serial RETURNING *)
        INSERT INTO image_gone (id, name, owner_id, account, created, updated, readers)
        SELECT id, name, owner_id, account, created, clock_timestamp(), readers FROM gone
            ON CONFLICT (id) DO UPDATE SET updated = excluded.updated;
        WITH forgotten AS (
            DELETE FROM image_gone WHERE updated < now() - interval '1 day' RETURNING id)
        DELETE FROM image_membership USING forgotten WHERE image = forgotten.id;
        RETURN NULL;
    END $$;

    CREATE FUNCTION image_has_md5() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(11, 0);
        UPDATE image SET etag = NEW.etag, updated = clock_timestamp()
         WHERE id = NEW.uuid AND serial = NEW.serial;
        RETURN NULL;
    END $$;

    CREATE FUNCTION images_go() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM image;
        DELETE FROM image_gone;
        RETURN NULL;
    END $$;

    CREATE FUNCTION image_is_shared() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        changed record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    BEGIN
        PERFORM pg_advisory_xact_lock(12, (changed.container_id % 64)::integer);
        IF EXISTS (SELECT FROM image WHERE container_id = changed.container_id) THEN
            PERFORM pg_advisory_xact_lock_shared(11, 0);
            UPDATE image SET readers = image_readers(container_id, object),
                             updated = clock_timestamp()
             WHERE container_id = changed.container_id
               AND (object = changed.path
                    OR object >= changed.path || '/' AND object < changed.path || '0')
               AND readers IS DISTINCT FROM image_readers(container_id, object);
        END IF;
        RETURN NULL;
    END $$;

    CREATE FUNCTION images_are_shared() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(12, (NEW.id % 64)::integer);
        PERFORM pg_advisory_xact_lock_shared(11, 0);
        UPDATE image SET readers = image_readers(container_id, object),
                         updated = clock_timestamp()
         WHERE container_id = NEW.id
           AND readers IS DISTINCT FROM image_readers(container_id, object);
        RETURN NULL;
    END $$;

    CREATE FUNCTION images_are_suspended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(13, (NEW.id % 64)::integer);
        PERFORM pg_advisory_xact_lock_shared(11, 0);
        UPDATE image SET suspended = NOT NEW.is_active, updated = clock_timestamp()
         WHERE owner_id = NEW.id;
        RETURN NULL;
    END $$;

    CREATE FUNCTION image_settles() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(12, (NEW.container_id % 64)::integer);
        PERFORM pg_advisory_xact_lock_shared(13, (NEW.owner_id % 64)::integer);
        UPDATE image SET readers = image_readers(container_id, object),
                         suspended = NOT u.is_active, updated = clock_timestamp()
          FROM accounts_user u
         WHERE image.id = NEW.id AND u.id = owner_id
           AND (suspended = u.is_active
                OR readers IS DISTINCT FROM image_readers(container_id, object));
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER image_settles AFTER INSERT OR UPDATE OF container_id, object ON image
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION image_settles();
"""
_UNMAKE = """
    DROP TABLE image;
    DROP TABLE image_gone;
    DROP FUNCTION image_appears();
    DROP FUNCTION image_goes();
    DROP FUNCTION image_has_md5();
    DROP FUNCTION images_go();
    DROP FUNCTION image_is_shared();
    DROP FUNCTION images_are_shared();
    DROP FUNCTION images_are_suspended();
    DROP FUNCTION image_settles();
    DROP FUNCTION image_readers(bigint, text);
"""


def _user(on_delete, related_name, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete, related_name=related_name, **options
    )


class Migration(migrations.Migration):
    """The registry, and what the triggers do that keep it; the migrations after this one make them."""

    initial = True
    dependencies = [
        ("pithos_api", "0016_version_late_md5"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Image",
            fields=[("id", models.UUIDField(primary_key=True, serialize=False))],
            options={"db_table": "image", "managed": False},
        ),
        migrations.CreateModel(
            name="GoneImage",
            fields=[("id", models.UUIDField(primary_key=True, serialize=False))],
            options={"db_table": "image_gone", "managed": False},
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True,
                                           verbose_name="ID")),
                ("image", models.UUIDField()),
                ("member", models.TextField(db_collation="C")),
                ("status", models.CharField(max_length=8)),
                ("created", models.DateTimeField(db_default=Now())),
                ("updated", models.DateTimeField(db_default=Now())),
            ],
            options={"db_table": "image_membership"},
        ),
        migrations.AddConstraint(
            "membership",
            models.UniqueConstraint(fields=["image", "member"], name="image_membership_once"),
        ),
        migrations.CreateModel(
            name="Server",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True,
                                           verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("owner", _user(models.CASCADE, "servers")),
                ("disk", models.UUIDField()),
                ("container", models.CharField(max_length=256, db_collation="C")),
                ("object", models.TextField(db_collation="C")),
                ("created", models.DateTimeField(db_default=Now(), editable=False)),
            ],
            options={"db_table": "image_server"},
        ),
        migrations.RunSQL(_TABLE + _FUNCTIONS, _UNMAKE),
    ]
