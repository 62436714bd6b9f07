"""Entering and changing an enterprise and what stands on its sites: one event with each change."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.kernel.people.access import require, unit_token
from bihuan.kernel.people.models import Unit
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.registers.search import bigrams
from bihuan.oversight.enterprises.actions.codes import issue_code
from bihuan.oversight.enterprises.models import (
    Enterprise,
    FacilityLink,
    Outlet,
    ProductionFacility,
    Site,
    TreatmentFacility,
)
from bihuan.oversight.enterprises.models.scope import EnterpriseScoped
from bihuan.oversight.enterprises.permissions import MANAGE
from bihuan.oversight.enterprises.rules import identifiers
from bihuan.oversight.enterprises.rules.vocabulary import IdKind

Outcome: TypeAlias = Literal["new", "changed", "unchanged"]
NOT_SAID = frozenset(
    {"id", "city", "jurisdiction_path", "parties", "search_text", "search_terms", "changed_at", "colour"}
)
NOT_TOLD = frozenset({"contact_name", "contact_phone", "legal_representative"})


def manager(by: Any, path: str) -> Actor:
    """The ledger's actor; None is the system, which may import."""
    return SYSTEM if by is None else require(by, MANAGE, path=path)


@transaction.atomic
def save_enterprise(enterprise: Enterprise, *, by: Any, jurisdiction: Jurisdiction) -> Outcome:
    """Enter an enterprise with its code, or correct one. A new name keeps the old one as a former name."""
    old = _stored(enterprise)
    if old is not None:
        manager(by, old.jurisdiction_path)
        _not_merged(old)
    actor = manager(by, jurisdiction.path)
    enterprise.jurisdiction, enterprise.jurisdiction_path = jurisdiction, jurisdiction.path
    enterprise.uscc = checked_code(enterprise)
    _not_taken(enterprise)
    if old is not None and old.name != enterprise.name and old.name not in enterprise.former_names:
        enterprise.former_names = [*enterprise.former_names, old.name]
    make_findable(enterprise)
    outcome = _keep(enterprise, old, actor=actor, what="enterprise")
    if outcome == "new":
        issue_code(enterprise, by=None, at=timezone.now())
    elif old is not None and old.jurisdiction_path != enterprise.jurisdiction_path:
        _follow(enterprise, old)
    return outcome


@transaction.atomic
def save_site(site: Site, *, by: Any) -> Outcome:
    """Enter or correct a site; its code must be one of the enterprise's own credit code."""
    _not_merged(site.enterprise)
    actor = manager(by, site.enterprise.jurisdiction_path)
    site.source_code = _source_code(site)
    if site.jurisdiction_id is None:
        site.jurisdiction = site.enterprise.jurisdiction
    return _keep_inside(site, actor=actor, place=site.jurisdiction, what="site")


@transaction.atomic
def save_outlet(outlet: Outlet, *, by: Any) -> Outcome:
    outlet.nonstandard_code = not identifiers.is_standard(outlet.code, "outlet")
    return _save_on_site(outlet, by=by, what="outlet")


@transaction.atomic
def save_production(facility: ProductionFacility, *, by: Any) -> Outcome:
    facility.nonstandard_code = not identifiers.is_standard(facility.code, "production")
    return _save_on_site(facility, by=by, what="production")


@transaction.atomic
def save_treatment(facility: TreatmentFacility, *, by: Any) -> Outcome:
    facility.nonstandard_code = not identifiers.is_standard(facility.code, "treatment")
    return _save_on_site(facility, by=by, what="treatment")


@transaction.atomic
def save_link(link: FacilityLink, *, by: Any) -> Outcome:
    """Enter or correct which production feeds which treatment and outlet; all ends stand on one site."""
    ends = [end for end in (link.production, link.treatment, link.outlet) if end is not None]
    if len(ends) < 2:
        raise Refused(reason=_("A link joins two of: production, treatment, outlet."))
    sites = {end.site_id for end in ends}
    if len(sites) > 1:
        raise Refused(reason=_("A link joins what stands on one site."))
    link.site = ends[0].site
    return _save_on_site(link, by=by, what="link")


def _save_on_site(record: Any, *, by: Any, what: str) -> Outcome:
    enterprise = record.site.enterprise
    _not_merged(enterprise)
    actor = manager(by, enterprise.jurisdiction_path)
    record.enterprise = enterprise
    return _keep_inside(record, actor=actor, place=record.site.jurisdiction, what=what)


def _keep_inside(record: Any, *, actor: Actor, place: Jurisdiction, what: str) -> Outcome:
    record.jurisdiction, record.jurisdiction_path = place, place.path
    record.parties = parties_of(record.enterprise)
    return _keep(record, _stored(record), actor=actor, what=what)


def _keep(record: Any, old: Any, *, actor: Actor, what: str) -> Outcome:
    """Save what differs, with one event that says what it was and what it is."""
    changes = differences(old, record)
    if old is not None and not changes:
        return "unchanged"
    record.full_clean(validate_constraints=False)
    record.save()
    payload = {"id": record.pk, "named": str(record), "changes": changes}
    append(record.stream, f"{what}.{'changed' if old else 'entered'}", by=actor, payload=payload)
    return "changed" if old else "new"


