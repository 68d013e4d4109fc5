import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who set a manifest, if not who stored the version. NULL for all rows that are there:
    the table is not rewritten, and nothing is filled in.
    """

    dependencies = [("pithos_api", "0010_unnamed_blocks_index")]

    operations = [
        migrations.AddField(
            "version",
            "manifest_by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                django.db.models.deletion.DO_NOTHING,
                null=True,
                related_name="+",
                db_constraint=False,
                db_index=False,
            ),
        ),
    ]
