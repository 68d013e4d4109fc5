import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Blocks that no object names yet, and those that came with limited tokens."""

    dependencies = [("pithos_api", "0009_version_times")]

    operations = [
        migrations.AddField("blockclaim", "pending", models.IntegerField(null=True)),
        migrations.CreateModel(
            name="LimitedClaim",
            fields=[
                ("pk", models.CompositePrimaryKey(
                    "user_id", "bearer", "digest",
                    blank=True, editable=False, primary_key=True, serialize=False)),
                ("user", models.ForeignKey(
                    settings.AUTH_USER_MODEL, django.db.models.deletion.DO_NOTHING,
                    related_name="+", db_constraint=False, db_index=False)),
                ("bearer", models.BinaryField(max_length=32)),
                ("digest", models.BinaryField(max_length=32)),
                ("claimed", models.DateTimeField(
                    db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"db_table": "limited_claim"},
        ),
    ]
