"""Files in object stores and file systems, by URI.

Whatever `pyarrow.fs` reaches: local paths, `s3://`, `gs://`, `abfs://`, `hdfs://`. Credentials are
those of the machine (a role, the environment), never part of a URI that is kept.
"""

from __future__ import annotations

import functools
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pyarrow import fs

CHUNK = 8 << 20

# A file appears in these when all of it is there: nothing is gained by renaming it, and renaming
# would copy it.
_WRITTEN_WHOLE = ("s3", "gs", "gcs", "abfs", "abfss")


class Place(NamedTuple):
    """A URI as `pyarrow.fs` wants it."""

    system: fs.FileSystem
    path: str
    scheme: str


class Found(NamedTuple):
    """A file of a listing."""

    uri: str
    size: int


@functools.lru_cache(maxsize=64)
def _root(scheme: str, authority: str, options: str) -> tuple[fs.FileSystem, str]:
    query = f"?{options}" if options else ""
    system, path = fs.FileSystem.from_uri(f"{scheme}://{authority}{query}")
    return system, path


def place(uri: str, options: str = "") -> Place:
    """Where a URI lies; without a scheme it is a path of this machine.

    `options` is what `pyarrow.fs` takes behind the `?` of a URI, such as `endpoint_override`.
    """
    scheme, separator, rest = uri.partition("://")
    if not separator or scheme == "file":
        path = Path(rest if separator else uri).absolute()
        return Place(fs.LocalFileSystem(), os.path.normpath(path), "file")
    authority, _, path_in_it = rest.partition("/")
    system, root = _root(scheme, authority, options)
    return Place(system, f"{root.rstrip('/')}/{path_in_it}", scheme)


def join(base: str, *parts: str) -> str:
    """A URI below another."""
    return "/".join([base.rstrip("/"), *parts])


def listing(folder: str, options: str = "") -> Iterator[Found]:
    """Every file below a folder, in order of their names; none where there is no such folder."""
    base = place(folder, options)
    selector = fs.FileSelector(base.path.rstrip("/"), allow_not_found=True, recursive=True)
    for entry in sorted(base.system.get_file_info(selector), key=lambda entry: entry.path):
        if entry.type == fs.FileType.File:
            below = entry.path[len(base.path.rstrip("/")) :].lstrip("/")
            yield Found(join(folder, below), entry.size)


def fetch(uri: str, target: Path, options: str = "") -> Path:
    """A copy on this machine; what lies here already is not copied."""
    source = place(uri, options)
    if source.scheme == "file":
        return Path(source.path)
    target.parent.mkdir(parents=True, exist_ok=True)
    # As it is: the tool unpacks faster than Arrow does.
    source_stream = source.system.open_input_stream(source.path, compression=None)
    with source_stream as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer, CHUNK)
    return target


def publish(source: Path, uri: str, options: str = "") -> None:
    """Puts a file under its final name, where it appears whole or not at all.

    Doing so twice, at once even, is harmless: one of two equal files stays.
    """
    target = place(uri, options)
    name = target.path
    if target.scheme not in _WRITTEN_WHOLE:
        folder, _, last = name.rpartition("/")
        target.system.create_dir(folder, recursive=True)
        name = f"{folder}/.{last}.{uuid.uuid4().hex}"
    target_stream = target.system.open_output_stream(name, compression=None)
    with source.open("rb") as reader, target_stream as writer:
        shutil.copyfileobj(reader, writer, CHUNK)
    if name != target.path:
        _rename(target, name)


def _rename(target: Place, name: str) -> None:
    try:
        target.system.move(name, target.path)
    except OSError:
        # HDFS replaces nothing.
        delete_place(target)
        target.system.move(name, target.path)


def read(uri: str, options: str = "") -> bytes | None:
    """All of a small file; nothing where there is none."""
    source = place(uri, options)
    if source.system.get_file_info(source.path).type != fs.FileType.File:
        return None
    with source.system.open_input_stream(source.path, compression=None) as reader:
        content: bytes = reader.read()
        return content


def delete(uri: str, options: str = "") -> None:
    """Takes a file away, if it is there."""
    delete_place(place(uri, options))


def delete_place(target: Place) -> None:
    if target.system.get_file_info(target.path).type == fs.FileType.File:
        target.system.delete_file(target.path)
