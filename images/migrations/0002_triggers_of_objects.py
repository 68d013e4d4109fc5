from django.db import migrations

_MAKE = """
    CREATE TRIGGER image_appears AFTER INSERT ON version FOR EACH ROW
      WHEN (NEW.domains ? 'plankton' AND NEW.valid_to = 'infinity')
      EXECUTE FUNCTION image_appears();
    CREATE TRIGGER image_goes AFTER UPDATE OF valid_to ON version FOR EACH ROW
      WHEN (OLD.domains ? 'plankton' AND OLD.valid_to = 'infinity')
      EXECUTE FUNCTION image_goes();
    CREATE TRIGGER image_goes_for_good AFTER DELETE ON version FOR EACH ROW
      WHEN (OLD.domains ? 'plankton' AND OLD.valid_to = 'infinity')
      EXECUTE FUNCTION image_goes();
    CREATE TRIGGER image_has_md5 AFTER UPDATE OF etag ON version FOR EACH ROW
      WHEN (NEW.domains ? 'plankton' AND NEW.valid_to = 'infinity'
            AND NEW.segmented_size IS NULL AND NEW.manifest IS NULL)
      EXECUTE FUNCTION image_has_md5();
    CREATE TRIGGER images_go AFTER TRUNCATE ON version FOR EACH STATEMENT
      EXECUTE FUNCTION images_go();
"""
_UNMAKE = """
    DROP TRIGGER image_appears ON version;
    DROP TRIGGER image_goes ON version;
    DROP TRIGGER image_goes_for_good ON version;
    DROP TRIGGER image_has_md5 ON version;
    DROP TRIGGER images_go ON version;
"""


class Migration(migrations.Migration):
    """Objects that become images, change and go.

    One table a migration: no writer waits for two of them at once.
    """

    dependencies = [("images", "0001_initial")]

    operations = [migrations.RunSQL(_MAKE, _UNMAKE)]
