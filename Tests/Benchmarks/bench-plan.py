#!/usr/bin/env python3
"""`plan` over 10 million requests, 24 orders, 144 starts and 3 settings of the proxy, against a
replay of each plan; in memory, with the peak of it."""
import os
import resource
import subprocess
import sys

kubeskew, folder = sys.argv[1:3]
benchmark = os.path.join(os.path.dirname(kubeskew), "PlanBenchmark")
if not os.path.exists(benchmark):
    sys.exit("build it first: swift build -c release --product PlanBenchmark")
for requests in (1_000_000, 10_000_000):
    subprocess.run([benchmark, str(requests)], check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(f"peak memory: {peak / 1024:.0f} MB")
