"""The part of the settings that hardens pages: TLS behind a proxy, cookies, headers, what a page may load."""

import os
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from bihuan.web.home import whole_number

BIHUAN_HTTPS = os.environ.get("BIHUAN_HTTPS", "") == "1"
BIHUAN_TRUSTED_PROXIES = whole_number("BIHUAN_TRUSTED_PROXIES", os.environ.get("BIHUAN_TRUSTED_PROXIES"))
BIHUAN_TILES = os.environ.get("BIHUAN_TILES", "")
_YEAR = 31_536_000


def page_policy(tiles: str) -> dict[str, Any]:
    """What a page may load: our own files, pictures it made itself, and map tiles where their host is set."""
    parts = urlsplit(tiles)
    hosts = [f"{parts.scheme}://{parts.netloc}"] if tiles else []
    directives = {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *hosts],
        "font-src": [SELF],
        "connect-src": [SELF, *hosts],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
    return {"DIRECTIVES": directives}


if BIHUAN_TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = BIHUAN_HTTPS
# What a supervisor asks for on the machine itself, beside the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = _YEAR if BIHUAN_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BIHUAN_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BIHUAN_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

CONTENT_SECURITY_POLICY = page_policy(BIHUAN_TILES)
# What else a browser is told; the telephone's place and camera serve the grid worker's report.
OTHER_HEADERS = {
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
