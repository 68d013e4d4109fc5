from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a user has sent and not named is summed up; built while writers go on."""

    atomic = False

    dependencies = [("pithos_api", "0010_unnamed_blocks")]

    operations = [
        AddIndexConcurrently(
            "blockclaim",
            models.Index(
                fields=["user", "pending"],
                condition=models.Q(pending__isnull=False),
                name="unnamed_claims",
            ),
        ),
    ]
