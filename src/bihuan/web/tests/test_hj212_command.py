"""`bihuan hj212`: frames from a file to JSON and back, without a database."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bihuan.oversight.monitoring.rules.frame.encode import encode
from bihuan.web.cli import mutants
from bihuan.web.cli.errors import NotAKey, NotAMessage
from bihuan.web.cli.hj212 import hj212

HEAD = (
    ("QN", "20240123123205877"),
    ("ST", "32"),
    ("CN", "2011"),
    ("PW", "123456"),
    ("MN", "0101"),
    ("Flag", "9"),
)
ITEMS = ([("DataTime", "20240123123200")], [("w01018-Rtd", "40.1"), ("w01018-Flag", "N")])
FRAME = encode(HEAD, ITEMS)
KEY = "msbE74gsiSHSEh5e"


def run(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(hj212, arguments, input=given, catch_exceptions=False)


def decoded(given: bytes, *options: str) -> list[dict[str, Any]]:
    done = run("decode", "-", "--json", *options, given=given)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_object_per_line_in_order_whatever_is_wrong() -> None:
    lines = [FRAME.strip(), FRAME.strip()[:40], b"no frame", FRAME.strip() * 2, b"", FRAME.strip().lower()]
    shown = decoded(b"\n".join(lines))
    assert [one["crc_ok"] for one in shown] == [True, False, False, True, False]
    assert [one["faults"][0] if one["faults"] else "" for one in shown] == [
        "", "cut_short", "not_a_frame", "glued", "wrong_check_value",
    ]  # fmt: skip
    assert shown[0]["header"] == dict(HEAD)
    assert shown[0]["cp"] == dict(pair for item in ITEMS for pair in item)
    assert shown[0]["standard"] == "2025"
    assert len(shown[3]["more"]) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"\xef\xbb\xbf" + FRAME,
        FRAME.hex().encode(),
        json.dumps({"raw": FRAME.decode(), "note": "x"}).encode(),
        b"2024-01-23 recv: " + FRAME,
    ],
)
def test_a_line_may_be_hex_json_or_part_of_a_log(line: bytes) -> None:
    (shown,) = decoded(line)
    assert shown["crc_ok"]


def test_json_that_is_none_is_a_line_as_any() -> None:
    assert [one["faults"][0] for one in decoded(b'{"raw": \n{"other": 1}')] == ["not_a_frame", "not_a_frame"]


def test_a_stream_may_hold_any_bytes() -> None:
    sent = encode(HEAD, ITEMS, key=KEY.encode())
    shown = decoded(FRAME + sent + FRAME, "--stream", "--key", KEY)
    assert [one["crc_ok"] for one in shown] == [True, True, True]
    assert shown[1]["faults"] == ["encrypted"]
    assert shown[1]["cp"] == shown[0]["cp"]


def test_encode_undoes_decode(tmp_path: Path) -> None:
    file = tmp_path / "frames.txt"
    file.write_bytes(FRAME)
    shown = run("decode", str(file), "--json").stdout_bytes
    assert run("encode", "-", given=shown).stdout_bytes == FRAME
    encrypted = run("encode", "-", "--key", KEY.encode().hex(), given=shown).stdout_bytes
    assert encrypted == encode(HEAD, ITEMS, key=KEY.encode())


def test_encode_splits_what_is_too_long() -> None:
    message = {
        "header": dict(HEAD),
        "cp": [["DataTime", "20240123123200"]] + [[f"a{n}-Rtd", "1" * 90] for n in range(20)],
    }
    sent = run("encode", "-", "--split", given=json.dumps(message).encode() + b"\n\n").stdout_bytes
    shown = decoded(sent)
    assert [one["header"]["PNO"] for one in shown] == ["1", "2", "3"]
    assert {one["header"]["Flag"] for one in shown} == {"11"}


@pytest.mark.parametrize("line", [b"[]", b"{", b'{"header": {}}', b'{"header": [], "cp": {}}'])
def test_encode_refuses_what_is_no_message(line: bytes) -> None:
    with pytest.raises(NotAMessage):
        run("encode", "-", given=line)


def test_a_key_has_sixteen_bytes() -> None:
    with pytest.raises(NotAKey):
        run("decode", "-", "--key", "short", given=FRAME)


def test_crc() -> None:
    head = "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5"
    text = f"{head};CP=&&RtdInterval=30&&"
    assert run("crc", text).stdout == "1C80\n"
    assert json.loads(run("crc", text, "--json").stdout) == {
        "crc": "1C80",
        "modbus": "0759",
        "length": "0101",
    }


def test_for_a_reader_header_fields_and_faults_are_printed() -> None:
    said = run("decode", "-", given=FRAME.replace(b"40.1", b"40.x") + FRAME.strip() * 2).stdout
    assert "w01018-Rtd" in said
    assert "✗" in said
    assert "✓" in said
    assert "wrong_check_value: " in said


def test_mutants_of_our_own_frames_leave_the_decoder_standing() -> None:
    tally = mutants.run(mutants.own_frames(), count=4000, seed=2024)
    assert (tally.failures, tally.empty, tally.uneven) == ([], [], [])
    assert tally.mutants == 4000
    assert tally.frames > 4000
    assert len(tally.faults) > 45


def test_mutants_at_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "frames.txt"
    file.write_bytes(FRAME)
    done = run("mutants", str(file), "--count", "1000", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["mutants"] == 1000
    assert "uncaught_failures: 0" in run("mutants", "--count", "50").stdout


def test_an_empty_success_and_a_failure_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "is_empty_success", lambda frame: True)
    assert run("mutants", "--count", "5").exit_code == 1
    monkeypatch.setattr(mutants, "decode", lambda piece, key: 1 / 0)
    failures = json.loads(run("mutants", "--count", "5", "--json").stdout)["uncaught_failures"]
    assert len(failures) == 5
    monkeypatch.undo()
    (frame,) = [mutants.decode(piece) for piece in mutants._pieces([FRAME.replace(b"MN=0101;", b"")])]
    assert not mutants.is_empty_success(frame)
