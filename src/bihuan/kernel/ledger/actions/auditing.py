"""Verifying the whole ledger because somebody asked, with the outcome kept for all who may see it."""

from itertools import islice

from django.utils import timezone

from bihuan.kernel.ledger.models import Audit
from bihuan.kernel.ledger.queries import Verification
from bihuan.kernel.ledger.queries.anchoring import contradiction
from bihuan.kernel.ledger.rules import Actor
from bihuan.kernel.ledger.rules.anchors import read_line

SHOWN = 20


def ask_for_audit(*, by: Actor, line: str = "") -> Audit:
    """Write the question down; `line` is an anchor that the asker holds. Raises NoAnchor."""
    held = read_line(line).line if line.strip() else ""
    return Audit.objects.create(asked_by=by.name, asked_at=timezone.now(), line=held)


def carry_out(audit: Audit) -> None:
    """Verify everything; the first findings are kept in words, all are counted."""
    run = Verification()
    faults = run.faults()
    found = [f"{fault.stream}#{fault.seq} {fault.kind}: {fault.what}" for fault in islice(faults, SHOWN)]
    audit.faults = len(found) + sum(1 for _fault in faults)
    false = contradiction([read_line(audit.line)] if audit.line else [])
    if false is not None:
        audit.faults += 1
        found.insert(0, f"{false.stream}#{false.seq} {false.kind}: {false.what} ({false.anchor.line})")
    audit.events, audit.findings, audit.finished_at = run.events, found, timezone.now()
    audit.save(update_fields=["events", "faults", "findings", "finished_at"])
