"""`bihuan hj212`: read, write and check frames of the monitoring protocol without a database."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bihuan.oversight.monitoring.rules import crc as check
from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.encode import encode as encode_frame
from bihuan.oversight.monitoring.rules.frame.encode import encode_parts, items_of
from bihuan.oversight.monitoring.rules.frame.faults import FAULTS, Fault
from bihuan.oversight.monitoring.rules.frame.plain import as_plain, line_as_plain
from bihuan.web.cli import sentence_of
from bihuan.web.cli.errors import NotAKey, NotAMessage
from bihuan.web.cli.mutants import own_frames, run

HEX_FRAME = re.compile(rb"\s*2323[0-9A-Fa-f\s]*")
KEY_BYTES = 16

source = click.argument("file", type=click.File("rb"))
key_option = click.option("--key", help="SM4 key of the device: 32 hex digits, or 16 characters.")


@click.group()
def hj212() -> None:
    """Read, write and check frames of HJ/T 212-2005, HJ 212-2017 and HJ 212-2025."""


@hj212.command()
@source
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line of the input.")
@click.option("--stream", is_flag=True, help="Take the input as bytes of a connection, not as lines.")
@key_option
def decode(file: Any, as_json: bool, stream: bool, key: str | None) -> None:
    """Read the frames in FILE, one a line; - reads standard input. Faults are named, the exit code stays 0.

    A line may also be a JSON object with the frame under "raw", or hex digits beginning with 2323.
    """
    secret = _key(key)
    if stream:
        shown = [as_plain(frame) for frame in decode_all(file.read(), key=secret)]
    else:
        shown = [line_as_plain(decode_all(line, key=secret)) for line in _lines(file)]
    for one in shown:
        if as_json:
            click.echo(json.dumps(one, ensure_ascii=False))
        else:
            for each in (one, *one.get("more", ())):
                _print(each)


@hj212.command()
@source
@key_option
@click.option("--split", is_flag=True, help="Split data of more than 950 bytes into numbered parts.")
def encode(file: Any, key: str | None, split: bool) -> None:
    """Write frames from FILE: JSON objects, one a line, with "header" and "cp" as `decode` prints them."""
    secret = _key(key)
    out = sys.stdout.buffer
    for line in file:
        if line.strip():
            header, items = _message(line)
            frames = (
                encode_parts(header, items, key=secret)
                if split
                else [encode_frame(header, items, key=secret)]
            )
            out.write(b"".join(frames))
    out.flush()


@hj212.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the ordinary Modbus value beside it.")
def crc(text: str, as_json: bool) -> None:
    """Print the check value of TEXT, a data segment."""
    data = text.encode("utf-8", "surrogateescape")
    value, modbus = f"{check.check_value(data):04X}", f"{check.modbus_value(data):04X}"
    said = {"crc": value, "modbus": modbus, "length": f"{len(data):04d}"}
    click.echo(json.dumps(said) if as_json else value)


@hj212.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--count", default=100_000, show_default=True, help="How many mutants to read.")
@click.option("--seconds", type=float, help="Go on for so long, however many that makes.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same mutants.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def mutants(file: Any, count: int, seconds: float | None, seed: int, as_json: bool) -> None:
    """Damage the frames in FILE, or our own, in every way and read them. Exit code 1 at any failure."""
    frames = [line + b"\r\n" for line in _lines(file)] if file else own_frames()
    console = Console(stderr=True, quiet=as_json)
    with console.status("reading …") as status:
        many = {"count": sys.maxsize, "seconds": seconds} if seconds else {"count": count}
        tally = run(frames, **many, seed=seed, tell=lambda done: status.update(f"{done} read"))
    said = tally.as_json()
    if as_json:
        click.echo(json.dumps(said))
    else:
        for name, value in said.items():
            shown = len(value) if isinstance(value, list) else value
            Console(highlight=False).print(f"{name}: {shown}")
    sys.exit(1 if tally.failures or tally.empty or tally.uneven else 0)


def _lines(file: Any) -> Iterator[bytes]:
    for number, line in enumerate(file):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
        if text.strip():
            yield _raw(text.rstrip(b"\r\n"))


def _raw(line: bytes) -> bytes:
    if line.lstrip().startswith(b"{"):
        try:
            return str(json.loads(line)["raw"]).encode().rstrip(b"\r\n")
        except (ValueError, KeyError, TypeError):
            return line
    if HEX_FRAME.fullmatch(line):
        digits = b"".join(line.split())
        return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
    return line


def _message(line: bytes) -> tuple[list[tuple[str, str]], list[list[tuple[str, str]]]]:
    try:
        said = json.loads(line)
        header, data = said["header"], said["cp"]
        pairs = list(data.items()) if isinstance(data, dict) else [tuple(pair) for pair in data]
        return [(str(k), str(v)) for k, v in header.items()], items_of((str(k), str(v)) for k, v in pairs)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAMessage(line=line.decode("utf-8", "replace").strip()[:80]) from error


def _key(text: str | None) -> bytes | None:
    if text is None:
        return None
    if re.fullmatch(r"[0-9A-Fa-f]{32}", text):
        return bytes.fromhex(text)
    if len(text.encode()) != KEY_BYTES:
        raise NotAKey
    return text.encode()


def _print(shown: dict[str, Any]) -> None:
    console = Console(highlight=False)
    head = shown["header"]
    by, received, computed = (shown["check"][name] for name in ("by", "received", "computed"))
    mark = "[green]✓[/green]" if shown["crc_ok"] else "[red]✗[/red]"
    title = f"{mark} {shown['standard']} · ST {head.get('ST', '-')} · CN {head.get('CN', '-')}"
    console.print(f"{title} · check value {received or '-'} ({by}, computed {computed})")
    table = Table("field", "text", "number", box=None)
    for name, text in head.items():
        table.add_row(Text(name, style="dim"), Text(text), "")
    for field in shown["fields"]:
        table.add_row(Text(field["name"]), Text(field["text"]), field["number"] or "")
    console.print(table)
    for note in shown["notes"]:
        sentence = sentence_of(FAULTS[Fault(note["fault"])][1])
        console.print(Text(f"  {note['gravity']:6} {note['fault']}: {sentence} {note['detail']}".rstrip()))
