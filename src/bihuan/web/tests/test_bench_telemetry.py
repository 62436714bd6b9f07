"""The benchmarks of monitoring measure what they say; how long it takes is not for a test."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.web.cli.bench import hj212, telemetry


def test_messages_have_their_size_and_no_fault() -> None:
    frames = [frame for _number, frame in zip(range(300), hj212.messages(), strict=False)]
    assert {len(frame) for frame in frames} == {hj212.SIZE}
    assert not any(decode_all(frame)[0].notes for frame in frames)


@pytest.mark.parametrize("way", [hj212.split_only, hj212.split_checked, hj212.framed, hj212.flat, hj212.full])
def test_each_way_reads_every_message(way: Any) -> None:
    frames = [frame for _number, frame in zip(range(300), hj212.messages(), strict=False)]
    assert way(frames) == 300


def test_decoding_is_shown_for_each_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hj212, "MESSAGES", 200)
    monkeypatch.setattr(hj212, "PASS", 100)
    done = CliRunner().invoke(hj212.hj212, ["--seconds", "0.05", "--json"], catch_exceptions=False)
    assert [row["messages"] > 0 for row in json.loads(done.stdout)["rows"]] == [True] * 5


@pytest.mark.django_db
def test_a_stored_month_reads_the_same_hot_and_cold(settings: Any, tmp_path: Path) -> None:
    settings.BIHUAN_HOME = tmp_path
    field = telemetry.Field(3, 2)
    assert field.fill().of == field.messages == 3 * 2 * 144
    hot = telemetry.reading(field, "hot", 4)
    assert telemetry.hot_bytes() > field.values * 4
    assert telemetry.packing(field).median < 40
    cold = telemetry.reading(field, "cold", 4)
    assert [row.of for row in cold] == [row.of for row in hot]
    assert all(row.of > 0 for row in hot)
