"""What sessions and the like are signed with."""

from django.conf import settings
from django.db import connection

from accounts.models import SigningKey


def share_signing_key() -> None:
    """Sign with the key that the first node on this database has made, unless one is configured.

    To be called before requests are served: what one node has signed is then good on all. From then
    on PITHOS_SECRET_KEY is the key, as if it had been configured.
    """
    if not settings.PITHOS_SECRET_KEY:
        made = {"key": settings.SECRET_KEY}
        shared = SigningKey.objects.get_or_create(id=1, defaults=made)[0].key
        settings.PITHOS_SECRET_KEY = settings.SECRET_KEY = shared


def shared_signing_key() -> str:
    """Return the key that all nodes on this database sign with; nothing if none has made it yet."""
    if settings.PITHOS_SECRET_KEY:
        return str(settings.PITHOS_SECRET_KEY)
    return SigningKey.objects.values_list("key", flat=True).first() or ""


def take_signing_key() -> None:
    """Sign with the key that the store has, if it has one; ``share_signing_key`` puts it back.

    To be called before all rows are replaced, or where there may be no tables yet.
    """
    if SigningKey._meta.db_table in connection.introspection.table_names():
        settings.SECRET_KEY = shared_signing_key() or settings.SECRET_KEY
