"""Every write of the ledger."""

from bihuan.kernel.ledger.actions.events import append, seal, sealed_content

__all__ = ["append", "seal", "sealed_content"]
