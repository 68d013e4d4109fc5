from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls), path("", include("accounts.http.urls"))]

handler400 = "accounts.http.pages.errors.bad_request"
handler403 = "accounts.http.pages.errors.forbidden"
handler404 = "accounts.http.pages.errors.not_found"
handler500 = "accounts.http.pages.errors.failed"
