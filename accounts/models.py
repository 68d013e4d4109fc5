import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from accounts.fields import DigestField
from audit.services import record


class UserManager(BaseUserManager["User"]):
    """Users as Django finds them; they are made by accounts.users."""


class User(AbstractBaseUser):
    """Someone who owns an account of the store.

    account: the opaque name in URLs, lower-case, at most 256 bytes of UTF-8.
    display_name: what an identity provider calls them; it may change, the account never does.
    quota: bytes of current objects; NULL takes PITHOS_DEFAULT_QUOTA, 0 is unlimited.
    session_seed: another one ends all sessions of the pages.
    """

    account = models.CharField(max_length=256, db_collation="C")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    display_name = models.CharField(max_length=256, blank=True, db_default="")
    is_active = models.BooleanField("active", default=True)
    is_operator = models.BooleanField("operator", default=False)
    quota = models.BigIntegerField(null=True, blank=True)
    created = models.DateTimeField(db_default=Now(), editable=False)
    session_seed = models.CharField(max_length=32, blank=True, db_default="", editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "account"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        # Not unique=True: Django would add an index for LIKE, which collation C does not need.
        constraints = (
            models.UniqueConstraint(fields=["account"], name="user_of_account"),
            models.CheckConstraint(condition=models.Q(quota__gte=0), name="quota_of_user"),
        )

    def __str__(self) -> str:
        return self.account

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the user; a new password is an event of the audit log, and ends sessions."""
        has_new_password = getattr(self, "_password", None) is not None
        with transaction.atomic():
            super().save(*args, **kwargs)
            if has_new_password:
                self.tokens.exclude(session="").delete()
                record("password.change", account=self.account)

    @property
    def name(self) -> str:
        """What people call the user."""
        return self.display_name or self.account

    @property
    def is_staff(self) -> bool:
        """Whether the admin pages open for this user."""
        return self.is_operator

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must carry: it ends with the password, or with the seed."""
        value = f"{self.password} {self.session_seed}"
        return salted_hmac("accounts.User", value, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Operators may do everything in the admin pages; others nothing."""
        return self.is_active and self.is_operator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_operator


class AppPassword(models.Model):
    """A secret that logs in instead of the user's password; only its SHA-256 is kept.

    It is no token: a login makes one with its scope, which ends when it is revoked.
    scope: as ``Scope.as_json``.
    """

    digest = DigestField(max_length=32, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="app_passwords")
    label = models.CharField(max_length=256, blank=True)
    scope = models.JSONField(null=True)
    created = models.DateTimeField(db_default=Now(), editable=False)
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"{self.user} {self.label or self.pk}"


class Token(models.Model):
    """A right to act as a user: only the SHA-256 of its 256 random bits is kept.

    scope: as ``Scope.as_json``; NULL has no limits, and is what the hot statements look for.
    app_password: with which it was got, if so. by_login: a login made it; it goes when it ends.
    session: the key of the session of the pages that it is for, and goes with; "" is none.
    last_used: coarse, written at most once an hour.
    """

    digest = DigestField(primary_key=True, max_length=32)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=256, blank=True)
    scope = models.JSONField(null=True)
    app_password = models.ForeignKey(AppPassword, models.CASCADE, null=True, related_name="tokens")
    by_login = models.BooleanField(db_default=False, editable=False)
    session = models.CharField(max_length=40, db_default="", db_collation="C", editable=False)
    created = models.DateTimeField(db_default=Now(), editable=False)
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = (
            models.Index(
                fields=["expires"], condition=models.Q(by_login=True), name="token_by_login"
            ),
            models.Index(
                fields=["session"], condition=~models.Q(session=""), name="token_of_session"
            ),
        )

    def __str__(self) -> str:
        return f"{bytes(self.digest).hex()[:8]}…"


class ServiceToken(models.Model):
    """A right of a program of the site that acts for no user. Kept as a ``Token`` is."""

    digest = DigestField(primary_key=True, max_length=32)
    service = models.CharField(max_length=64, db_collation="C")
    created = models.DateTimeField(db_default=Now(), editable=False)
    revoked = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.service} {bytes(self.digest).hex()[:8]}…"


class ExternalIdentity(models.Model):
    """Who a user is to an identity provider. subject: the provider's name that never changes."""

    provider = models.CharField(max_length=64, db_collation="C")
    subject = models.CharField(max_length=512, db_collation="C")
    user = models.ForeignKey(User, models.CASCADE, related_name="external_identities")
    created = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "external identities"
        constraints = (
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_of_subject"),
        )

    def __str__(self) -> str:
        return f"{self.subject} at {self.provider}"


class Guess(models.Model):
    """A wrong key or token of the last minutes (throttling/throttling.py); the table is not logged.

    bucket: what it counts against, 16 bytes; tag: what tells it from others, 8 bytes.
    """

    bucket = models.BinaryField(max_length=16)
    tag = models.BinaryField(max_length=8)
    made = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["bucket", "tag"], name="guess_of_bucket"),)

    def __str__(self) -> str:
        return f"guess {self.pk}"


class SigningKey(models.Model):
    """The one row that holds what all nodes on this database sign with.

    The first node puts the key here that it made; one that is configured is in no row.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    key = models.CharField(max_length=256)

    class Meta:
        db_table = "accounts_signing_key"

    def __str__(self) -> str:
        return f"signing key {self.id}"
