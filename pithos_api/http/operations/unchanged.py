"""304 for accounts and containers, which have dates and no ETags (contract §3.3)."""

from pithos_api.services.containers.dates import subject_of
from pithos_api.values import AccountState, ContainerState
from web.conditions import ReadConditions
from web.reply import Headers, Reply
from web.views import not_modified


def unchanged_reply(
    conditions: ReadConditions | None, state: AccountState | ContainerState, headers: Headers
) -> Reply | None:
    """Return 304 if that is what the conditions say of an account or a container, else None.

    headers: those that describe it.

    Raises: ConditionFailedError.
    """
    return not_modified(conditions, subject_of(state, conditions), headers)
