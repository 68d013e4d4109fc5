"""What is served about users; the paths are those that clients expect."""

from django.urls import path, re_path

from accounts.http import astakos, swift_v1
from accounts.http.keystone import v2, v3, versions
from accounts.http.login import LoginView
from accounts.http.pages.account import AccountView, EndLoginsView, RevokeView
from accounts.http.pages.password import PasswordView
from accounts.http.pages.sign_in import SignInView, SignOutView

urlpatterns = [
    re_path(r"^auth(?:/v1(?:\.0)?)?/?$", swift_v1.log_in),
    path("", versions.VersionsView.as_view()),
    re_path(r"^v3/?$", versions.V3View.as_view()),
    re_path(r"^v3/auth/tokens/?$", v3.TokensView.as_view()),
    re_path(r"^v2\.0/?$", versions.V2View.as_view()),
    re_path(r"^v2\.0/tokens/?$", v2.TokensView.as_view(for_swift=True)),
    re_path(r"^identity/v2\.0/tokens/?$", v2.TokensView.as_view()),
    re_path(r"^account/v1\.0/user_catalogs/?$", astakos.UserCatalogsView.as_view()),
    re_path(r"^service/user_catalogs/?$", astakos.UserCatalogsView.as_view(for_services=True)),
    re_path(r"^account/v1\.0/feedback/?$", astakos.FeedbackView.as_view()),
    re_path(r"^account/v1\.0/authenticate/?$", astakos.AuthenticateView.as_view()),
    path("login", LoginView.as_view(), name="login"),
    path("account/", AccountView.as_view(), name="account"),
    path("account/sign-in", SignInView.as_view(), name="sign-in"),
    path("account/sign-out", SignOutView.as_view(), name="sign-out"),
    path("account/password", PasswordView.as_view(), name="password"),
    path("account/end-logins", EndLoginsView.as_view(), name="end-logins"),
    re_path(
        r"^account/tokens/(?P<digest>[0-9a-f]{64})/revoke$", RevokeView.as_view(), name="revoke"
    ),
    path(
        "account/app-passwords/<int:number>/revoke",
        RevokeView.as_view(),
        name="revoke-app",
    ),
]
