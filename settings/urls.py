from django.contrib import admin
from django.urls import path

from accounts.http.login import login

urlpatterns = [path("admin/", admin.site.urls), path("login", login)]
