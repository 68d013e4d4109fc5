from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What changed when is summed up by an index alone; built while writers go on."""

    atomic = False

    dependencies = [("pithos_api", "0029_version_added")]

    operations = [
        migrations.RenameIndex("version", new_name="version_times_bare", old_name="version_times"),
        AddIndexConcurrently(
            "version",
            models.Index(
                fields=["container", "valid_from"],
                include=["size", "deleted", "added"],
                name="version_times",
            ),
        ),
        RemoveIndexConcurrently("version", "version_times_bare"),
    ]
