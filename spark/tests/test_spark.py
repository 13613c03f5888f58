"""The job on a real Spark: two executors with one core each, and all recorded captures."""

from __future__ import annotations

import os
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CAPTURES, Reference, findings, lay_out

from kubeskew_spark import engines, job, manifest, storage
from kubeskew_spark.results import Results
from kubeskew_spark.tasks import Work
from kubeskew_spark.warehouse import save

pyspark = pytest.importorskip("pyspark")


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    # Executors take the driver's Python from here alone.
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    # What the simulated object store asks for.
    os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "test"
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("kubeskew")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="session")
def archive(binary: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """As `make package` builds it: nothing is installed where executors run."""
    path = tmp_path_factory.mktemp("archive") / "kubeskew.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as packed:
        packed.add(Path(binary).resolve(), "kubeskew-0.1.0-linux-amd64/bin/kubeskew")
    return str(path)


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logs")
    lay_out(folder, CAPTURES)
    return folder


def units_of(folder: str, options: str = "") -> list[manifest.Unit]:
    return manifest.find(f"{folder}/{{cluster}}/{{server}}/{{day}}/*", options)


def wrapper(folder: Path, binary: str, first: str) -> str:
    """The tool, behind a few lines of shell that make trouble."""
    path = folder / "kubeskew"
    path.write_text(f'#!/bin/sh\nmarks={folder}/marks\n{first}\nexec {binary} "$@"\n')
    (folder / "marks").mkdir()
    path.chmod(0o755)
    return str(path)


def expect_same(out: Path, binary: str, reference: Reference) -> None:
    recordings = {path.parent.name: path for path in out.glob("recordings/*/*.db")}
    assert sorted(recordings) == CAPTURES
    for name, recording in recordings.items():
        assert findings(binary, recording) == reference.findings(name), name


def test_twelve_clusters_are_judged_as_on_one_machine(
    session: Any, archive: str, logs: Path, tmp_path: Path, binary: str, reference: Reference
) -> None:
    out = tmp_path / "out"
    engine = engines.spark(session, archive)
    done = job.run(engine, units_of(str(logs)), Work(str(out)))
    assert [row["status"] for row in done] == ["done"] * len(CAPTURES), done
    expect_same(out, binary, reference)
    save(session, Results(str(out)), "fleet", "parquet")
    counted = session.sql("SELECT count(DISTINCT cluster) AS n FROM fleet.task").first()["n"]
    assert counted == len(CAPTURES)
    assert session.sql("SELECT count(*) AS n FROM fleet.plan").first()["n"] == 0
    lost = session.sql("SELECT cluster FROM fleet.run WHERE objects_lost > 0 ORDER BY 1").collect()
    assert "wrong-gc-without-proxy" in [row["cluster"] for row in lost]


def test_an_executor_that_is_killed_changes_nothing(
    session: Any, logs: Path, tmp_path: Path, binary: str, reference: Reference
) -> None:
    out = tmp_path / "out"
    killing = """
if [ "$1" = replay ]; then
    for turn in 1 2 3 4 5 6; do mkdir "$marks/$turn" 2>/dev/null && break; done
    if [ "$turn" = 5 ]; then
        process=$$
        while [ "$(cat /proc/$process/comm)" != java ]; do
            process=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$process/status)
        done
        kill -9 "$process"
        touch "$marks/killed"
        sleep 5
        exit 1
    fi
fi"""
    work = Work(str(out), binary=wrapper(tmp_path, binary, killing))
    done = job.run(engines.spark(session), units_of(str(logs)), work)
    assert (tmp_path / "marks" / "killed").exists()
    assert [row["status"] for row in done] == ["done"] * len(CAPTURES), done
    expect_same(out, binary, reference)


def test_a_task_that_fails_once_changes_nothing(
    session: Any, logs: Path, tmp_path: Path, binary: str, reference: Reference
) -> None:
    out = tmp_path / "out"
    failing = """
if [ "$1" = capture ] && mkdir "$marks/failed" 2>/dev/null; then kill -9 $$; fi"""
    work = Work(str(out), binary=wrapper(tmp_path, binary, failing))
    done = job.run(engines.spark(session), units_of(str(logs)), work)
    assert (tmp_path / "marks" / "failed").exists()
    assert [row["status"] for row in done] == ["done"] * len(CAPTURES), done
    expect_same(out, binary, reference)


def test_logs_and_results_may_lie_in_an_object_store(
    session: Any, logs: Path, tmp_path: Path, binary: str, reference: Reference, store: str
) -> None:
    for log in logs.rglob("*.gz"):
        storage.publish(log, f"s3://audit/logs/{log.relative_to(logs)}", store)
    units = units_of("s3://audit/logs", store)
    assert [unit.cluster for unit in units] == CAPTURES
    work = Work("s3://results/week", binary=binary, storage=store)
    done = job.run(engines.spark(session), units, work, split=1_000_000)
    assert [row["status"] for row in done] == ["done"] * len(CAPTURES), done
    for found in storage.listing("s3://results/week/recordings", store):
        name = found.uri.split("/")[-2]
        copy = storage.fetch(found.uri, tmp_path / "recordings" / name / "r.db", store)
        assert copy.stat().st_size == found.size
    expect_same(tmp_path, binary, reference)
    assert not list(storage.listing("s3://results/week/parts", store))
