"""What sessions and the like are signed with."""

from django.conf import settings

from accounts.models import SigningKey


def share_signing_key() -> None:
    """Sign with the key that the first node on this database has made, unless one is configured.

    To be called once, before requests are served: what one node has signed is then good on all.
    """
    if not settings.PITHOS_SECRET_KEY:
        made = {"key": settings.SECRET_KEY}
        settings.SECRET_KEY = SigningKey.objects.get_or_create(id=1, defaults=made)[0].key
