from django.db import migrations, models


class Migration(migrations.Migration):
    """No quota below zero: one that was kept so had no effect on most writes, and becomes 0."""

    dependencies = [("accounts", "0006_identities_plural")]

    operations = [
        migrations.RunSQL("UPDATE accounts_user SET quota = 0 WHERE quota < 0", ""),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(condition=models.Q(("quota__gte", 0)), name="quota_of_user"),
        ),
    ]
