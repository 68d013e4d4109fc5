"""Operators who log in to the admin pages."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in

from audit.services import record


def connect() -> None:
    """Record logins from now on."""
    user_logged_in.connect(_record_login, dispatch_uid="audit")


def _record_login(user: AbstractBaseUser, **_: Any) -> None:
    record("session.begin", account=user.get_username(), actor=user.get_username())
