from django.db import migrations

# Whoever makes a version of very many blocks holds (7, 0), shared, while it looks whether they are
# there and until it commits. A row lock for each of them took as long as all else. The second look
# is younger than the lock. It is a trigger because the collector of the version before would
# know of neither.
_MAKE = """
    CREATE FUNCTION stays_in_a_piece() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT pg_try_advisory_xact_lock(7, 0) THEN
            RETURN NULL;
        END IF;
        IF EXISTS (SELECT FROM hashmap_piece
                    WHERE block_keys(digests) @> ARRAY[substr(OLD.digest, 1, 8)]) THEN
            RETURN NULL;
        END IF;
        RETURN OLD;
    END $$;
    CREATE TRIGGER stays_in_a_piece BEFORE DELETE ON block
        FOR EACH ROW EXECUTE FUNCTION stays_in_a_piece()
"""
_UNMAKE = """
    DROP TRIGGER stays_in_a_piece ON block;
    DROP FUNCTION stays_in_a_piece()
"""


class Migration(migrations.Migration):
    """A block that a piece names, or may name in a moment, stays, whoever deletes it."""

    dependencies = [("pithos_api", "0026_version_pieces_index")]

    operations = [migrations.RunSQL(_MAKE, _UNMAKE)]
