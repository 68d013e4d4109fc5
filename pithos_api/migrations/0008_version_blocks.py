import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import pithos_api.models.expressions


class Migration(migrations.Migration):
    """Which versions of several blocks name a block; built while the store serves."""

    atomic = False

    dependencies = [("pithos_api", "0007_garbage")]

    operations = [
        AddIndexConcurrently(
            "version",
            django.contrib.postgres.indexes.GinIndex(
                pithos_api.models.expressions.BlockKeys(models.F("hashmap")),
                condition=models.Q(("hashmap__isnull", False)),
                fastupdate=False,
                name="version_blocks",
            ),
        ),
    ]
