"""What files bring in: petition cases and announcements of batches."""

from bihuan.governance.petitions.imports.batches import BatchImporter
from bihuan.governance.petitions.imports.petitions import PetitionImporter

__all__ = ["BatchImporter", "PetitionImporter"]
