import pithos_api.models.expressions
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The objects that expire are few among very many. Built while writers go on."""

    atomic = False

    dependencies = [("pithos_api", "0005_swift")]

    operations = [
        AddIndexConcurrently(
            model_name="version",
            index=models.Index(
                models.F("expires"),
                condition=models.Q(
                    valid_to=pithos_api.models.expressions.Infinity(), expires__isnull=False
                ),
                name="version_expires",
            ),
        ),
    ]
