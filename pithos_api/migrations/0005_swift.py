import django.contrib.postgres.fields
from django.db import migrations, models


def _members() -> models.Field:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.TextField(db_collation="C"), db_default=[], size=None
    )


class Migration(migrations.Migration):
    """Static large objects, expiry, and who may read or write whole containers.

    Columns with constant defaults: the tables are not rewritten.
    """

    dependencies = [("pithos_api", "0004_damaged_blocks_index")]

    operations = [
        migrations.AddField("version", "segmented_size", models.BigIntegerField(null=True)),
        migrations.AddField(
            "version", "segmented_etag", models.BinaryField(max_length=16, null=True)
        ),
        migrations.AddField("version", "expires", models.DateTimeField(null=True)),
        migrations.AddField("container", "readers", _members()),
        migrations.AddField("container", "writers", _members()),
    ]
