"""Clusters made of the recorded captures, and what one machine says of each."""

from __future__ import annotations

import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kubeskew_spark import storage

ROOT = Path(__file__).resolve().parents[2]
CAPTURES = sorted(
    folder.name
    for folder in (ROOT / "captures").iterdir()
    # What was read off the wire has packets beside a part of its logs.
    if folder.is_dir() and folder.name != "wire-1"
)
# Small enough for a build that is not optimised.
SMALL = ["loop-through-load-balancer", "probes-1.32-storageversion"]


@pytest.fixture(scope="session")
def binary() -> str:
    return os.environ["KUBESKEW"]


def lay_out(folder: Path, names: list[str]) -> None:
    """A folder for each cluster, with one for each of its servers."""
    for name in names:
        for log in sorted((ROOT / "captures" / name).glob("audit-*.log.gz")):
            server = log.name.removeprefix("audit-").removesuffix(".log.gz")
            target = folder / name / server / "2026-11-20"
            target.mkdir(parents=True)
            shutil.copy(log, target / "audit.log.gz")


def findings(binary: str, recording: Path) -> bytes:
    """Those of the run as recorded, byte for byte."""
    done = subprocess.run(
        [binary, "findings", recording, "--run", "as-recorded", "-o", "json", "-q"],
        capture_output=True,
    )
    assert done.returncode in (0, 3, 4), done.stderr
    return done.stdout


class Reference:
    """One cluster after the other on one machine, each with two calls of the tool."""

    def __init__(self, binary: str, folder: Path) -> None:
        self._binary = binary
        self._folder = folder
        self._known: dict[str, bytes] = {}

    def findings(self, name: str) -> bytes:
        if name not in self._known:
            recording = self._folder / f"{name}.db"
            logs = [
                f"{log.name.removeprefix('audit-').removesuffix('.log.gz')}={log}"
                for log in sorted((ROOT / "captures" / name).glob("audit-*.log.gz"))
            ]
            subprocess.run(
                [self._binary, "capture", "audit", recording, "--cluster", name, *logs, "-q"],
                check=True,
                capture_output=True,
            )
            subprocess.run([self._binary, "replay", recording, "-q"], capture_output=True)
            self._known[name] = findings(self._binary, recording)
        return self._known[name]


@pytest.fixture(scope="session")
def reference(binary: str, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return Reference(binary, tmp_path_factory.mktemp("reference"))


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Path]:
    """Small clusters, below a folder of logs."""
    folder = tmp_path / "logs"
    lay_out(folder, SMALL)
    yield folder


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """What `pyarrow.fs` needs for a simulated S3, with the empty buckets `audit` and `results`."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        # Servers of one process have their content in common.
        urllib.request.urlopen(f"http://{host}:{port}/moto-api/reset", data=b"").close()
        options = f"endpoint_override={host}:{port}&scheme=http&region=us-east-1"
        allowed = f"{options}&allow_bucket_creation=true"
        for bucket in ("audit", "results"):
            storage.place(f"s3://{bucket}/", allowed).system.create_dir(bucket)
        yield options
    finally:
        server.stop()
