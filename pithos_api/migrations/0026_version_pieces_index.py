import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import pithos_api.models.expressions


class Migration(migrations.Migration):
    """Which versions name a piece; built while the store serves."""

    atomic = False

    dependencies = [("pithos_api", "0025_version_pieces")]

    operations = [
        AddIndexConcurrently(
            "version",
            django.contrib.postgres.indexes.GinIndex(
                pithos_api.models.expressions.BlockKeys(models.F("pieces")),
                condition=models.Q(("pieces__isnull", False)),
                fastupdate=False,
                name="version_pieces",
            ),
        ),
    ]
