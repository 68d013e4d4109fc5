from django.db import migrations

# Until now their label told. Those that were made by hand and called so had no end, or will have.
_KNOWN = "UPDATE accounts_token SET by_login = true WHERE label = 'login' AND expires IS NOT NULL"


class Migration(migrations.Migration):
    """The tokens of logins that are there. It locks their rows, which requests only read."""

    dependencies = [("accounts", "0008_token_by_login")]

    operations = [migrations.RunSQL(_KNOWN, "")]
