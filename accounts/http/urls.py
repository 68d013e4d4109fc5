"""What is served about users; the paths are those that clients expect."""

from django.urls import path, re_path

from accounts.http import swift_v1
from accounts.http.login import login

urlpatterns = [
    re_path(r"^auth(?:/v1(?:\.0)?)?/?$", swift_v1.log_in),
    path("login", login),
]
