from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """One that was below zero had no effect on most writes, and becomes 0, which is unlimited."""

    dependencies = [("pithos_api", "0012_quota_not_negative")]

    operations = [
        migrations.RunSQL("UPDATE container SET quota = 0 WHERE quota < 0", ""),
        ValidateConstraint(model_name="container", name="quota_of_container"),
    ]
