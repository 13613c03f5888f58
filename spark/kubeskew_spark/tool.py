"""The binary: where it is, and one call of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class ToolError(Exception):
    """The tool says why it cannot: the same call again would say the same."""


class ToolKilled(Exception):
    """The tool was ended from outside, by want of memory or a machine that goes: worth a retry."""


@dataclass(frozen=True)
class Answer:
    """What a call printed, and how it ended."""

    output: bytes
    complaints: str
    status: int


NO_ALL_CLEAR = 4

# Findings, and no all-clear, are results as well.
RESULTS = (0, 3, NO_ALL_CLEAR)


@dataclass(frozen=True)
class Tool:
    path: str

    def __call__(self, *arguments: str) -> Answer:
        done = subprocess.run(
            [self.path, *arguments, "--quiet"], capture_output=True, stdin=subprocess.DEVNULL
        )
        complaints = done.stderr.decode(errors="replace").strip()
        if done.returncode < 0 or done.returncode == 130:
            raise ToolKilled(f"kubeskew {arguments[0]} was ended by signal {-done.returncode}")
        if done.returncode not in RESULTS:
            raise ToolError(complaints or f"kubeskew {arguments[0]} failed")
        return Answer(done.stdout, complaints, done.returncode)


def find(given: str = "", roots: Iterable[Path] = ()) -> Tool:
    """The tool that is named, else that of an archive which the engine unpacked, else the PATH's.

    `roots` are folders of the engine in which an archive may have been unpacked.
    """
    if given:
        return Tool(_executable(Path(given)))
    named = os.environ.get("KUBESKEW")
    if named:
        return Tool(_executable(Path(named)))
    for root in [*roots, Path.cwd()]:
        for pattern in ("kubeskew/bin/kubeskew", "*/bin/kubeskew", "*/*/bin/kubeskew"):
            for path in sorted(root.glob(pattern)):
                if os.access(path, os.X_OK):
                    return Tool(str(path))
    found = shutil.which("kubeskew")
    if not found:
        raise ToolError("there is no kubeskew here: give --archive or --binary")
    return Tool(found)


def _executable(path: Path) -> str:
    if not os.access(path, os.X_OK):
        raise ToolError(f"{path} is no program")
    return str(path)
