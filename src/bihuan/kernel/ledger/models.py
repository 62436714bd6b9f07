import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.ledger import rules
from bihuan.kernel.ledger.rules.anchors import Anchor


def append_only() -> list[pgtrigger.Trigger]:
    """Rows that are written once: no update, no delete, no truncate, whoever asks."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="no_truncate",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func="RAISE EXCEPTION 'The ledger is append-only.';",
        ),
    ]


class Event(CityModel):
    """One act. `occurred_at` is when it took effect, `recorded_at` when it was written down."""

    stream = models.CharField(max_length=80)
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=80)
    role = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    payload = models.JSONField(default=dict)
    evidence = ArrayField(models.CharField(max_length=64), default=list)
    rule_version = models.CharField(max_length=80, blank=True)
    algorithm = models.CharField(max_length=10, default=rules.DEFAULT_ALGORITHM)
    payload_hash = models.BinaryField(max_length=32)
    previous_hash = models.BinaryField(max_length=32)
    entry_hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("event")
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="ledger_one_seq_per_stream")]
        indexes = [
            models.Index(fields=["occurred_at"]),
            models.Index(fields=["kind", "occurred_at"]),
            models.Index(fields=["actor", "occurred_at"]),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="await_sealing",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
                func="INSERT INTO ledger_unsealed (city, event_id) SELECT city, id FROM fresh; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.kind}"

    @property
    def seal(self) -> str:
        """The first eight hex digits of the entry hash, as shown beside the event."""
        return bytes(self.entry_hash).hex()[:8]


class Stream(CityModel):
    """The head of one chain: the row that writers lock, and the witness of a removed newest event."""

    name = models.CharField(max_length=80, unique=True)
    seq = models.PositiveBigIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        verbose_name = _("stream")
        triggers = [pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name}@{self.seq}"


class Unsealed(CityModel):
    """An event that waits for its place in the tree; a trigger writes the row, sealing takes it away."""

    event_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = _("unsealed event")

    def __str__(self) -> str:
        return str(self.event_id)


class Leaf(CityModel):
    """The place of one event in the order of all: given when it is sealed, and never again (decision 8)."""

    position = models.BigIntegerField(primary_key=True)
    # Without a constraint in the database: a place whose event was removed must stay, for it is the proof.
    event = models.OneToOneField(Event, on_delete=models.DO_NOTHING, db_constraint=False, related_name="leaf")

    class Meta:
        verbose_name = _("sealed event")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.position}: {self.event_id}"


class TreeRow(CityModel):
    """Up to 256 hashes of one storey of the tree (see rules/tiles.py); the database lets it only grow."""

    algorithm = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField()
    place = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        verbose_name = _("row of the tree")
        constraints = [
            models.UniqueConstraint(fields=["algorithm", "level", "place"], name="ledger_one_tree_row"),
        ]
        triggers = [
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_grows",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="IF (NEW.algorithm, NEW.level, NEW.place) <> (OLD.algorithm, OLD.level, OLD.place)"
                " OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes"
                " THEN RAISE EXCEPTION 'A row of the tree may only grow.'; END IF; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.algorithm} {self.level}/{self.place}"


class Checkpoint(CityModel):
    """The root over the first `size` sealed events. Copied outside, it is an anchor."""

    algorithm = models.CharField(max_length=10)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("checkpoint")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["algorithm", "size"], name="ledger_one_checkpoint_per_size"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.anchor.line

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.city, self.algorithm, self.size, bytes(self.root), self.sealed_at)


class Posting(CityModel):
    """One anchor on its way to one address outside; kept when it fails, so that it can be sent again."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="postings")
    address = models.CharField(max_length=300)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("posting of an anchor")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "address"], name="ledger_posted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.address}"


class Audit(CityModel):
    """One verification of the whole ledger that somebody asked for, with what it found."""

    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    line = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True)
    events = models.BigIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("verification of the ledger")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.faults}"
