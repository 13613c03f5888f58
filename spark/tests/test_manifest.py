"""Path templates and lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kubeskew_spark import manifest
from kubeskew_spark.manifest import BadTemplate, Log, Unit


def touch(folder: Path, *paths: str) -> None:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x" * 10)


def test_finds_clusters_servers_and_days(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "eu/cp-1/2026-11-20/a.log.gz",
        "eu/cp-1/2026-11-21/a.log.gz",
        "eu/cp-2/2026-11-21/a.log.gz",
        "us/cp-1/2026-11-21/a.log",
        "us/README.md",
    )
    units = manifest.find(f"{tmp_path}/{{cluster}}/{{server}}/{{day}}/*.log*")
    assert [(unit.cluster, unit.span, unit.size) for unit in units] == [
        ("eu", "2026-11-20_2026-11-21", 30),
        ("us", "2026-11-21", 10),
    ]
    assert [log.server for log in units[0].logs] == ["cp-1", "cp-1", "cp-2"]
    later = manifest.find(
        f"{tmp_path}/{{cluster}}/{{server}}/{{day}}/*", since=date(2026, 11, 21), clusters=["eu"]
    )
    assert [(unit.span, len(unit.logs)) for unit in later] == [("2026-11-21", 2)]


def test_days_may_be_folders_of_years_and_months(tmp_path: Path) -> None:
    touch(tmp_path, "logs/eu/2026/1/9/x/y.gz", "logs/eu/2026/01/10/z.gz")
    template = f"{tmp_path}/logs/{{cluster}}/{{year}}/{{month}}/{{day}}/"
    (unit,) = manifest.find(template)
    assert unit.span == "2026-01-09_2026-01-10"
    assert [log.server for log in unit.logs] == ["", ""]


def test_a_name_that_comes_twice_is_the_same_name(tmp_path: Path) -> None:
    touch(tmp_path, "eu/eu-cp-1.log", "eu/us-cp-1.log")
    (unit,) = manifest.find(f"{tmp_path}/{{cluster}}/{{cluster}}-{{server}}.log")
    assert [log.server for log in unit.logs] == ["cp-1"]


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("s3://b/{server}/x", "needs {cluster}"),
        ("s3://b/{cluster}/{host}/x", "{host} is none of"),
    ],
)
def test_says_what_a_template_lacks(template: str, complaint: str) -> None:
    with pytest.raises(BadTemplate, match=complaint):
        manifest.find(template)


def test_days_that_are_none_are_an_error(tmp_path: Path) -> None:
    touch(tmp_path, "eu/monday/x")
    with pytest.raises(BadTemplate, match="'monday' is no day"):
        manifest.find(f"{tmp_path}/{{cluster}}/{{day}}/*")
    with pytest.raises(BadTemplate, match="need {day}"):
        manifest.find(f"{tmp_path}/{{cluster}}/**", since=date(2026, 1, 1))


def test_a_list_is_read_as_it_was_written() -> None:
    logs = (Log("s3://b/x y.gz", 7, "cp-1"), Log("s3://b/z.gz", 8))
    units = [Unit("eu", "all", logs)]
    assert manifest.read(manifest.listed(units)) == units
    with pytest.raises(BadTemplate, match="line 2"):
        manifest.read("eu\t\ts3://b/x\t1\neu s3://b/x")


def test_no_cluster_is_named_out_of_its_folder() -> None:
    assert manifest.safe("prod-eu_1.example") == "prod-eu_1.example"
    for name in ("..", ".", "a/../../b", "a/b"):
        assert "/" not in manifest.safe(name)
        assert manifest.safe(name).strip(".")


def test_parts_keep_a_server_together_and_are_no_larger_than_asked() -> None:
    logs = tuple(Log(f"s3://b/{n:02}", 10, f"cp-{n % 2}") for n in range(10))
    parts = manifest.parts(Unit("eu", "all", logs), 30)
    assert sorted(log.uri for part in parts for log in part) == [log.uri for log in logs]
    assert all(sum(log.size for log in part) <= 30 for part in parts)
    assert len(parts) == 4
    (whole,) = manifest.parts(Unit("eu", "all", logs[:1]), 5)
    assert whole == logs[:1], "a log that is larger is a part by itself"
