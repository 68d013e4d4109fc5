from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from audit.models import Event
from audit.services import Detail, record

# Fields whose content nobody may read, here neither.
_SECRET = frozenset({"password", "digest", "session_seed"})


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages whose every change is in the audit log, in the change's own transaction."""

    def save_model(
        self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        _record(request, obj, "change" if change else "add", _values(obj, form, change=change))

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Model]) -> list[LogEntry]:
        for obj in queryset:
            _record(request, obj, "delete", {})
        return super().log_deletions(request, queryset)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        with transaction.atomic():
            super().delete_queryset(request, queryset)


def _values(obj: Model, form: "ModelForm[Any]", *, change: bool) -> Mapping[str, Detail]:
    """Return what the fields that an operator has changed were before, and are now."""
    columns = {field.name for field in obj._meta.get_fields()} - _SECRET
    changed = [name for name in form.changed_data if name in columns]
    after = {name: _told(form.cleaned_data[name]) for name in changed}
    before = {name: _told(form.initial.get(name)) for name in changed}
    return {"before": before, "after": after} if change else {"after": after}


def _told(value: object) -> Detail:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _record(request: HttpRequest, obj: Model, verb: str, details: Mapping[str, Detail]) -> None:
    """Write down what an operator did."""
    record(
        f"admin.{verb}",
        actor=request.user.get_username(),
        account=_account(obj),
        target=f"{obj._meta.model_name} {obj}",
        details=details,
    )


def _account(obj: Model) -> str:
    """Return whose account an admin page's object is of, or the container that has it."""
    container = getattr(obj, "container", None)
    holder = container if isinstance(container, Model) else obj
    owner = getattr(holder, "user", None) or getattr(holder, "account", "")
    return str(getattr(owner, "account", owner))


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The audit log, to read."""

    list_display = (
        *("at", "actor", "proxy", "action", "account", "target", "address", "request_id"),
    )
    list_filter = ("action",)
    search_fields = ("=actor", "=proxy", "=account", "target", "=request_id", "=address")
    search_help_text = "An account, an address, a request's id, or a part of the target."
    ordering = ("-id",)
    show_full_result_count = False  # counting all of a long log takes longer than reading a page

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
