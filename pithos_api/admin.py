from django.contrib import admin
from django.http import HttpRequest

from audit.admin import AuditedAdmin
from pithos_api.models import Container


@admin.register(Container)
class ContainerAdmin(AuditedAdmin):
    """Containers with their counters, which may lag a second behind; only quotas can change."""

    list_display = ("account", "name", "object_count", "byte_count", "quota", "modified")
    search_fields = ("account__account", "name")
    fields = ("account", "name", "versioning", "quota", "object_count", "byte_count", "modified")
    readonly_fields = ("account", "name", "versioning", "object_count", "byte_count", "modified")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Container | None = None) -> bool:
        """Deleting is the API's, which sees to the objects inside."""
        return False
