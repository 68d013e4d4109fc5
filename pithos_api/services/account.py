"""The account itself: its totals and metadata."""

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from accounts.credentials import Credentials
from pithos_api.models import Account, PastMetadata
from pithos_api.models.statements.read_container import read_account as statement
from pithos_api.services.metadata import apply_change
from pithos_api.services.permissions import admit_owner
from pithos_api.values import AccountState, MetaChange


def read_account(credentials: Credentials, account: str) -> AccountState:
    """Return the account with exact totals (contract §2.2).

    Raises: InvalidTokenError, NotAllowedError.
    """
    row = admit_owner(credentials, statement.one(_parameters(credentials, account)))
    _, _, owner, quota, containers, objects, size, modified, meta = row
    return AccountState(
        id=owner,
        container_count=containers,
        object_count=objects,
        byte_count=size,
        modified=modified,
        meta=orjson.loads(meta),
        quota=settings.PITHOS_DEFAULT_QUOTA if quota < 0 else quota,
    )


def update_account(credentials: Credentials, account: str, change: MetaChange) -> None:
    """Change the account's metadata (contract §2.2, POST).

    Raises: InvalidTokenError, NotAllowedError, MetadataLimitError.
    """
    row = admit_owner(credentials, statement.one(_parameters(credentials, account)))
    with transaction.atomic():
        Account.objects.get_or_create(user_id=row[2])
        stored = Account.objects.select_for_update().get(user_id=row[2])
        changed = apply_change(stored.meta, change)
        if changed == stored.meta:
            return
        PastMetadata.objects.create(
            account_id=row[2],
            meta=stored.meta,
            valid_from=stored.meta_since,
            valid_to=Now(),
        )
        Account.objects.filter(user_id=row[2]).update(
            meta=changed, meta_since=Now(), modified=Now()
        )


def _parameters(credentials: Credentials, account: str) -> dict[str, object]:
    return {
        "token": credentials.token,
        "vouched": credentials.vouched,
        "account": account,
    }
