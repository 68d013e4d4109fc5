"""Whatever an operator can change in the admin pages is audited."""

from django.contrib import admin

from audit.admin import AuditedAdmin, EventAdmin


def test_every_page_of_ours_is_audited():
    pages = [page for page in admin.site._registry.values() if "django" not in page.__module__]
    assert len(pages) >= 4
    assert all(isinstance(page, AuditedAdmin | EventAdmin) for page in pages)
