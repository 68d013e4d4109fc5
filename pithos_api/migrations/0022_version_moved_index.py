from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Where moved objects were, and where they went; built while writers go on."""

    atomic = False

    dependencies = [("pithos_api", "0021_version_moved")]

    operations = [
        AddIndexConcurrently(
            "version",
            models.Index(fields=["uuid"], condition=models.Q(moved=True), name="version_moved"),
        ),
    ]
