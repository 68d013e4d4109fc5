from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What changed in a container since a time; built while writers go on."""

    atomic = False

    dependencies = [("pithos_api", "0008_version_blocks")]

    operations = [
        AddIndexConcurrently(
            "version",
            models.Index(fields=["container", "valid_from"], name="version_times"),
        ),
    ]
