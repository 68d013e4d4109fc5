from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class Digest(bytes):
    """Bytes that print as hex."""

    def __str__(self) -> str:
        return self.hex()


class DigestField(models.BinaryField):  # type: ignore[type-arg]
    """Bytes in the database, hex wherever they are text.

    As a primary key a digest is part of the admin pages' URLs, where Django's own field would
    write the address of a buffer.
    """

    def from_db_value(self, value: Any, *_: Any) -> Digest | None:
        return None if value is None else Digest(value)

    def to_python(self, value: Any) -> Any:
        """Raise ValidationError where a text is no hex."""
        if not isinstance(value, str):
            return value
        try:
            return Digest.fromhex(value)
        except ValueError as error:
            raise ValidationError(f"{value!r} is not hex") from error

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(self.to_python(value))

    def deconstruct(self) -> Any:
        """For migrations it is a BinaryField, as it is for Postgres."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.BinaryField", arguments, options
