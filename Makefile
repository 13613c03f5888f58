# Two commands do everything: `make demo` and `make test`. Each installs what is missing first.

SWIFT ?= swift
CONFIGURATION ?= release
PREFIX ?= /usr/local
BUILD := .build/$(CONFIGURATION)
# What `kubeskew demo` shows.
INCIDENT := wrong-gc-without-proxy
# The arrows between modules are those of Package.swift, checked by the build itself.
CHECKS := --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors

.PHONY: truth truth-twice demo test test-one build debug lint format generate bench fuzz oracle kill full package test-package test-python test-spark install deps clean

demo: build
	$(BUILD)/kubeskew demo

build: deps
	$(SWIFT) build -c $(CONFIGURATION) --product kubeskew

debug: deps
	$(SWIFT) build $(CHECKS) --build-tests

test: debug lint
	sh .ci/fetch-axe
	$(SWIFT) test $(CHECKS)
	$(MAKE) oracle CONTROL_PLANES=2000
	python3 Tests/Truth/truth.py --quick --details
	sh .ci/test-live

# What a run says of the recorded cases, and of worse logs of them, against what really happened.
truth: build
	python3 Tests/Truth/truth.py --binary $(BUILD)/kubeskew --details

# The same of logs that two things happened to, one after the other; some ten minutes.
truth-twice: build
	python3 Tests/Truth/truth.py --binary $(BUILD)/kubeskew --details \
	    --first '1 ,2 ,3a,4 ,5 cp-2 +2s,5b cp-3 -30s,7,8,9b,9c,9d,10a,12'

# One module, what it imports, and its tests, without the rest: `make test-one MODULE=AuditLog`.
test-one: deps
	@test -n "$(MODULE)" || { echo "usage: make test-one MODULE=AuditLog" >&2; exit 2; }
	KUBESKEW_TEST_ONE=$(MODULE) $(SWIFT) test $(CHECKS) --scratch-path .build/one

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

# Writes the tables and queries that are compiled in; a test says when they are out of step.
generate:
	sh .ci/generate

# Measures speed against the named rivals in one run and prints the ratios.
bench: build
	for program in PlanBenchmark ReplayBenchmark WireBenchmark; do \
	    $(SWIFT) build -c release --product $$program || exit 1; \
	done
	sh Tests/Benchmarks/run

# Ten minutes for each parser; crashes are kept under .build/fuzz.
fuzz: deps
	sh Tests/Fuzz/run

# Fifty random kills for each verb: the recording is sound, and the same call again completes it.
kill: build
	python3 Tests/Harness/kill.py $(BUILD)/kubeskew captures

# Full disks, read-only file systems (as root) and limits.
full: build
	python3 Tests/Harness/full.py $(BUILD)/kubeskew captures

# Every artefact of a release, in .build/package/dist; then tried where no Swift is (as root).
package: deps
	packaging/package

test-package:
	packaging/test

# `import kubeskew` with Arrow and pandas, `kubeskew mcp` with the client of PyPI, and the tasks of
# kubeskew-spark without an engine.
test-python: build
	Tests/Python/run $(BUILD)/kubeskew

# kubeskew-spark on a real Spark of two executors and on a simulated S3, from PyPI; some minutes.
test-spark: build
	spark/tests/run $(BUILD)/kubeskew

# Holds random control planes against the reference, 8 ms each: 200,000 of them, or 2,000 in `make test`.
CONTROL_PLANES := 200000
oracle: deps
	$(SWIFT) build -c release --product RoutingOracle
	.build/release/RoutingOracle 1 $(CONTROL_PLANES)

install: build
	install -D -m 755 $(BUILD)/kubeskew $(DESTDIR)$(PREFIX)/bin/kubeskew
	ln -sf kubeskew $(DESTDIR)$(PREFIX)/bin/kubectl-skew
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/kubeskew/captures/$(INCIDENT) captures/$(INCIDENT)/*

deps:
	@sh .ci/install-packages

clean:
	rm -rf .build
