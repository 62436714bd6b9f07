"""The real records beside the house; tests that read them are skipped where they are missing."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[6] / "shared" / "data"
PETITIONS = SHARED / "petitions" / "petitions.jsonl"
BATCHES = SHARED / "petition_batches" / "batches.jsonl"
DIVISIONS = SHARED / "jiaxing_divisions.csv"

needs_shared = pytest.mark.skipif(not PETITIONS.exists(), reason=f"no real records at {SHARED}")
