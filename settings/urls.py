from django.contrib import admin
from django.urls import include, path
from django.views.generic.base import RedirectView

# Django's own page would count no guesses.
_PASSWORD = path("admin/password_change/", RedirectView.as_view(pattern_name="password"))

urlpatterns = [
    _PASSWORD,
    path("admin/", admin.site.urls),
    path("operators/", include("operators.http.urls")),
    path("", include("accounts.http.urls")),
    path("", include("files.http.urls")),
]

handler400 = "accounts.http.pages.errors.bad_request"
handler403 = "accounts.http.pages.errors.forbidden"
handler404 = "accounts.http.pages.errors.not_found"
handler500 = "accounts.http.pages.errors.failed"
