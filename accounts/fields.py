from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from web.numbers import exact_size, parse_size

Stored: TypeAlias = bytes | memoryview


class Digest(bytes):
    """Bytes that print as hex."""

    def __str__(self) -> str:
        return self.hex()


class DigestField(models.BinaryField):  # type: ignore[type-arg]
    """Bytes in the database, hex wherever they are text.

    As a primary key a digest is part of the admin pages' URLs, where Django's own field would
    write the address of a buffer.
    """

    def from_db_value(self, value: Stored | None, *_: Any) -> Digest | None:
        return None if value is None else Digest(value)

    def to_python(self, value: Stored | str | None) -> Stored | None:
        """Raise ValidationError where a text is no hex."""
        if not isinstance(value, str):
            return value
        try:
            return Digest.fromhex(value)
        except ValueError as error:
            raise ValidationError(f"{value!r} is not hex") from error

    def get_prep_value(self, value: Stored | str | None) -> Stored | None:
        prepared: Stored | None = super().get_prep_value(self.to_python(value))
        return prepared

    def deconstruct(self) -> Any:
        """For migrations it is a BinaryField, as it is for Postgres."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.BinaryField", arguments, options


class SizeField(forms.Field):
    """A field of a form where a size is typed, and shown, with its unit: ``50G``."""

    def to_python(self, value: Any) -> int | None:
        """Return bytes, None where nothing was typed. Raises: ValidationError."""
        text = str(value or "").strip()
        if not text:
            return None
        size = parse_size(text)
        if size is None:
            raise ValidationError(f"{text!r} is not a size; write 53687091200 or 50G.")
        return size

    def prepare_value(self, value: Any) -> Any:
        """Return what the field shows; what was typed stays as it was typed."""
        return exact_size(value) if isinstance(value, int) else value
