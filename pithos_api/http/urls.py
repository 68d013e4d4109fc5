from django.urls import re_path

from pithos_api.http.views.account import AccountView
from pithos_api.http.views.container import ContainerView
from pithos_api.http.views.object import ObjectView
from pithos_api.http.views.top import TopView

# The most frequent first. A name may hold anything, so (?s) lets the dot match all of it.
urlpatterns = [
    re_path(r"^v1(?:\.0)?/([^/]+)/([^/]*)/(?s:(.+))\Z", ObjectView.as_view()),
    re_path(r"^v1(?:\.0)?/([^/]+)/?\Z", AccountView.as_view()),
    re_path(r"^v1(?:\.0)?/([^/]+)/([^/]*)/?\Z", ContainerView.as_view()),
    re_path(r"^v1(?:\.0)?/?\Z", TopView.as_view()),
]
