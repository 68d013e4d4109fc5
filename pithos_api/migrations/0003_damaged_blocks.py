import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """Which blocks were found damaged, and how far the reading of all blocks has come."""

    dependencies = [("pithos_api", "0002_storage")]

    operations = [
        migrations.CreateModel(
            name="ScrubPass",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("started", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished", models.DateTimeField(null=True)),
                ("position", models.BinaryField(default=b"")),
                ("blocks", models.BigIntegerField(default=0)),
                ("bytes", models.BigIntegerField(default=0)),
                ("damaged", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "scrub_pass"},
        ),
        migrations.AddField(
            model_name="block", name="damaged", field=models.DateTimeField(null=True)
        ),
    ]
