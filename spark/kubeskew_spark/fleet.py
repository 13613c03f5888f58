"""All clusters in one table, the worst first: which would lose something, and which cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import tables
from .manifest import Unit
from .results import Results
from .tables import COUNT, TEXT, Table

# What a cluster's answer is, from the worst to the best.
ANSWERS = ("loss", "wrong-answers", "failed", "unknown", "clear")

FLEET = Table(
    "fleet",
    {
        "rank": COUNT,
        "asked": TEXT,
        "answer": TEXT,
        "namespaces": COUNT,
        "objects": COUNT,
        "wrong": COUNT,
        "perhaps": COUNT,
        "why": TEXT,
    },
)

# What is counted, in the order in which it counts; `perhaps` is all that is only possible.
COUNTS = ("namespaces", "objects", "wrong", "perhaps")

Row = dict[str, Any]


def ranked(results: Results, units: Sequence[Unit]) -> list[Row]:
    """A row for each cluster and each question that was asked of it.

    What cannot be undone counts first, then wrong answers; as recorded is asked only where nothing
    else is.
    """
    runs = results.of(tables.RUN, units)
    plans = results.of(tables.PLAN, units)
    rows = [_of_plan(plan) for plan in plans]
    rows += [_of_run(run) for run in runs if run["mode"] == "what-if"]
    if not rows:
        rows = [_of_run(run) for run in runs]
    rows += [_of_failure(task) for task in results.of(tables.TASK, units) if task["reason"]]
    rows.sort(key=_order)
    for rank, row in enumerate(rows, 1):
        row["rank"] = rank
    return rows


def _order(row: Row) -> tuple[Any, ...]:
    counts = [-(row[name] or 0) for name in COUNTS]
    return (ANSWERS.index(row["answer"]), *counts, row["cluster"], row["asked"])


def _row(
    source: Row, asked: str, answer: str, why: str, counts: Sequence[int | None] = (None,) * 4
) -> Row:
    owner = {"cluster": source["cluster"], "span": source["span"], "asked": asked}
    return {**owner, "answer": answer, **dict(zip(COUNTS, counts)), "why": why}


def _answer(namespaces: int, objects: int, wrong: int, is_open: bool) -> str:
    if namespaces + objects:
        return "loss"
    if wrong:
        return "wrong-answers"
    return "unknown" if is_open else "clear"


def _of_run(run: Row) -> Row:
    if run["reason"]:
        return _row(run, run["run"], "failed", run["reason"])
    perhaps = (
        run["perhaps_namespaces_lost"] + run["perhaps_objects_lost"] + run["perhaps_wrong_answers"]
    )
    counts = (run["namespaces_lost"], run["objects_lost"], run["wrong_answers"])
    is_open = run["evidence"] == "insufficient"
    return _row(run, run["run"], _answer(*counts, is_open), run["headline"], (*counts, perhaps))


def _of_plan(plan: Row) -> Row:
    asked = f"plan {plan['asked']}"
    if plan["reason"]:
        return _row(plan, asked, "failed", plan["reason"])
    perhaps = plan["perhaps_namespaces"] + plan["perhaps_objects"] + plan["perhaps_wrong"]
    counts = (plan["namespaces"], plan["objects"], plan["wrong"])
    best = f"best: {plan['order']} from {plan['start']:%Y-%m-%dT%H:%M:%SZ}, proxy {plan['proxy']}"
    is_open = plan["evidence"] == "insufficient"
    return _row(plan, asked, _answer(*counts, is_open), best, (*counts, perhaps))


def _of_failure(task: Row) -> Row:
    return _row(task, "", "failed", task["reason"])


def text(rows: Sequence[Row], width: int = 0) -> str:
    """The table for a person; `width` cuts what is longer, 0 nothing."""
    names = ["rank", "cluster", "asked", "answer", *COUNTS]
    cells = [[name.upper() for name in [*names, "why"]]]
    for row in rows:
        shown = ["" if row[name] is None else str(row[name]) for name in names]
        cells.append([*shown, _one_line(row["why"])])
    widths = [max(len(line[place]) for line in cells) for place in range(len(names))]
    lines = []
    for line in cells:
        padded = [
            cell.rjust(size) if name not in ("cluster", "asked", "answer") else cell.ljust(size)
            for cell, size, name in zip(line, widths, names)
        ]
        whole = "   ".join([*padded, line[-1]]).rstrip()
        lines.append(whole[:width] if width else whole)
    return "\n".join(lines) + "\n"


def _one_line(why: str) -> str:
    """Names in logs are chosen by clients: nothing in them reaches a terminal as a command."""
    return "".join(letter if letter.isprintable() else " " for letter in why)
