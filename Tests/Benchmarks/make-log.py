#!/usr/bin/env python3
"""Writes a big audit log: the lines of real logs, over and over, with fresh audit ids and times.

    make-log.py MEGABYTES OUT LOG.gz...      (Metadata level only, as most people have it)
"""
import gzip
import os
import re
import sys
import time

size = int(sys.argv[1]) * 1_000_000
out = sys.argv[2]
AUDIT = re.compile(rb'"auditID":"[0-9a-f-]{36}"')
TIME = re.compile(rb'"(requestReceivedTimestamp|stageTimestamp)":"([^"]{26})Z"')

# A line is cut at its audit id and its times, once; each round only joins the pieces anew. The
# stages of one request keep sharing an id.
lines = []
numbers = {}
for name in sys.argv[3:]:
    for line in gzip.open(name):
        if b'"level":"Metadata"' not in line or not (found := AUDIT.search(line)):
            continue
        head, tail = line[: found.start()] + b'"auditID":"', line[found.end():]
        times = [(m.start(2), m.group(2)) for m in TIME.finditer(tail)]
        if len(times) != 2:
            continue
        (a, first), (b, second) = times
        number = numbers.setdefault((name, found.group()), len(numbers))
        stamps = []
        for text in (first, second):
            seconds = time.mktime(time.strptime(text[:19].decode(), "%Y-%m-%dT%H:%M:%S"))
            stamps.append((int(seconds), text[19:]))
        lines.append((number, head, b'"' + tail[:a], stamps[0], tail[a + 26: b], stamps[1], tail[b + 26:]))

shown = {}


def stamp(seconds: int, rest: bytes) -> bytes:
    text = shown.get(seconds)
    if text is None:
        if len(shown) > 100_000:
            shown.clear()
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(seconds)).encode()
        shown[seconds] = text
    return text + rest


written, shift = 0, 0
with open(out, "wb", buffering=1 << 20) as sink:
    while written < size:
        ids = os.urandom(16 * len(numbers)).hex().encode()
        pieces = []
        for number, head, tail1, one, between, two, rest in lines:
            h = ids[32 * number: 32 * number + 32]
            pieces += (
                head, h[:8], b"-", h[8:12], b"-4", h[13:16], b"-a", h[17:20], b"-", h[20:32],
                tail1, stamp(one[0] + shift, one[1]), between, stamp(two[0] + shift, two[1]), rest)
        block = b"".join(pieces)
        sink.write(block)
        written += len(block)
        shift += 200
