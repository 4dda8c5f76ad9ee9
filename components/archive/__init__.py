"""The archive: per institution one ingest that writes and many readers that answer."""

from components.archive.archive import Archive
from components.archive.priorities import Priorities
from components.archive.spec import ArchiveSpec

__all__ = ["Archive", "ArchiveSpec", "Priorities"]
