from django.db import migrations

_MAKE = """
    CREATE TRIGGER images_are_shared AFTER UPDATE OF readers ON container FOR EACH ROW
      WHEN (OLD.readers IS DISTINCT FROM NEW.readers) EXECUTE FUNCTION images_are_shared();
"""
_UNMAKE = """
    DROP TRIGGER images_are_shared ON container;
"""


class Migration(migrations.Migration):
    """Containers that are shared.

    One table a migration: no writer waits for two of them at once.
    """

    dependencies = [("images", "0003_triggers_of_grants")]

    operations = [migrations.RunSQL(_MAKE, _UNMAKE)]
