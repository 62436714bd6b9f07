"""The part of the settings that says how one signs in: allauth, axes, the identity provider."""

import os
from typing import Any

_ADAPTERS = "bihuan.kernel.identity.adapters"
_LOCKOUT = "bihuan.kernel.identity.lockout"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "bihuan.kernel.identity.actions.passwords.HousePassword"}]

ACCOUNT_ADAPTER = f"{_ADAPTERS}.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # our own doors count, in the database

MFA_ADAPTER = f"{_ADAPTERS}.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Bihuan"
MFA_TOTP_TOLERANCE = 1

BIHUAN_OIDC_NAME = os.environ.get("BIHUAN_OIDC_NAME", "")
BIHUAN_OIDC_CLAIM = os.environ.get("BIHUAN_OIDC_CLAIM", "preferred_username")


def identity_providers(name: str, *, url: str, client: str, secret: str) -> dict[str, Any]:
    """allauth's setting for the one OpenID Connect provider of the city; without a name there is none."""
    app = {
        "provider_id": "city",
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": url},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app] if name else []}}


SOCIALACCOUNT_ADAPTER = f"{_ADAPTERS}.OutsideAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
# A link, not a form: browsers hold the redirect of a form to the policy that forms go to ourselves only.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = identity_providers(
    BIHUAN_OIDC_NAME,
    url=os.environ.get("BIHUAN_OIDC_URL", ""),
    client=os.environ.get("BIHUAN_OIDC_CLIENT", ""),
    secret=os.environ.get("BIHUAN_OIDC_SECRET", ""),
)

AXES_CLIENT_IP_CALLABLE = "bihuan.kernel.identity.requests.address_of"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = f"{_LOCKOUT}.failure_limit"
AXES_COOLOFF_TIME = f"{_LOCKOUT}.cool_off"
AXES_LOCKOUT_CALLABLE = f"{_LOCKOUT}.locked"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the login log is ours
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
