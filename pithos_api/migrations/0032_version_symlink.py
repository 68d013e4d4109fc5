from django.db import migrations, models


class Migration(migrations.Migration):
    """An object may be a symlink: it reads as what it names, in Swift's dialect."""

    dependencies = [("pithos_api", "0031_container_gaps")]

    operations = [
        migrations.AddField("version", "symlink", models.JSONField(null=True)),
    ]
