"""What a password may be, besides what Django's validators say."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

MAX_PASSWORD = 1024
"""Characters: hashing longer ones would be work that strangers can ask for."""


class MaximumLengthValidator:
    """A password that no login would take is not kept."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError where it is too long."""
        if len(password) > MAX_PASSWORD:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        """Return the rule."""
        return _("Your password can have up to %(most)d characters.") % {"most": MAX_PASSWORD}
