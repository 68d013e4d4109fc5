"""The pages of operators, below ``/operators/``."""

from django.urls import path, re_path

from operators.http import account_acts as acts
from operators.http.accounts import AccountsPage, OneAccountPage
from operators.http.overview import OverviewPage

app_name = "operators"

_ACCOUNT = "accounts/<str:account>"

urlpatterns = [
    path("", OverviewPage.as_view(), name="overview"),
    path("accounts", AccountsPage.as_view(), name="accounts"),
    path(_ACCOUNT, OneAccountPage.as_view(), name="account"),
    path(f"{_ACCOUNT}/quota", acts.SetQuotaView.as_view(), name="quota"),
    path(f"{_ACCOUNT}/password", acts.SetPasswordView.as_view(), name="password"),
    path(f"{_ACCOUNT}/suspend", acts.SuspendView.as_view(), name="suspend"),
    path(f"{_ACCOUNT}/resume", acts.ResumeView.as_view(), name="resume"),
    path(f"{_ACCOUNT}/end-logins", acts.EndAccountLoginsView.as_view(), name="end-logins"),
    re_path(
        r"^accounts/(?P<account>[^/]+)/tokens/(?P<digest>[0-9a-f]{64})/revoke$",
        acts.RevokeTokenView.as_view(),
        name="revoke-token",
    ),
    path(
        f"{_ACCOUNT}/app-passwords/<int:number>/revoke",
        acts.RevokeAppPasswordView.as_view(),
        name="revoke-app",
    ),
]
