"""Dates of accounts and containers as conditions name them: in seconds (RFC 9110 §8.8.2.2)."""

from datetime import datetime

from pithos_api.models.statements.containers import shared_seconds as statements
from pithos_api.values import AccountState, ContainerState
from web.conditions import ReadConditions, Subject


def subject_of(state: AccountState | ContainerState, conditions: ReadConditions | None) -> Subject:
    """Return what conditions of a reader are judged against.

    A statement is spent only if one of them names the second of the last change.
    """
    modified = state.modified
    if conditions is None or int(modified.timestamp()) not in {
        conditions.modified_since,
        conditions.unmodified_since,
    }:
        return Subject(modified)
    if isinstance(state, ContainerState):
        return Subject(modified, shares_second=container_shares_second(state.id, modified))
    wanted = {"owner": state.id, "second": int(modified.timestamp())}
    row = statements.account_shared_second.one(wanted)
    return Subject(modified, shares_second=row is not None and row.shared)


def container_shares_second(container: int, modified: datetime) -> bool:
    """Return whether the container had another state in the second of its last change.

    container: its row.
    """
    wanted = {"container": container, "second": int(modified.timestamp())}
    row = statements.container_shared_second.one(wanted)
    return row is not None and row.shared
