from django.db import migrations, models

# Whoever ends a session, by whatever statement, ends the tokens of its pages.
_TRIGGER = """
CREATE FUNCTION end_tokens_of_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM accounts_token WHERE session = OLD.session_key AND session <> '';
    RETURN NULL;
END $$;
CREATE TRIGGER end_tokens AFTER DELETE ON django_session
    FOR EACH ROW EXECUTE FUNCTION end_tokens_of_session();
"""
_NO_TRIGGER = """
DROP TRIGGER end_tokens ON django_session;
DROP FUNCTION end_tokens_of_session();
"""


class Migration(migrations.Migration):
    """Tokens of sessions: a column with a constant default, which rewrites no row."""

    dependencies = [("accounts", "0011_service_tokens"), ("sessions", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="token",
            name="session",
            field=models.CharField(
                db_collation="C", db_default="", editable=False, max_length=40
            ),
        ),
        migrations.RunSQL(_TRIGGER, _NO_TRIGGER),
    ]
