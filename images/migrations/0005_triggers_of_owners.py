from django.db import migrations

_MAKE = """
    CREATE TRIGGER images_are_suspended AFTER UPDATE OF is_active ON accounts_user FOR EACH ROW
      WHEN (OLD.is_active <> NEW.is_active) EXECUTE FUNCTION images_are_suspended();
"""
_UNMAKE = """
    DROP TRIGGER images_are_suspended ON accounts_user;
"""


class Migration(migrations.Migration):
    """Owners who are suspended.

    One table a migration: no writer waits for two of them at once.
    """

    dependencies = [("images", "0004_triggers_of_containers")]

    operations = [migrations.RunSQL(_MAKE, _UNMAKE)]
