"""What Dicoogle logs: its troubles, and none of its patients.

Owns ``log4j2.xml``. Doesn't own where the lines go.

Dicoogle's own settings print a line with the path, and so the institution and accession number, of
every object that is stored, indexed or downloaded, and the text of every query
(research/dicoogle-topology.md §4.10). So it logs warnings, and one class more.
"""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from components.archive.markup import add

_TALKATIVE: Final = "pt.ua.dicoogle.server.ControlServices"
"""Says at level info which services started."""
_SILENT: Final = "pt.ua.dicoogle.server.web.rest.RestDimResource"
"""Logs the path of every download as an error, in the name of a class that has no part in it
(FileDownloadUtils of Dicoogle 3.5.1)."""


def log_settings() -> ET.Element:
    """Build the settings: to the console only, since Dicoogle's web API serves its log file."""
    configuration = ET.Element("Configuration")
    console = add(add(configuration, "Appenders"), "Console", name="console", target="SYSTEM_OUT")
    add(console, "PatternLayout", pattern="%d{ISO8601} %-5p %c{1} %m%n")
    loggers = add(configuration, "Loggers")
    add(loggers, "Logger", name=_SILENT, level="off")
    add(loggers, "Logger", name=_TALKATIVE, level="info")
    add(add(loggers, "Root", level="warn"), "AppenderRef", ref="console")
    return configuration
