import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now

from accounts.fields import DigestField


class UserManager(BaseUserManager["User"]):
    """What ``manage.py createsuperuser`` needs; everything else calls accounts.services."""

    def create_superuser(self, account: str, password: str | None = None, **_: Any) -> "User":
        user = self.model(account=account.lower(), is_operator=True)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """Someone who owns an account of the store.

    account: the opaque name in URLs, lower-case, at most 256 bytes of UTF-8.
    quota: bytes of current objects; NULL takes PITHOS_DEFAULT_QUOTA, 0 is unlimited.
    """

    account = models.CharField(max_length=256, db_collation="C")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    is_active = models.BooleanField("active", default=True)
    is_operator = models.BooleanField("operator", default=False)
    quota = models.BigIntegerField(null=True, blank=True)
    created = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "account"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        # Not unique=True: Django would add an index for LIKE, which collation C does not need.
        constraints = (models.UniqueConstraint(fields=["account"], name="user_of_account"),)

    def __str__(self) -> str:
        return self.account

    @property
    def is_staff(self) -> bool:
        """Whether the admin pages open for this user."""
        return self.is_operator

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Operators may do everything in the admin pages; others nothing."""
        return self.is_active and self.is_operator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_operator


class Token(models.Model):
    """A right to act as a user: only the SHA-256 of its 256 random bits is kept.

    last_used: coarse, written at most once an hour.
    """

    digest = DigestField(primary_key=True, max_length=32)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=256, blank=True)
    created = models.DateTimeField(db_default=Now(), editable=False)
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"{bytes(self.digest).hex()[:8]}…"
