import django.contrib.postgres.indexes
from django.db import migrations, models

import pithos_api.models.expressions

# Digests do not compress. To take a hashmap apart costs what reading hundreds of rows does: without
# a word of it the planner does so with every row of a small table, for each block it looks for.
_TOLD = """
    ALTER TABLE hashmap_piece ALTER COLUMN digests SET STORAGE EXTERNAL;
    ALTER FUNCTION block_keys(bytea) COST 100000
"""
_UNTOLD = "ALTER FUNCTION block_keys(bytea) COST 100"


class Migration(migrations.Migration):
    """What versions of very many blocks share."""

    dependencies = [("pithos_api", "0023_container_versions")]

    operations = [
        migrations.CreateModel(
            name="HashmapPiece",
            fields=[
                (
                    "hash",
                    models.BinaryField(max_length=32, primary_key=True, serialize=False),
                ),
                ("digests", models.BinaryField()),
            ],
            options={"db_table": "hashmap_piece"},
        ),
        migrations.AddIndex(
            "hashmappiece",
            django.contrib.postgres.indexes.GinIndex(
                pithos_api.models.expressions.BlockKeys(models.F("digests")),
                fastupdate=False,
                name="piece_blocks",
            ),
        ),
        migrations.RunSQL(_TOLD, _UNTOLD),
    ]
