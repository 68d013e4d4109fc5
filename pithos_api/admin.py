from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.fields import SizeField
from audit.admin import AuditedAdmin
from pithos_api.models import Container
from web.numbers import rough_size


class ContainerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A container's quota."""

    quota = SizeField(help_text="Bytes, such as 50G. 0 is unlimited.")


@admin.register(Container)
class ContainerAdmin(AuditedAdmin):
    """Containers with their counters, which may lag a second behind; only quotas can change."""

    form = ContainerForm
    list_display = ("account", "name", "object_count", "size", "quota_size", "modified")
    search_fields = ("account__account", "name")
    fields = ("account", "name", "versioning", "quota", "object_count", "byte_count", "modified")
    readonly_fields = ("account", "name", "versioning", "object_count", "byte_count", "modified")

    @admin.display(ordering="byte_count")
    def size(self, container: Container) -> str:
        return rough_size(container.byte_count)

    @admin.display(description="quota", ordering="quota")
    def quota_size(self, container: Container) -> str:
        return rough_size(container.quota) if container.quota else "unlimited"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Container | None = None) -> bool:
        """Deleting is the API's, which sees to the objects inside."""
        return False
