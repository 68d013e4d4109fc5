from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The damaged blocks are few among very many. Built while writers go on."""

    atomic = False

    dependencies = [("pithos_api", "0003_damaged_blocks")]

    operations = [
        AddIndexConcurrently(
            model_name="block",
            index=models.Index(
                condition=models.Q(("damaged__isnull", False)),
                fields=["digest"],
                name="damaged_blocks",
            ),
        ),
    ]
