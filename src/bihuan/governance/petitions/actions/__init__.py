"""Every write on petition cases, the same for browser, import, job and API."""

from bihuan.governance.petitions.actions.axes import answer, record_finding, record_handling, strike_off
from bihuan.governance.petitions.actions.batches import receive_batch
from bihuan.governance.petitions.actions.filling import NewCase
from bihuan.governance.petitions.actions.receiving import receive_case, update_case
from bihuan.governance.petitions.actions.results import record_effect, set_attribution
from bihuan.governance.petitions.sealing import unmask

__all__ = [
    "NewCase",
    "answer",
    "receive_batch",
    "receive_case",
    "record_effect",
    "record_finding",
    "record_handling",
    "set_attribution",
    "strike_off",
    "unmask",
    "update_case",
]
