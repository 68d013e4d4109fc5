"""The pages of operators, below ``/operators/``."""

from django.urls import path, re_path

from operators.http import account_acts as acts
from operators.http import audit_log, finding, identity, jobs, report, shares, uploads
from operators.http.accounts import AccountsPage, OneAccountPage
from operators.http.overview import OverviewPage

app_name = "operators"

_ACCOUNT = "accounts/<str:account>"

urlpatterns = [
    path("", OverviewPage.as_view(), name="overview"),
    path("accounts", AccountsPage.as_view(), name="accounts"),
    path(_ACCOUNT, OneAccountPage.as_view(), name="account"),
    path(f"{_ACCOUNT}/quota", acts.SetQuotaView.as_view(), name="quota"),
    path(f"{_ACCOUNT}/secrets", acts.MakeSecretView.as_view(), name="make-secret"),
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
    path("jobs", jobs.JobsPage.as_view(), name="jobs"),
    path("jobs/<str:kind>/start", jobs.StartJobView.as_view(), name="start-job"),
    path("jobs/<int:number>", jobs.JobPage.as_view(), name="job"),
    path("jobs/<int:number>/stop", jobs.StopJobView.as_view(), name="stop-job"),
    path("identity", identity.IdentityPage.as_view(), name="identity"),
    path("uploads", uploads.UploadsPage.as_view(), name="uploads"),
    path("report", report.ReportPage.as_view(), name="report"),
    path("report.txt", report.ReportFile.as_view(), name="report-file"),
    path("find", finding.FindPage.as_view(), name="find"),
    path("object", finding.FoundObjectPage.as_view(), name="object"),
    path("object/restore", finding.RestoreView.as_view(), name="restore"),
    path("shares", shares.SharesPage.as_view(), name="shares"),
    path("shares/end", shares.EndShareView.as_view(), name="end-share"),
    path("audit", audit_log.AuditPage.as_view(), name="audit"),
    path("audit.csv", audit_log.AuditFile.as_view(), name="audit-file"),
    path("sign-ins", audit_log.FailedSignInsPage.as_view(), name="sign-ins"),
]
