"""Data loggers: where one stands from which moment, for which outlets, in which edition."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.oversight.enterprises import keys
from bihuan.oversight.enterprises.actions.records import Outcome, manager, parties_of
from bihuan.oversight.enterprises.models import Logger, LoggerFactor, LoggerOutlet, Outlet, Site
from bihuan.oversight.enterprises.rules.vocabulary import Edition

MN = re.compile(r"[0-9A-Z_\-]{1,24}")
SM4_BYTES = 16
SETTINGS = (
    "maker",
    "model",
    "serial",
    "allow_modbus_crc",
    "realtime_interval_s",
    "minute_interval_min",
    "accepted_on",
    "networks",
)


@dataclass(frozen=True)
class Binding:
    outlet: Outlet
    system_code: str = ""
    channel: str = ""


@dataclass(frozen=True)
class NewLogger:
    """`key` is the SM4 key as sixteen characters, None leaves the one there is; `units` by factor code."""

    mn: str
    outlets: tuple[Binding, ...]
    valid_from: datetime
    edition: str = Edition.E2017
    password: str | None = None
    key: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    ranges: dict[str, Decimal] = field(default_factory=dict)


@transaction.atomic
def install_logger(new: NewLogger, *, by: Any) -> Outcome:
    """Let a logger speak for outlets of one site from a moment on.

    The same number with another edition or other outlets ends the period that ran; with the same, only its
    settings change. A number that stands at another enterprise must be ended there first.
    """
    mn, site = _checked(new)
    actor = manager(by, site.enterprise.jurisdiction_path)
    running = _running(mn, new.valid_from)
    if running is not None and running.enterprise_id != site.enterprise_id:
        raise Refused(
            reason=_("The number %(mn)s is in use at another enterprise; end it there first.") % {"mn": mn}
        )
    if running is not None and _same_place(running, new):
        return _settle(running, new, actor=actor)
    if running is not None:
        _end(running, new.valid_from)
    logger = Logger(
        **Logger.where(site.jurisdiction),
        enterprise=site.enterprise,
        site=site,
        parties=parties_of(site.enterprise),
        mn=mn,
        edition=new.edition,
        valid_from=new.valid_from,
    )
    _apply(logger, new)
    logger.full_clean(validate_constraints=False)
    logger.save(force_insert=True)
    _bind(logger, new)
    payload = {
        "logger": logger.pk,
        "mn": mn,
        "edition": new.edition,
        "outlets": [one.outlet.code for one in new.outlets],
        "from": new.valid_from.isoformat(),
        "ended": running.pk if running else None,
    }
    append(logger.stream, "logger.installed", by=actor, payload=payload)
    return "changed" if running else "new"


@transaction.atomic
def end_logger(logger: Logger, *, by: Any, at: datetime, reason: str) -> None:
    """The logger speaks for nothing from this moment on."""
    actor = manager(by, logger.enterprise.jurisdiction_path)
    logger = Logger.objects.select_for_update(of=("self",)).get(pk=logger.pk)
    if logger.valid_to is not None:
        raise Refused(reason=_("This logger has ended already."))
    if not reason.strip():
        raise Refused(reason=_("Say why the logger is taken away."))
    _end(logger, at)
    payload = {"logger": logger.pk, "mn": logger.mn, "at": at.isoformat()}
    append(logger.stream, "logger.ended", by=actor, payload=payload, reason=reason.strip())


def _checked(new: NewLogger) -> tuple[str, Site]:
    mn = new.mn.strip().upper()
    if not MN.fullmatch(mn):
        raise Refused(reason=_("A device number has up to 24 letters and digits."))
    sites = {one.outlet.site for one in new.outlets}
    if len(sites) != 1:
        raise Refused(reason=_("A logger speaks for outlets of one site."))
    for network in new.settings.get("networks", ()):
        _check_network(network)
    if new.key and len(new.key.encode()) != SM4_BYTES:
        raise Refused(reason=_("An SM4 key has 16 characters."))
    return mn, sites.pop()


def _check_network(text: str) -> None:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Refused(reason=_("“%(text)s” is no network; write 10.1.0.0/16.") % {"text": text}) from None


def _running(mn: str, moment: datetime) -> Logger | None:
    """The period that would overlap one from `moment` on; one that begins later is refused."""
    rows = Logger.objects.select_for_update(of=("self",)).select_related("enterprise", "site")
    over = rows.filter(Q(valid_to=None) | Q(valid_to__gt=moment), mn=mn).order_by("valid_from").first()
    if over is not None and over.valid_from > moment:
        said = {"mn": mn, "moment": timezone.localtime(over.valid_from).strftime("%Y-%m-%d %H:%M")}
        raise Refused(reason=_("The number %(mn)s already has an entry from %(moment)s on.") % said)
    return over


def _same_place(logger: Logger, new: NewLogger) -> bool:
    bound = {(one.outlet_id, one.system_code, one.channel) for one in logger.bindings.all()}
    wanted = {(one.outlet.pk, one.system_code, one.channel) for one in new.outlets}
    known = logger.valid_to is None or logger.valid_from == new.valid_from
    return logger.edition == new.edition and bound == wanted and known


def _settle(logger: Logger, new: NewLogger, *, actor: Any) -> Outcome:
    """Settings that don't change whose data it sends, changed in place."""
    before = {name: getattr(logger, name) for name in (*SETTINGS, "password", "sealed_key")}
    _apply(logger, new)
    changed = sorted(name for name, value in before.items() if getattr(logger, name) != value)
    changed += _set_factors(logger, new)
    if not changed:
        return "unchanged"
    logger.full_clean(validate_constraints=False)
    logger.save()
    payload = {"logger": logger.pk, "mn": logger.mn, "changed": changed}
    append(logger.stream, "logger.changed", by=actor, payload=payload)
    return "changed"


def _apply(logger: Logger, new: NewLogger) -> None:
    for name in SETTINGS:
        if name in new.settings:
            setattr(logger, name, new.settings[name])
    if new.password is not None:
        logger.password = new.password
    if new.key and keys.opened(logger.sealed_key) != new.key.encode():
        logger.sealed_key = keys.sealed(new.key.encode())


def _bind(logger: Logger, new: NewLogger) -> None:
    rows = [
        LoggerOutlet(logger=logger, outlet=one.outlet, system_code=one.system_code, channel=one.channel)
        for one in new.outlets
    ]
    LoggerOutlet.objects.bulk_create(rows)
    _set_factors(logger, new)


def _set_factors(logger: Logger, new: NewLogger) -> list[str]:
    """Units and ranges that differ from the table; returns the factors that changed."""
    changed = []
    for code in sorted({*new.units, *new.ranges}):
        row = logger.factors.filter(factor_code=code).first() or LoggerFactor(logger=logger, factor_code=code)
        said = (new.units.get(code, row.unit), new.ranges.get(code, row.range_upper))
        if row.pk is None or said != (row.unit, row.range_upper):
            row.unit, row.range_upper = said
            row.save()
            changed.append(code)
    return changed


def _end(logger: Logger, at: datetime) -> None:
    if at <= logger.valid_from:
        raise Refused(reason=_("A logger can't end before it began."))
    logger.valid_to = at
    logger.save(update_fields=["valid_to", "changed_at"])


def outlets_by_code(site: Site, codes: Iterable[str]) -> list[Outlet]:
    """The outlets of a site by their codes; Refused names the first that isn't there."""
    found = {one.code: one for one in site.outlets.all()}
    for code in codes:
        if code not in found:
            raise Refused(reason=_("The site has no outlet %(code)s.") % {"code": code})
    return [found[code] for code in codes]
