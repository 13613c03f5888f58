"""The same steps on a Ray of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import ray
from conftest import SMALL, Reference, findings

from kubeskew_spark import engines, job, manifest
from kubeskew_spark.tasks import Work

TEMPLATE = "{cluster}/{server}/{day}/*"


@pytest.fixture(scope="module")
def engine() -> Iterator[engines.Engine]:
    # Without an address Ray starts a node of its own here.
    yield engines.ray()
    ray.shutdown()


@pytest.mark.parametrize("split", [0, 1], ids=["whole", "in parts"])
def test_a_fleet_on_ray_is_judged_as_each_cluster_by_itself(
    fleet: Path,
    tmp_path: Path,
    binary: str,
    reference: Reference,
    engine: engines.Engine,
    split: int,
) -> None:
    out = tmp_path / "out"
    (fleet / "broken" / "cp-1" / "2026-11-20").mkdir(parents=True)
    (fleet / "broken" / "cp-1" / "2026-11-20" / "audit.log").write_text("no record\n")
    units = manifest.find(f"{fleet}/{TEMPLATE}")
    done = job.run(engine, units, Work(str(out), binary=binary), split=split)
    assert {row["cluster"]: row["status"] for row in done} == {
        "broken": "failed",
        **dict.fromkeys(SMALL, "done"),
    }
    for name in SMALL:
        recording = out / "recordings" / name / "2026-11-20.db"
        assert findings(binary, recording) == reference.findings(name)
