"""The code as a picture to scan."""

import segno
from django.http import HttpRequest
from django.urls import reverse

from bihuan.oversight.enterprises.models import EnterpriseCode
from bihuan.oversight.enterprises.queries.codes import text_of


def drawn_code(request: HttpRequest, code: EnterpriseCode) -> str:
    """An SVG of the public address; level Q still reads with a quarter of it scratched."""
    address = request.build_absolute_uri(reverse("code", args=[text_of(code)]))
    drawn: str = segno.make(address, error="q", micro=False).svg_inline(scale=4, border=2, omitsize=True)
    return drawn