def differences(old: Model | None, new: Model) -> dict[str, list[Any]]:
    """[before, after] by field; what a person could be reached by is named and not told."""
    found = {}
    for field in new._meta.concrete_fields:
        before, after = getattr(old, field.attname, None), getattr(new, field.attname)
        if field.name in NOT_SAID or before == after or (old is None and after in (None, "", [])):
            continue
        found[field.name] = ["***", "***"] if field.name in NOT_TOLD else [_plain(before), _plain(after)]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | float):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _stored(record: Any) -> Any:
    if record.pk is None:
        return None
    return type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)


def _not_merged(enterprise: Enterprise) -> None:
    if enterprise.merged_into_id:
        raise Refused(reason=_("This entry was merged into another; change that one."))


def checked_code(enterprise: Enterprise) -> str | None:
    """The credit code in its normal form; None for an enterprise that has none yet."""
    code = (enterprise.uscc or "").strip()
    if enterprise.id_kind == IdKind.NONE or not code:
        enterprise.id_kind = IdKind.NONE
        return None
    return identifiers.check_h9(code) if enterprise.id_kind == IdKind.H9 else identifiers.check_uscc(code)


def make_findable(enterprise: Enterprise) -> None:
    """By its name, its other names and its code."""
    names = (enterprise.name, *enterprise.former_names, enterprise.uscc or "")
    enterprise.search_text, enterprise.search_terms = "\n".join(names), bigrams(*names)


def _not_taken(enterprise: Enterprise) -> None:
    same = Enterprise.objects.filter(uscc=enterprise.uscc, merged_into=None).exclude(pk=enterprise.pk)
    if enterprise.uscc and same.exists():
        raise Refused(
            reason=_("Another enterprise has the code %(code)s already.") % {"code": enterprise.uscc}
        )


def _source_code(site: Site) -> str | None:
    if not site.source_code:
        return None
    code = identifiers.check_source_code(site.source_code)
    owner = site.enterprise
    if owner.uscc and identifiers.holder_of(code) != owner.uscc:
        raise Refused(reason=_("The source code %(code)s belongs to another enterprise.") % {"code": code})
    if Site.objects.filter(source_code=code).exclude(pk=site.pk).exists():
        raise Refused(reason=_("Another site has the source code %(code)s already.") % {"code": code})
    return code


def _follow(enterprise: Enterprise, old: Enterprise) -> None:
    """What lay where the enterprise lay moves with it; sites elsewhere stay where they are."""
    for model in belongings():
        rows = model.objects.filter(enterprise=enterprise, jurisdiction_path=old.jurisdiction_path)
        rows.update(**model.where(enterprise.jurisdiction))


def belongings() -> Iterable[Any]:
    """The models whose rows belong to an enterprise and carry its parties."""
    related = {one.related_model for one in Enterprise._meta.related_objects}
    return sorted(
        (one for one in related if issubclass(one, EnterpriseScoped) and one is not Enterprise),  # type: ignore[arg-type]
        key=lambda model: model._meta.label,
    )


def parties_of(enterprise: Enterprise) -> list[str]:
    """The enterprise's own unit, and those of entries that were merged into it."""
    mine = Enterprise.objects.filter(pk=enterprise.pk) | Enterprise.objects.filter(merged_into=enterprise.pk)
    return [unit_token(key) for key in mine.exclude(unit=None).order_by("pk").values_list("unit", flat=True)]


def share_parties(enterprise: Enterprise) -> None:
    """Write the parties onto the enterprise and everything of it."""
    parties = parties_of(enterprise)
    Enterprise.objects.filter(pk=enterprise.pk).update(parties=parties)
    for model in belongings():
        model.objects.filter(enterprise=enterprise).update(parties=parties)


@transaction.atomic
def unit_of(enterprise: Enterprise, *, by: Any = None) -> Unit:
    """The unit to which its problems are assigned and in which its clerk works; made when first needed."""
    enterprise = Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk)
    if enterprise.unit is not None:
        return enterprise.unit
    actor = manager(by, enterprise.jurisdiction_path)
    enterprise.unit = _free_unit(enterprise)
    enterprise.save(update_fields=["unit", "changed_at"])
    share_parties(enterprise)
    append(enterprise.stream, "enterprise.unit_linked", by=actor, payload={"unit": enterprise.unit.pk})
    return enterprise.unit


def _free_unit(enterprise: Enterprise) -> Unit:
    """A unit of the same name that no enterprise has yet, else a new one; names of units are unique."""
    place = enterprise.jurisdiction
    named = Unit.objects.filter(name=enterprise.name)
    free = named.filter(kind=Unit.Kind.ENTERPRISE, enterprise=None).first()
    if free is not None:
        return free
    name = f"{enterprise.name}（{enterprise.uscc or enterprise.pk}）" if named.exists() else enterprise.name
    return Unit.objects.create(name=name, kind=Unit.Kind.ENTERPRISE, jurisdiction=place)
