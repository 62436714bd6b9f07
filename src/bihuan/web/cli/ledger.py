"""`bihuan ledger`: seal it, carry its anchors outside, prove one event, see whether anything was changed."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

as_a_file = click.Path(path_type=Path, dir_okay=False)
existing = click.Path(path_type=Path, dir_okay=False, exists=True)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def held_options(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option(
        "--anchor", "lines", multiple=True, metavar="LINE", help="An anchor line from a print or a mail."
    )(command)
    return click.option(
        "--against", "files", multiple=True, type=existing, help="A checkpoint file kept elsewhere."
    )(command)


@click.group()
def ledger() -> None:
    """The append-only, hash-chained, sealed record of every act."""


@ledger.command("verify")
@click.option(
    "--stream", default="", metavar="NAME", help="Only the chain of one stream, such as problem:12."
)
@held_options
@json_option
def verify(stream: str, files: tuple[Path, ...], lines: tuple[str, ...], as_json: bool) -> None:
    """Recompute every hash; name each event that was changed, removed or re-ordered (exit code 1).

    With an anchor that was kept elsewhere it also finds what an operator rewrote together with its chain, and
    names the first false event.
    """
    from bihuan.kernel.ledger.queries import Verification
    from bihuan.kernel.ledger.queries.anchoring import contradiction

    held = [_read(path) for path in files]
    anchors = [*(file.anchor for file in held), *map(_line, lines)]
    witness = next((file.events for file in held if file.has_events), None)
    run = Verification(stream)
    with Console(stderr=True).status("…"):
        faults = list(run.faults())
        found = None if stream else contradiction(anchors, witness)
    if as_json:
        click.echo(json.dumps(_as_json(run, faults, found), ensure_ascii=False))
    else:
        _tell(run, faults, found, anchors)
    sys.exit(1 if faults or found else 0)


@ledger.command("checkpoint")
@click.option("--out", type=as_a_file, metavar="FILE", help="Write it to a file; a name with .gz is packed.")
@click.option("--short", is_flag=True, help="Only the anchor, without the sealed events.")
@json_option
def checkpoint(out: Path | None, short: bool, as_json: bool) -> None:
    """Seal what has been written since the last one, and hand out the anchor to be kept elsewhere."""
    from bihuan.kernel.ledger import files
    from bihuan.kernel.ledger.actions.sealing import make_checkpoint

    made = make_checkpoint()
    if made is None:
        click.echo("There is no event to seal yet.", err=True)
        sys.exit(1)
    if out is not None:
        files.write(made, out, short=short)
    said = made.anchor.as_json() | {"line": made.anchor.line}
    click.echo(json.dumps(said) if as_json else made.anchor.line)


@ledger.command("prove")
@click.argument("event")
@click.option(
    "--out", type=as_a_file, metavar="FILE", help="Write the proof to a file instead of the screen."
)
@held_options
def prove(event: str, out: Path | None, files: tuple[Path, ...], lines: tuple[str, ...]) -> None:
    """Prove that EVENT, such as problem:12#3, is sealed: JSON that `bihuan ledger check` can judge anywhere.

    Without --against or --anchor the proof leads to the newest checkpoint, made now if need be.
    """
    from bihuan.kernel.ledger.actions.sealing import make_checkpoint
    from bihuan.kernel.ledger.queries.proving import event_named, prove

    found, held = event_named(event), _held(files, lines)
    if held is None:
        make_checkpoint()
    text = json.dumps(prove(found, held=held), ensure_ascii=False, indent=1)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text, encoding="utf-8")


@ledger.command("check")
@click.argument("file", type=existing)
@held_options
def check(file: Path, files: tuple[Path, ...], lines: tuple[str, ...]) -> None:
    """Check a proof FILE, or a checkpoint FILE, by itself: no database is needed (exit code 1 when false)."""
    held = _held(files, lines)
    fault, anchor = _judged(file, held)
    click.echo(str(fault) if fault else "It holds.")
    if anchor is not None:
        click.echo(anchor.line)
        if held is None and not fault:
            click.echo("Compare this line with one that was kept elsewhere, or give it with --anchor.")
    sys.exit(1 if fault else 0)


def _judged(file: Path, held: Any) -> tuple[Any, Any]:
    """What is wrong with the file, and the anchor that it leads to."""
    from bihuan.kernel.ledger.rules import proofs

    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        said = None
    if isinstance(said, dict) and said.get("format") == proofs.FORMAT:
        return proofs.check(said, held=held)
    kept = _read(file)
    fault: Any = "" if held is None or held == kept.anchor else proofs.OTHER
    return fault, kept.anchor


def _read(path: Path) -> Any:
    """A checkpoint file; one that contradicts itself is no witness."""
    from bihuan.kernel.ledger.files import BadFile, CheckpointFile

    file = CheckpointFile(path)
    if file.contradicts_itself():
        raise BadFile(path=path, why="its events do not lead to its anchor")
    return file


def _line(text: str) -> Any:
    from bihuan.kernel.ledger.rules.anchors import read_line

    return read_line(text)


def _held(files: tuple[Path, ...], lines: tuple[str, ...]) -> Any:
    """The newest of the anchors given."""
    given = [*(_read(path).anchor for path in files), *map(_line, lines)]
    return max(given, key=lambda anchor: anchor.size, default=None)


def _as_json(run: Any, faults: list[Any], found: Any) -> dict[str, Any]:
    said = {
        "events": run.events,
        "streams": run.streams,
        "faults": [fault._asdict() | {"what": str(fault.what)} for fault in faults],
        "first_false": None,
    }
    if found is not None:
        said["first_false"] = found._asdict() | {"anchor": found.anchor.line, "what": str(found.what)}
    return said


def _tell(run: Any, faults: list[Any], found: Any, anchors: list[Any]) -> None:
    for fault in faults:
        click.echo(f"{fault.stream}#{fault.seq} {fault.kind}: {fault.what}")
    if found is not None:
        click.echo(f"Contradicts the anchor {found.anchor.line}")
        click.echo(f"First false event, {found.position + 1}: {named(found)}: {found.what}")
    agreed = "" if found else f", {len(anchors)} anchors given agree" if anchors else ""
    click.echo(f"{run.events} events in {run.streams} streams, {len(faults)} faults{agreed}.")


def named(found: Any) -> str:
    return f"{found.stream}#{found.seq} {found.kind}".strip() if found.stream else "?"
