"""Complainants behind a token: sealed on arrival, opened for one look with a reason in the ledger."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.governance.petitions.models import PetitionCase, SealedComplainant
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import require

FIELDS = ("name", "phone", "address")


@dataclass(frozen=True)
class Complainant:
    name: str
    phone: str
    address: str


def seal(complainant: Mapping[str, str]) -> str:
    """Store who complained and give back the token, the only thing the case keeps."""
    token = secrets.token_urlsafe(12)
    said = {name: complainant.get(name, "") for name in FIELDS}
    SealedComplainant.objects.create(token=token, **said)
    return token


@transaction.atomic
def unmask(token: str, *, by: Any, reason: str) -> Complainant:
    """Open the seal for one look, after who looks and why has been written into the case's ledger."""
    case = PetitionCase.objects.select_for_update(of=("self",)).get(complainant=token)
    actor = require(by, "petition.unmask", path=case.jurisdiction_path)
    if not reason.strip():
        raise Refused(reason=_("Say why the complainant must be known; the reason is kept."))
    append(case.stream, "petition.unmask", by=actor, payload={"token": token}, reason=reason.strip())
    sealed = SealedComplainant.objects.get(token=token)
    return Complainant(sealed.name, sealed.phone, sealed.address)
