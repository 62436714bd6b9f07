"""`bihuan report`: generate a report as of a day."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(short_help="Generate the rectification report.")
def report() -> None:
    """Reports whose every figure opens to its records."""


@report.command(short_help="The rectification report (整改情况报告) as Word and HTML.")
@click.option("--as-of", type=DAY, required=True, help="The day, up to its end in Shanghai.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the Word file goes.")
@click.option(
    "--html", "html_file", type=click.Path(dir_okay=False, path_type=Path), help="The same as HTML."
)
@click.option("--scope", metavar="CODE", default="", help="Code of a jurisdiction. Default: the city.")
@click.option(
    "--without-claim", "left_out", multiple=True, metavar="CLAIM", help="State the plain number instead."
)
@click.option(
    "--by", "username", metavar="USERNAME", help="Generate in this person's name. Default: the system."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rectification(
    as_of: datetime,
    out: Path | None,
    html_file: Path | None,
    scope: str,
    left_out: tuple[str, ...],
    username: str | None,
    as_json: bool,
) -> None:
    """Collect the figures and records as of a day, check them, and write the report.

    Exit code 1 when a check refuses the report: the reasons are listed and nothing is written.
    """
    from bihuan.reports import queries

    made = _generate(as_of.date(), scope=scope, left_out=left_out, username=username)
    reasons = queries.refusals(made)
    if not reasons:
        _write(made, out=out, html_file=html_file)
    if as_json:
        click.echo(json.dumps(as_row(made, reasons), ensure_ascii=False, indent=1))
    else:
        _tell(made, reasons, files=[path for path in (out, html_file) if path])
    sys.exit(1 if reasons else 0)


def as_row(made: Any, reasons: list[str]) -> dict[str, Any]:
    """The outcome as a program reads it."""
    return {
        "report": made.pk,
        "kind": made.kind,
        "as_of": made.as_of.isoformat(),
        "state": str(made.state),
        "content_hash": made.content_hash,
        "refused": reasons,
        "figures": [
            {name: figure[name] for name in ("id", "label_zh", "value", "unit", "kind", "records")}
            for figure in made.content["figures"]
        ],
    }


def _generate(day: date, *, scope: str, left_out: tuple[str, ...], username: str | None) -> Any:
    from bihuan.kernel.errors import Unusable
    from bihuan.kernel.people.models import User
    from bihuan.kernel.places.models import Jurisdiction
    from bihuan.reports import actions, genres, queries
    from bihuan.reports.rules.chapters import claims_of

    place = Jurisdiction.objects.filter(code=scope).first() if scope else queries.this_city()
    if place is None:
        raise Unusable(reason=f"There is no jurisdiction with the code {scope or 'of this city'}.")
    by = User.objects.filter(username=username).first() if username else None
    if username and by is None:
        raise Unusable(reason=f"There is no user {username}.")
    known = claims_of(genres.GENRES["rectification"])
    if unknown := set(left_out) - set(known):
        raise Unusable(reason=f"No such claim: {', '.join(sorted(unknown))}. Known: {', '.join(known)}.")
    claims = [claim for claim in known if claim not in left_out]
    return actions.generate("rectification", by=by, jurisdiction=place, as_of=day, claims=claims)


def _write(made: Any, *, out: Path | None, html_file: Path | None) -> None:
    from bihuan.kernel.errors import Unusable
    from bihuan.reports import standalone, word

    try:
        if out:
            out.write_bytes(word.docx_of(made))
        if html_file:
            html_file.write_text(standalone.html_of(made), encoding="utf-8")
    except OSError as error:
        raise Unusable(reason=f"Can't write {error.filename}: {error.strerror}.") from None


def _tell(made: Any, reasons: list[str], *, files: list[Path]) -> None:
    console = Console(stderr=bool(reasons))
    if reasons:
        console.print(f"[bold]Refused[/bold]: {made.title}, as of {made.as_of}")
        for reason in reasons:
            console.print(f"  - {reason}", highlight=False)
        return
    passed = len(made.content["checks"])
    console.print(f"{made.title}, as of {made.as_of}: {passed} checks passed, {made.content_hash[:12]}")
    for path in files:
        console.print(f"  {path}")
