from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether a date tells a version from the one before it, and an expiry that no clock holds.

    Rows that are there are not rewritten. Of none of them is it known that they share a second.
    """

    dependencies = [("pithos_api", "0013_quotas_that_were_negative")]

    operations = [
        migrations.AddField(
            "version", "shares_second", models.BooleanField(db_default=False)
        ),
        migrations.AddField("version", "expires_sent", models.BigIntegerField(null=True)),
    ]
