from django.db import migrations, models


class Migration(migrations.Migration):
    """Moves are told by what they leave; moves before this one look like deletions."""

    dependencies = [("pithos_api", "0020_account_lists")]

    operations = [
        migrations.AddField("version", "moved", models.BooleanField(db_default=False)),
    ]
