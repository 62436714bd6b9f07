"""What the ledger proves by arithmetic alone: a stream's chain, the tree over all events, anchors, proofs."""

from bihuan.kernel.ledger.rules.chain import (
    DEFAULT_ALGORITHM,
    GENESIS,
    SYSTEM,
    Actor,
    NotCanonical,
    UnknownAlgorithm,
    canonical,
    digest,
    entry_hash,
    known_algorithm,
    payload_hash,
    timestamp,
)

__all__ = [
    "DEFAULT_ALGORITHM",
    "GENESIS",
    "SYSTEM",
    "Actor",
    "NotCanonical",
    "UnknownAlgorithm",
    "canonical",
    "digest",
    "entry_hash",
    "known_algorithm",
    "payload_hash",
    "timestamp",
]
