from bihuan.kernel.ledger.queries.verification import Fault, Verification

__all__ = ["Fault", "Verification"]
