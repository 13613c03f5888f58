#!/usr/bin/env python3
"""Writes what a guided fuzz run starts from: a few inputs, each behind its reader's letter.

    make-seeds.py http|http2|archive CAPTURES FOLDER
"""
import bz2, gzip, io, lzma, os, struct, subprocess, sys, tarfile, zipfile, zlib

kind, captures, folder = sys.argv[1:]
with gzip.open(captures + "/loop-through-load-balancer/audit-cp-1.log.gz") as file:
    LOG = b"".join(file.readline() for _ in range(3))


def http():
    body = b'{"kind":"PodList","items":[{"metadata":{"name":"p","uid":"6b0c2c1a-0000-4000-8000-000000000001"}}]}'
    sized = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    chunked = b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    packed = gzip.compress(body, mtime=0)
    squeezed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    get = b"GET /api/v1/pods HTTP/1.1\r\nHost: x\r\n\r\n"
    yield b"h" + get + b"\0" + sized + body
    yield b"h" + get + get + b"\0" + chunked + sized + body
    yield b"h" + get + b"\0" + squeezed + packed
    yield b"hDELETE /api/v1/namespaces/n/pods/p HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}\0" + sized + body
    yield b"hGET /x HTTP/1.1\r\nUpgrade: h2c\r\n\r\n\0HTTP/1.1 101 Switching\r\n\r\n"


def frame(side, kind, flags, stream, payload):
    return bytes([side, kind, flags, stream]) + struct.pack(">H", len(payload)) + payload


def field(name, value, keep=0):
    return bytes([0x40 if keep else 0, len(name)]) + name + bytes([len(value)]) + value


def http2():
    ask = field(b":method", b"GET", 1) + field(b":scheme", b"https") + field(b":path", b"/api/v1/pods", 1)
    answer = field(b":status", b"200") + field(b"content-type", b"application/json")
    body = b'{"kind":"PodList","items":[]}'
    yield b"2" + frame(0, 1, 5, 1, ask) + frame(1, 1, 4, 1, answer) + frame(1, 0, 1, 1, body)
    yield b"2" + frame(0, 1, 1, 1, ask[:20]) + frame(0, 9, 4, 1, ask[20:]) + frame(1, 1, 5, 1, answer)
    yield b"2" + frame(0, 1, 0x2D, 3, b"\2\0\0\0\0\x10" + ask + b"\0\0") + frame(1, 1, 5, 3, b"\x88")
    yield b"2" + frame(0, 4, 0, 0, b"\0\1\0\0\x10\0") + frame(0, 1, 5, 5, b"\x82\x87\x84\xbe") + frame(1, 3, 0, 5, b"\0\0\0\x08")
    yield b"2" + frame(1, 7, 0, 0, b"\0" * 8) + frame(0, 8, 0, 0, b"\0\0\xff\xff") + frame(0, 6, 0, 0, b"\0" * 8)


def tar(**options):
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w", **options) as file:
        for name in ("audit.log", "n" * 120 + "/audit.log"):
            member = tarfile.TarInfo(name)
            member.size = len(LOG)
            file.addfile(member, io.BytesIO(LOG))
    return result.getvalue()


def zipped(method):
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", method) as file:
        file.writestr("audit.log", LOG)
    return result.getvalue()


def seven_zip():
    """One file, in LZMA2 with a dictionary of 64 kB, under a plain header."""
    packed = lzma.compress(LOG, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}])

    def number(value):
        return b"\xC0" + struct.pack("<H", value) if value < 1 << 16 else b"\xFF" + struct.pack("<Q", value)

    name = "audit.log".encode("utf-16-le") + b"\0\0"
    header = b"\1\4\6\0\1\t" + number(len(packed)) + b"\0\7\x0b\1\0\1\x21\x21\1\x08"
    header += b"\x0c" + number(len(LOG)) + b"\0\x08\0\0\5\1\x11" + bytes([len(name) + 1]) + b"\0" + name + b"\0\0"
    start = struct.pack("<QQL", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<L", zlib.crc32(start)) + start + packed + header


def archive():
    bodies = [
        gzip.compress(LOG, mtime=0), gzip.compress(LOG[:400], mtime=0) * 2, bz2.compress(LOG), lzma.compress(LOG),
        tar(format=tarfile.USTAR_FORMAT), tar(format=tarfile.PAX_FORMAT), tar(format=tarfile.GNU_FORMAT),
        zipped(zipfile.ZIP_STORED), zipped(zipfile.ZIP_DEFLATED), seven_zip(), LOG,
        gzip.compress(tar(), mtime=0),
    ]
    for program in ("zstd", "lz4"):
        try:
            bodies.append(subprocess.run([program, "-c"], input=LOG, capture_output=True, check=True).stdout)
        except (OSError, subprocess.CalledProcessError):
            pass
    return (b"a" + body for body in bodies)


for index, seed in enumerate({"http": http, "http2": http2, "archive": archive}[kind]()):
    with open(os.path.join(folder, f"{kind}-{index}"), "wb") as file:
        file.write(seed)
