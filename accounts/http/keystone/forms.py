"""The bodies of Keystone v3's requests for tokens."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

DOMAIN = {"id": "default", "name": "Default"}


class Domain(serializers.Serializer[Any]):
    """The only one there is, by its id or its name."""

    id = serializers.CharField(required=False)
    name = serializers.CharField(required=False)


class Named(serializers.Serializer[Any]):
    """A user or a project: by id, or by name in a domain."""

    id = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    domain = Domain(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("id") and not attrs.get("name"):
            raise ValidationError("an id or a name is needed")
        return attrs


class UserWithPassword(Named):
    """A user, by id or name, and the password."""

    password = serializers.CharField(trim_whitespace=False)


class Password(serializers.Serializer[Any]):
    """Keystone's method ``password``."""

    user = UserWithPassword()


class TokenReference(serializers.Serializer[Any]):
    """A token that stands for its user."""

    id = serializers.CharField()


class ApplicationCredential(serializers.Serializer[Any]):
    """By id; or by name, and then whose."""

    id = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    user = Named(required=False)
    secret = serializers.CharField(trim_whitespace=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "id" not in attrs and not ("name" in attrs and "user" in attrs):
            raise ValidationError("an id, or a name and a user are needed")
        return attrs


class IdentityForm(serializers.Serializer[Any]):
    """Who asks, by one method."""

    methods = serializers.ListField(child=serializers.CharField(), min_length=1, max_length=1)
    password = Password(required=False)
    token = TokenReference(required=False)
    application_credential = ApplicationCredential(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        [method] = attrs["methods"]
        if method not in self.fields or method == "methods":
            raise ValidationError(f"there is no method {method[:40]!r}")
        if method not in attrs:
            raise ValidationError(f"{method} is needed")
        return attrs


class ScopeForm(serializers.Serializer[Any]):
    """Without a project: the user's own, which is the only one they have."""

    project = Named(required=False)


class ScopeField(serializers.Field[Any, Any, Any, Any]):
    """A scope, or the word ``unscoped``."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if data == "unscoped":
            return {}
        if not isinstance(data, dict) or not data.keys() <= {"project"}:
            raise ValidationError("only projects are scopes here")
        scope = ScopeForm(data=data)
        scope.is_valid(raise_exception=True)
        found: dict[str, Any] = scope.validated_data
        return found


class AuthForm(serializers.Serializer[Any]):
    """Who asks, and for what."""

    identity = IdentityForm()
    scope = ScopeField(required=False)


class TokenRequest(serializers.Serializer[Any]):
    """The whole body."""

    auth = AuthForm()
