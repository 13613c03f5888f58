"""The steps on this machine, without an engine."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest
from conftest import SMALL, Reference, findings

from kubeskew_spark import engines, fleet, job, manifest, storage, tables
from kubeskew_spark.__main__ import main
from kubeskew_spark.results import Results
from kubeskew_spark.tasks import Judge, Work, attempt

TEMPLATE = "{cluster}/{server}/{day}/*"


def units_of(folder: Path) -> list[manifest.Unit]:
    return manifest.find(f"{folder}/{TEMPLATE}")


def rows(out: Path, table: tables.Table) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for file in sorted((out / "tables" / table.name).glob("*.parquet")):
        content = pyarrow.parquet.read_table(file)
        assert content.schema == table.schema
        found += content.to_pylist()
    return found


def test_a_fleet_is_judged_as_each_cluster_by_itself(
    fleet: Path, tmp_path: Path, binary: str, reference: Reference
) -> None:
    out = tmp_path / "out"
    (fleet / "broken" / "cp-1" / "2026-11-20").mkdir(parents=True)
    (fleet / "broken" / "cp-1" / "2026-11-20" / "audit.log").write_text("no record\n")
    said: list[str] = []
    work = Work(str(out), binary=binary, what_ifs=(("--to", "1.36"), ("--to", "1.99")))
    done = job.run(engines.local(2), units_of(fleet), work, say=said.append)
    assert {row["cluster"]: row["status"] for row in done} == {
        "broken": "failed",
        **dict.fromkeys(SMALL, "done"),
    }
    assert any("broken failed" in line and "could not be read" in line for line in said), said
    for name in SMALL:
        recording = out / "recordings" / name / "2026-11-20.db"
        assert findings(binary, recording) == reference.findings(name)
        assert not (recording.stat().st_mode & stat.S_IXUSR)
        source = sqlite3.connect(recording).execute("SELECT source FROM v_request").fetchone()
        assert source[0].startswith(str(fleet)), "the log's own name, not that of a copy"
    asked = {(row["cluster"], row["run"]): row["reason"] for row in rows(out, tables.RUN)}
    for name in SMALL:
        assert asked[name, "as-recorded"] == ""
        assert "1.99" in str(asked[name, "to-1.99"]), "a question that cannot be asked says why"
    for table in (tables.TASK, tables.FINDING, tables.VERDICT, tables.SERVER, tables.EVIDENCE):
        assert {row["cluster"] for row in rows(out, table)} >= set(SMALL), table.name
    assert all(
        row["outcome"] != "local" or row["certainty"] != "certain"
        for row in rows(out, tables.VERDICT)
    )


def test_a_cluster_in_parts_is_the_same_cluster(
    fleet: Path, tmp_path: Path, binary: str, reference: Reference
) -> None:
    out = tmp_path / "out"
    done = job.run(engines.local(2), units_of(fleet), Work(str(out), binary=binary), split=1)
    assert [row["status"] for row in done] == ["done", "done"]
    for name in SMALL:
        recording = out / "recordings" / name / "2026-11-20.db"
        assert findings(binary, recording) == reference.findings(name)
    assert not list((out / "parts").iterdir()), "parts are of no use any more"


def test_doing_a_step_again_changes_nothing(fleet: Path, tmp_path: Path, binary: str) -> None:
    out = tmp_path / "out"
    unit = units_of(fleet)[0]
    work = Work(str(out), binary=binary)
    results = Results(str(out))
    found = []
    for _ in range(2):
        assert attempt(Judge(unit), work, is_last=True)["status"] == "done"
        found.append([results.of(table, [unit]) for table in tables.READ])
        files = sorted(path.name for path in out.rglob("*") if path.is_file())
    assert found[0] == found[1]
    assert len(files) == len(set(files)) + files.count(f"{unit.file_name}.parquet") - 1
    assert not [name for name in files if name.startswith(".")], "no draft is left behind"


def test_a_store_that_fails_is_tried_again_and_in_the_end_told(
    fleet: Path, tmp_path: Path, binary: str
) -> None:
    unit = units_of(fleet)[0]
    gone = manifest.Unit("gone", "all", (manifest.Log(f"{fleet}/nowhere", 1, "cp-1"),))
    work = Work(str(tmp_path / "out"), binary=binary)
    blocked = Work(
        str(fleet / unit.cluster / "cp-1" / "2026-11-20" / "audit.log.gz"), binary=binary
    )
    with pytest.raises(OSError):
        attempt(Judge(unit), blocked, is_last=False)
    row = attempt(Judge(unit), blocked, is_last=True)
    assert row["status"] == "failed" and row["reason"]
    row = attempt(Judge(gone), work, is_last=True)
    assert row["status"] == "failed" and "nowhere" in row["reason"]


def test_an_engine_that_gives_up_loses_no_cluster(tmp_path: Path, fleet: Path) -> None:
    def broken(_steps: object, _work: Work) -> list[dict[str, object]]:
        raise RuntimeError("no executor")

    out = tmp_path / "out"
    done = job.run(broken, units_of(fleet), Work(str(out)))
    assert [row["status"] for row in done] == ["failed", "failed"]
    assert len(rows(out, tables.TASK)) == 2


def test_the_command_ranks_a_fleet(
    fleet: Path, tmp_path: Path, binary: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = [f"{fleet}/{TEMPLATE}", "--engine", "local", "--binary", binary, "--out", str(out)]
    assert main([*words, "--dry-run"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    status = main([*words, "--plan", "--to 1.36 --start every:1m"])
    table = capsys.readouterr().out.splitlines()
    assert table[0].split()[:4] == ["RANK", "CLUSTER", "ASKED", "ANSWER"]
    assert len(table) == 3
    answers = {row["answer"] for row in rows(out, _FLEET)}
    assert answers <= set(_ANSWERS)
    expected = 3 if answers & {"loss", "wrong-answers"} else 4 if answers != {"clear"} else 0
    assert status == expected
    assert main(["/nowhere/{cluster}/*", "--out", str(out)]) == 1
    assert "no log fits" in capsys.readouterr().err


_FLEET, _ANSWERS = fleet.FLEET, fleet.ANSWERS


def test_losses_rank_before_wrong_answers_and_what_nobody_can_tell() -> None:
    run = dict.fromkeys(tables.RUN.schema.names, 0)
    run.update(span="all", mode="what-if", reason="", headline="", run="x", evidence="complete")
    found = {
        "clean": {},
        "open": {"evidence": "insufficient"},
        "wrong": {"wrong_answers": 900},
        "objects": {"objects_lost": 3},
        "namespaces": {"namespaces_lost": 1, "objects_lost": 1},
        "silent": {"reason": "no plan fits"},
    }

    class Told(Results):
        def of(self, table: tables.Table, _units: object) -> list[dict[str, object]]:
            if table is not tables.RUN:
                return []
            return [{**run, "cluster": name, **values} for name, values in found.items()]

    ranked = fleet.ranked(Told("/nowhere"), [])
    assert [row["cluster"] for row in ranked] == [
        "namespaces",
        "objects",
        "wrong",
        "silent",
        "open",
        "clean",
    ]
    assert [row["answer"] for row in ranked] == [
        "loss",
        "loss",
        "wrong-answers",
        "failed",
        "unknown",
        "clear",
    ]


def test_files_appear_whole_or_not_at_all(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"new")
    target = tmp_path / "out" / "file"
    storage.publish(source, str(target))
    storage.publish(source, f"file://{target}")
    assert target.read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == ["file"]
    assert storage.read(str(target)) == b"new"
    storage.delete(str(target))
    assert storage.read(str(target)) is None


def test_the_package_runs_without_an_engine_installed() -> None:
    code = "import kubeskew_spark.__main__, sys; print('pyspark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
