"""A checkpoint as a file: the anchor, and what was sealed, event by event, so that the file is a witness.

One JSON value a line: the anchor, then `[stream, seq, entry hash]` in the order of sealing. A name that ends
with .gz is packed. A text that holds an anchor line and nothing else is read too.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Unusable
from bihuan.kernel.ledger.models import Checkpoint
from bihuan.kernel.ledger.queries.anchoring import Witnessed
from bihuan.kernel.ledger.queries.reading import stream_rows
from bihuan.kernel.ledger.rules import anchors, merkle

FORMAT = "bihuan-checkpoint/1"
EVENTS = """
SELECT stream, seq, entry_hash FROM ledger_leaf JOIN ledger_event event ON event.id = ledger_leaf.event_id
WHERE position < %(size)s ORDER BY position
"""


class BadFile(Unusable):
    message = _("%(path)s is no checkpoint file: %(why)s")


class CheckpointFile:
    """A file that is there; its events are read as often as asked, never all at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with _opened(path) as file:
                first = file.readline()
            header = json.loads(first) if first.startswith("{") else {}
            self.anchor = anchors.read_json(header["anchor"]) if header else self._line()
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise BadFile(path=path, why=error) from None
        self.has_events = bool(header.get("events"))

    def events(self) -> Iterator[Witnessed]:
        """What was sealed, in order; raises BadFile where a line can't be read."""
        with _opened(self.path) as file:
            next(file)
            for number, line in enumerate(file, start=2):
                yield self._event(number, line)

    def contradicts_itself(self) -> bool:
        """Whether its events, if it has any, lead to another root than its anchor's."""
        tree = merkle.Frontier(self.anchor.algorithm)
        for event in self.events() if self.has_events else ():
            tree.add(event.leaf)
        return self.has_events and (tree.size, tree.root()) != (self.anchor.size, self.anchor.root)

    def _event(self, number: int, line: str) -> Witnessed:
        try:
            stream, seq, text = json.loads(line)
            entry = bytes.fromhex(text)
        except (ValueError, TypeError):
            raise BadFile(path=self.path, why=_("line %(number)s") % {"number": number}) from None
        return Witnessed(merkle.leaf_hash(entry, self.anchor.algorithm), stream, seq, entry)

    def _line(self) -> anchors.Anchor:
        with _opened(self.path) as file:
            return anchors.read_line(file.read(1000))


@transaction.atomic
def write(checkpoint: Checkpoint, path: Path, *, short: bool = False) -> None:
    """Write the anchor and, unless `short`, every sealed event; raises BadFile where it can't be written."""
    header = {"format": FORMAT, "anchor": checkpoint.anchor.as_json(), "line": checkpoint.anchor.line}
    try:
        with _opened(path, "wt") as file:
            print(json.dumps(header | {"events": not short}, ensure_ascii=False), file=file)
            for stream, seq, entry in () if short else stream_rows(EVENTS, {"size": checkpoint.size}):
                print(json.dumps([stream, seq, entry.hex()], ensure_ascii=False), file=file)
    except OSError as error:
        raise BadFile(path=path, why=error) from None


def _opened(path: Path, mode: str = "rt") -> TextIO:
    unpack = gzip.open if path.suffix == ".gz" else open
    return cast(TextIO, unpack(path, mode, encoding="utf-8"))
