"""Which user of the store somebody is whom a provider knows."""

import logging
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.errors import AccountsError, DeniedError, InvalidAccountError
from accounts.identity.base import Identity
from accounts.models import ExternalIdentity, User
from accounts.users.users import create_user
from audit.services import record

_LONGEST_NAME = 256
_LONGEST_SUBJECT = 512

log = logging.getLogger(__name__)


def user_of(identity: Identity) -> User:
    """Return the user who has this identity; on their first visit one is made, if it may be.

    What the provider calls them now is kept as their display name; the account stays.

    Raises: DeniedError: they have no account, and get none.
    """
    user = _known(identity) or _made(identity)
    name = "".join(filter(str.isprintable, identity.name))[:_LONGEST_NAME]
    if name and user.display_name != name:
        User.objects.filter(pk=user.pk).update(display_name=name)
    return user


def _known(identity: Identity) -> User | None:
    found = ExternalIdentity.objects.select_related("user").filter(
        provider=identity.source, subject=identity.account
    )
    return next((each.user for each in found), None)


def _made(identity: Identity) -> User:
    """Make a user for an identity. An account that is there already is somebody else's.

    Raises: DeniedError.
    """
    subject = identity.account
    if not settings.PITHOS_IDENTITY_PROVISION or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise DeniedError
    try:
        with transaction.atomic():
            user = _new_user(subject)
            ExternalIdentity.objects.create(provider=identity.source, subject=subject, user=user)
    except (AccountsError, IntegrityError) as error:
        winner = _known(identity)  # another request of theirs came first
        if winner is None:
            log.warning("%s: %s; link_identity gives it away", identity.source, error)
            raise DeniedError from error
        return winner
    return user


def _new_user(subject: str) -> User:
    """Return a new user. Their account is named like the subject; by a UUID if it cannot be."""
    try:
        return create_user(subject)
    except InvalidAccountError:
        return create_user(str(uuid4()))


def unlink(identity: ExternalIdentity) -> None:
    """Let a provider's name mean nobody any more. Up to a minute may pass until requests notice."""
    with transaction.atomic():
        account, target = identity.user.account, f"{identity.provider} {identity.subject}"
        identity.delete()
        record("identity.unlink", account=account, target=target, details={"before": account})


def link(user: User, provider: str, subject: str) -> None:
    """Let whoever ``provider`` knows as ``subject`` be ``user`` from now on.

    Up to a minute may pass until requests notice.
    """
    with transaction.atomic():
        found = ExternalIdentity.objects.filter(provider=provider, subject=subject)
        before = found.values_list("user__account", flat=True).first()
        ExternalIdentity.objects.update_or_create(
            provider=provider, subject=subject, defaults={"user": user}
        )
        record(
            "identity.link",
            account=user.account,
            target=f"{provider} {subject}",
            details={"before": before, "after": user.account},
        )
