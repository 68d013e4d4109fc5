from django.db import migrations, models


class Migration(migrations.Migration):
    """The ETag of large content is its Merkle hash until its MD5 is made: how far that has come."""

    dependencies = [("pithos_api", "0014_times_of_versions")]

    operations = [
        migrations.AlterField(
            model_name="version",
            name="etag",
            field=models.BinaryField(max_length=32),
        ),
        migrations.CreateModel(
            name="LateMD5",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "merkle",
                        "size",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("merkle", models.BinaryField(max_length=32)),
                ("size", models.BigIntegerField()),
                ("done", models.BigIntegerField(default=0)),
                ("state", models.BinaryField(default=b"")),
                ("retry", models.DateTimeField(null=True)),
            ],
            options={"db_table": "late_md5"},
        ),
    ]
