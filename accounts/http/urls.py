"""What is served about users; the paths are those that clients expect."""

from django.templatetags.static import static
from django.urls import path, re_path
from django.views.generic.base import RedirectView
from django.views.i18n import set_language

from accounts.http import astakos, swift_v1
from accounts.http.keystone import v2, v3, versions
from accounts.http.login import LoginView
from accounts.http.pages.account import AccountPage, RevokeView
from accounts.http.pages.first_sign_in import FirstSignInView
from accounts.http.pages.logins import EndLoginsView, LoginsPage
from accounts.http.pages.password import PasswordView
from accounts.http.pages.session_token import SessionTokenView
from accounts.http.pages.sign_in import SignInView, SignOutView
from accounts.http.view import served

urlpatterns = [
    re_path(r"^auth(?:/v1(?:\.0)?)?/?$", swift_v1.log_in),
    path("", served(versions.VersionsView())),
    re_path(r"^v3/?$", served(versions.V3View())),
    re_path(r"^v3/auth/tokens/?$", served(v3.V3TokensView())),
    re_path(r"^v2\.0/?$", served(versions.V2View())),
    re_path(r"^v2\.0/tokens/?$", served(v2.V2TokensView(for_swift=True))),
    re_path(r"^identity/v2\.0/tokens/?$", served(v2.V2TokensView())),
    re_path(r"^account/v1\.0/user_catalogs/?$", served(astakos.UserCatalogsView())),
    re_path(r"^service/user_catalogs/?$", served(astakos.UserCatalogsView(for_services=True))),
    re_path(r"^account/v1\.0/feedback/?$", served(astakos.FeedbackView())),
    re_path(r"^account/v1\.0/authenticate/?$", served(astakos.AuthenticateView())),
    # What browsers ask for beside objects, which have no page to name it.
    path("favicon.ico", RedirectView.as_view(url=static("accounts/favicon.svg"))),
    path("login", LoginView.as_view(), name="login"),
    path("account/", AccountPage.as_view(), name="account"),
    path("account/sign-in", SignInView.as_view(), name="sign-in"),
    path("account/first-sign-in", FirstSignInView.as_view(), name="first-sign-in"),
    path("account/sign-out", SignOutView.as_view(), name="sign-out"),
    path("account/session-token", SessionTokenView.as_view(), name="session-token"),
    path("account/password", PasswordView.as_view(), name="password"),
    path("account/language", set_language, name="set_language"),
    path("account/logins", LoginsPage.as_view(), name="logins"),
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
