from django.db import migrations, models


class Migration(migrations.Migration):
    """Accounts and containers that have changed twice in a second are known to have."""

    dependencies = [("pithos_api", "0032_version_symlink")]

    operations = [
        migrations.AddField("account", "shares_second", models.BooleanField(db_default=False)),
        migrations.AddField("container", "shares_second", models.BooleanField(db_default=False)),
    ]
