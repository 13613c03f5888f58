#!/usr/bin/env python3
"""`capture pcap` against tshark, against reading the packets alone, and against libcrypto.

Plaintext and TLS captures of 200 MB, and a plaintext one of 5 GB for the memory
($KUBESKEW_BENCH_WIRE_GB changes that; 0 leaves it out).
"""
import glob
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from timing import Run, alternate, median, row

kubeskew, folder = sys.argv[1:3]
here = os.path.dirname(os.path.abspath(__file__))
python = sys.executable
plain, tls, keys, big = (os.path.join(folder, name) for name in (
    "wire-plain.pcap", "wire-tls.pcap", "wire-keys.txt", "wire-big.pcap"))
gigabytes = float(os.environ.get("KUBESKEW_BENCH_WIRE_GB", "5"))


def remove(*patterns):
    for pattern in patterns:
        for name in glob.glob(os.path.join(folder, pattern)):
            os.remove(name)


def ours(file, *more):
    remove("wire.db*")
    return Run([kubeskew, "capture", "pcap", "-q", f"{folder}/wire.db", file, *more])


def tshark(file, *more):
    return Run(["tshark", "-r", file, "-Y", "http2||http", "-d", "tcp.port==8001,http", *more,
                "-T", "json"])


def table(title, size, runs):
    row(title, "seconds", "MB/s", "cpu s", "peak MB")
    for name, list_ in runs.items():
        row(name, "%.2f" % median(list_), "%.0f" % (size / 1e6 / median(list_)),
            "%.2f" % median(list_, "cpu"), "%.0f" % median(list_, "memory"))


def make(script, *arguments):
    subprocess.run([python, os.path.join(here, script), *arguments], check=True,
                   stdout=subprocess.DEVNULL)


remove("wire*")
make("make-capture.py", plain, "200")
make("make-tls-capture.py", tls, keys, "200")
size, tls_size = os.path.getsize(plain), os.path.getsize(tls)

runs = alternate(3, kubeskew=lambda: ours(plain),
                 tcpdump=lambda: Run(["tcpdump", "-r", plain, "-w", "-"]))
runs["tshark"] = [tshark(plain)]
table("plaintext, %.0f MB" % (size / 1e6), size, runs)
for what in ("wall", "cpu"):
    ratio = median(runs["tshark"], what) / median(runs["kubeskew"], what)
    print(f"  {ratio:.0f} times as fast as tshark -T json by {what} (wanted: 20)")
print("  %.0f MB/s of processor time (wanted: 500)" % (size / 1e6 / median(runs["kubeskew"], "cpu")))

runs = alternate(3, kubeskew=lambda: ours(tls, "--keylog", keys))
runs["tshark"] = [tshark(tls, "-d", "tcp.port==6443,tls", "-o", f"tls.keylog_file:{keys}")]
table("TLS 1.3, %.0f MB" % (tls_size / 1e6), tls_size, runs)
# TLS 1.3 of OpenSSL prefers AES-256-GCM; a record is 16 kB.
speed = subprocess.run(
    ["openssl", "speed", "-seconds", "1", "-bytes", "16384", "-evp", "aes-256-gcm", "-decrypt"],
    capture_output=True, text=True, check=True)
aead = float(re.search(r"AES-256-GCM\s+([\d.]+)k", speed.stdout).group(1)) / 1e3
rate = tls_size / 1e6 / median(runs["kubeskew"], "cpu")
print(f"  {rate:.0f} MB/s of processor time; AES-256-GCM of libcrypto alone {aead:.0f}: "
      f"{aead / rate:.1f} times (wanted: at most 3)")

if gigabytes and shutil.disk_usage(folder).free > 2.5e9 * gigabytes:
    make("make-capture.py", big, str(int(gigabytes * 1000)))
    big_size = os.path.getsize(big)
    table("plaintext, %.1f GB" % (big_size / 1e9), big_size, {"kubeskew": [ours(big)]})
remove("wire*")
