"""The command of the documentation, as it is printed: Spark's own spark-submit on a bucket."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pyarrow.parquet
import pytest
from conftest import ROOT

from kubeskew_spark import storage

pyspark = pytest.importorskip("pyspark")

CLUSTERS = ["namespaces-without-proxy", "probes-1.35-1.36-with-proxy"]
ID = re.compile(rb"\b[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
HOUR = re.compile(rb"(?<=2026-11-)(\d\d)T(\d\d)(?=:)")


def printed(page: str) -> str:
    """The first command that a page prints."""
    found = re.search(r"```sh\n(spark-submit .*?)```", (ROOT / page).read_text(), re.DOTALL)
    assert found, page
    return found.group(1)


def some_hours(log: Path) -> bytes:
    """A recorded log, and again in each of the three hours after it: plans need room."""
    text = gzip.decompress(log.read_bytes())
    rounds = []
    for round in range(4):
        mask = round * 2654435761 & 0xFFFFFFFF

        def later(time: re.Match[bytes], more: int = round) -> bytes:
            hours = int(time.group(1)) * 24 + int(time.group(2)) + more
            return b"%02dT%02d" % divmod(hours, 24)

        def fresh(id: re.Match[bytes], mask: int = mask) -> bytes:
            return b"%08x" % (int(id.group(), 16) ^ mask)

        rounds.append(ID.sub(fresh, HOUR.sub(later, text)))
    return gzip.compress(b"".join(rounds), 1)


@pytest.fixture
def bucket(store: str, tmp_path: Path) -> str:
    """The simulated S3 with the logs of two clusters in `audit`."""
    for cluster in CLUSTERS:
        for log in sorted((ROOT / "captures" / cluster).glob("audit-*.log.gz")):
            server = log.name.removeprefix("audit-").removesuffix(".log.gz")
            (tmp_path / "log").write_bytes(some_hours(log))
            uri = f"s3://audit/{cluster}/{server}/2026-11-21/audit.log.gz"
            storage.publish(tmp_path / "log", uri, store)
    return store


def lay_out(folder: Path, binary: str) -> None:
    """What the command names: the tool's archive, the package, and the package zipped."""
    with tarfile.open(folder / "kubeskew.tar.gz", "w:gz", compresslevel=1) as archive:
        archive.add(Path(binary).resolve(), "kubeskew-0.1.0-linux-amd64/bin/kubeskew")
    package = ROOT / "spark" / "kubeskew_spark"
    (folder / package.name).symlink_to(package)
    with zipfile.ZipFile(folder / "kubeskew_spark.zip", "w") as zipped:
        for path in package.glob("*.py"):
            zipped.write(path, f"{package.name}/{path.name}")
    # Where a session runs is a matter of the cluster's own configuration.
    (folder / "conf").mkdir()
    (folder / "conf" / "spark-defaults.conf").write_text(
        "spark.master local-cluster[2,1,1024]\n"
        "spark.ui.enabled false\n"
        "spark.driver.bindAddress 127.0.0.1\n"
        "spark.driver.host 127.0.0.1\n"
    )


def test_the_printed_command_ranks_a_bucket(bucket: str, tmp_path: Path, binary: str) -> None:
    command = printed("README.md")
    assert printed("docs/fleet.md") == command
    folder = tmp_path / "work"
    folder.mkdir()
    lay_out(folder, binary)
    place = dict(option.split("=", 1) for option in bucket.split("&"))
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        capture_output=True,
        text=True,
        env={
            **{name: value for name, value in os.environ.items() if name != "KUBESKEW"},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_CONF_DIR": str(folder / "conf"),
            "AWS_ENDPOINT_URL": f"http://{place['endpoint_override']}",
            "AWS_DEFAULT_REGION": place["region"],
        },
    )
    assert done.returncode in (0, 3, 4), done.stderr[-4000:]
    # spark-submit gives a driver's standard error out as standard output.
    lines = done.stdout.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("RANK "))
    rows = lines[first + 1 :][: len(CLUSTERS)]
    assert sorted(row.split()[1] for row in rows) == CLUSTERS
    assert all("best: " in row for row in rows), done.stdout
    content = storage.read("s3://results/week/tables/fleet/fleet.parquet", bucket)
    assert content is not None
    table = pyarrow.parquet.read_table(pyarrow.BufferReader(content))
    assert sorted(table.column("cluster").to_pylist()) == CLUSTERS
    recordings = storage.listing("s3://results/week/recordings", bucket)
    assert [found.uri.split("/")[-2] for found in recordings] == CLUSTERS
