"""What there is to do: clusters, their logs, how large they are and which days they cover.

A path template says where logs lie:

    s3://audit/{cluster}/{server}/{day}/*.log.gz
    s3://audit/{cluster}/{year}/{month}/{day}/**

`{cluster}` is needed. `{server}` names the API server; without it the log or its path tells.
`{day}` (2026-11-20 or 20261120) or `{year}`, `{month}` and `{day}` make `--since` and `--until`
work. `*` stands for anything within a folder's or a file's name, `**` for anything at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from . import storage

_FIELDS = ("cluster", "server", "year", "month", "day", "hour")
_TOKEN = re.compile(r"\{(\w+)\}|\*\*|\*")


class BadTemplate(ValueError):
    """The template or the manifest cannot be read."""


@dataclass(frozen=True)
class Log:
    """One file."""

    uri: str
    size: int
    server: str = ""


@dataclass(frozen=True)
class Unit:
    """A cluster over a span of days: all that is judged together, since clusters share nothing."""

    cluster: str
    span: str
    logs: tuple[Log, ...]

    @property
    def size(self) -> int:
        return sum(log.size for log in self.logs)

    @property
    def file_name(self) -> str:
        """A name for files of this cluster and span, without a suffix."""
        return f"{safe(self.cluster)}.{self.span}"

    @property
    def recording(self) -> str:
        """Where its recording lies below the results."""
        return f"recordings/{safe(self.cluster)}/{self.span}.db"


def safe(name: str) -> str:
    """A name as a part of a path: one folder, and never the one above."""
    return quote(name, safe=" ._-").replace(" ", "%20") if name.strip(".") else f"%{name}"


@dataclass(frozen=True)
class Template:
    """A path template, taken apart."""

    base: str
    pattern: re.Pattern[str]

    @staticmethod
    def parse(text: str) -> Template:
        if text.endswith("/"):
            text += "**"
        names = [name for name in _TOKEN.findall(text) if name]
        unknown = [name for name in names if name not in _FIELDS]
        if unknown:
            raise BadTemplate(f"{{{unknown[0]}}} is none of {', '.join(_FIELDS)}")
        if "cluster" not in names:
            raise BadTemplate("the template needs {cluster}, so that each cluster is a task")
        first = _TOKEN.search(text)
        assert first is not None
        base = text[: text.rfind("/", 0, first.start()) + 1] or "./"
        return Template(base, re.compile(_expression(text[len(base) if base != "./" else 0 :])))

    def logs(self, files: Iterable[storage.Found]) -> Iterator[tuple[str, date | None, Log]]:
        """The cluster, the day and the log of each file that fits."""
        for file in files:
            match = self.pattern.fullmatch(file.uri[len(self.base) :])
            if match and file.size > 0:
                fields = match.groupdict()
                log = Log(file.uri, file.size, fields.get("server") or "")
                yield fields["cluster"], _day(fields), log


def _expression(text: str) -> str:
    parts: list[str] = []
    seen: set[str] = set()
    place = 0
    for token in _TOKEN.finditer(text):
        parts.append(re.escape(text[place : token.start()]))
        place = token.end()
        name = token.group(1)
        if name is None:
            parts.append(".*" if token.group() == "**" else "[^/]*")
        elif name in seen:
            parts.append(f"(?P={name})")
        else:
            seen.add(name)
            parts.append(f"(?P<{name}>[^/]+)")
    return "".join(parts) + re.escape(text[place:])


def _day(fields: dict[str, str]) -> date | None:
    text = fields.get("day")
    if text is None:
        return None
    if "month" in fields and "year" in fields:
        text = f"{fields['year']}{int(fields['month']):02}{int(text):02}"
    digits = text.replace("-", "")
    if not re.fullmatch(r"\d{8}", digits):
        raise BadTemplate(f"'{text}' is no day such as 2026-11-20 or 20261120")
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _span(days: Collection[date]) -> str:
    if not days:
        return "all"
    first, last = min(days), max(days)
    return f"{first}" if first == last else f"{first}_{last}"


def find(
    template: str,
    options: str = "",
    since: date | None = None,
    until: date | None = None,
    clusters: Collection[str] = (),
) -> list[Unit]:
    """The clusters whose logs a template finds, each with the days that are asked for."""
    parsed = Template.parse(template)
    logs: dict[str, list[Log]] = {}
    days: dict[str, set[date]] = {}
    for cluster, day, log in parsed.logs(storage.listing(parsed.base, options)):
        if clusters and cluster not in clusters:
            continue
        if (since or until) and day is None:
            raise BadTemplate("--since and --until need {day} in the template")
        if day and ((since and day < since) or (until and day > until)):
            continue
        logs.setdefault(cluster, []).append(log)
        days.setdefault(cluster, set()).update([day] if day else [])
    return [Unit(name, _span(days[name]), tuple(logs[name])) for name in sorted(logs)]


def read(text: str) -> list[Unit]:
    """The clusters of a list: lines of CLUSTER, SERVER, URI and SIZE with tabs between them."""
    logs: dict[str, list[Log]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 4 or not fields[0] or not fields[2] or not fields[3].isdigit():
            raise BadTemplate(f"line {number}: expected CLUSTER, SERVER, URI and SIZE with tabs")
        cluster, server, uri, size = fields
        logs.setdefault(cluster, []).append(Log(uri, int(size), server))
    return [Unit(name, "all", tuple(logs[name])) for name in sorted(logs)]


def listed(units: Iterable[Unit]) -> str:
    """The list that `read` reads."""
    return "".join(
        f"{unit.cluster}\t{log.server}\t{log.uri}\t{log.size}\n"
        for unit in units
        for log in unit.logs
    )


def parts(unit: Unit, most: int) -> list[tuple[Log, ...]]:
    """The logs of a cluster in parts of at most so many bytes, or of one log that is larger."""
    cut: list[list[Log]] = []
    room = 0
    # Logs of one server and time stay together: so do the stages of a request.
    for log in sorted(unit.logs, key=lambda log: (log.server, log.uri)):
        if not cut or log.size > room:
            cut.append([])
            room = most
        cut[-1].append(log)
        room -= log.size
    return [tuple(logs) for logs in cut]
