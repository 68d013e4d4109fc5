from django.db import migrations

_MAKE = """
    CREATE CONSTRAINT TRIGGER image_is_shared AFTER INSERT OR UPDATE OR DELETE ON object_grant
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION image_is_shared();
"""
_UNMAKE = """
    DROP TRIGGER image_is_shared ON object_grant;
"""


class Migration(migrations.Migration):
    """Objects that are shared.

    One table a migration: no writer waits for two of them at once.
    """

    dependencies = [("images", "0002_triggers_of_objects")]

    operations = [migrations.RunSQL(_MAKE, _UNMAKE)]
