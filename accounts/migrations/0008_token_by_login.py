from django.db import migrations, models


class Migration(migrations.Migration):
    """Which tokens were made by logins: a column with a constant default, which rewrites no row."""

    dependencies = [("accounts", "0007_quota_not_negative")]

    operations = [
        migrations.AddField(
            model_name="token",
            name="by_login",
            field=models.BooleanField(db_default=False, editable=False),
        )
    ]
