from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Which versions have no MD5 yet; built while writers go on."""

    atomic = False

    dependencies = [("pithos_api", "0015_late_md5")]

    operations = [
        AddIndexConcurrently(
            "version",
            models.Index(
                models.F("container"),
                models.F("valid_to").desc(),
                models.F("size"),
                condition=models.Q(("deleted", False), ("etag", models.F("merkle"))),
                name="version_late_md5",
            ),
        ),
    ]
