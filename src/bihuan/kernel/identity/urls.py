"""Addresses under the names that allauth asks for; `login` and `logout` are the house's own."""

from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as outside
from allauth.socialaccount.providers.openid_connect import views as openid
from django.contrib.auth.decorators import login_required
from django.urls import path

from bihuan.kernel.identity import account_views, views
from bihuan.kernel.identity.registers import AccountRegister, LoginRegister, SecurityRuleRegister
from bihuan.kernel.identity.units import UnitRegister
from bihuan.kernel.registers.urls import for_register

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("login/", views.Login.as_view(), name="account_login"),
    path("login/code/", views.EnterCode.as_view(), name="mfa_authenticate"),
    path("login/cancelled/", outside.login_cancelled, name="socialaccount_login_cancelled"),
    path("login/with/<slug:provider_id>/", openid.login, name="openid_connect_login"),
    path("login/with/<slug:provider_id>/back/", openid.callback, name="openid_connect_callback"),
    path("logout/", views.sign_out, name="logout"),
    path("logout/", views.sign_out, name="account_logout"),
    path("me/", views.my_account, name="my-account"),
    path("me/", views.my_account, name="mfa_index"),
    path("me/sessions/<int:pk>/end/", views.end_my_session, name="my-session-end"),
    path("me/password/", views.ChangePassword.as_view(), name="account_change_password"),
    path("me/confirm/", views.ConfirmPassword.as_view(), name="account_reauthenticate"),
    path("me/confirm/code/", views.ConfirmCode.as_view(), name="mfa_reauthenticate"),
    path("me/second-factor/", views.SetUpSecondFactor.as_view(), name="mfa_activate_totp"),
    path("me/second-factor/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("me/second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("me/second-factor/codes/new/", views.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path(
        "me/second-factor/codes/download/",
        login_required(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("accounts/new/", account_views.open_account, name="account-new"),
    path("accounts/<int:pk>/", account_views.account, name="account"),
    path("accounts/<int:pk>/correct/", account_views.correct_account, name="account-correct"),
    path("accounts/<int:pk>/post/", account_views.give_post, name="account-post"),
    path("accounts/<int:pk>/post/<int:post>/end/", account_views.end_post, name="account-post-end"),
    path("accounts/<int:pk>/do/<slug:key>/", account_views.act, name="account-act"),
    path("accounts/sessions/<int:pk>/end/", account_views.end_session, name="account-session-end"),
    *for_register(AccountRegister, prefix="accounts/"),
    *for_register(UnitRegister, prefix="units/"),
    *for_register(SecurityRuleRegister, prefix="security-rules/"),
    *for_register(LoginRegister, prefix="login-records/"),
]
