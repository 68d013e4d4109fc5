from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """No quota below zero from now on; what is there is looked at without a lock, by the next."""

    dependencies = [("pithos_api", "0011_manifest_by")]

    operations = [
        AddConstraintNotValid(
            model_name="container",
            constraint=models.CheckConstraint(condition=models.Q(("quota__gte", 0)), name="quota_of_container"),
        )
    ]
