from django.db import migrations

_MAKE = "CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_of_action ON audit_event (action, id)"
_UNMAKE = "DROP INDEX CONCURRENTLY IF EXISTS audit_of_action"


class Migration(migrations.Migration):
    """The last event of a kind, and pages of those of a kind. Built while events are written."""

    atomic = False

    dependencies = [("audit", "0002_proxy")]

    operations = [migrations.RunSQL(_MAKE, _UNMAKE)]
