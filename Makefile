# The commands of this project. `make run` and `make test` are all that a newcomer needs.

SAMPLE ?= 200
STORES ?= $(wildcard Results/*.sqlite)
REPORT ?= report
THREADS ?= $(shell getconf _NPROCESSORS_ONLN)

# Homebrew keeps headers and libraries outside the compiler's search path.
ifeq ($(shell uname -s),Darwin)
export CPATH := $(shell brew --prefix)/include:$(CPATH)
export LIBRARY_PATH := $(shell brew --prefix)/lib:$(LIBRARY_PATH)
endif

.PHONY: run report test test-slow test-python notebooks wheel build lint format install-dependencies

# Ranks SAMPLE networks of NAS-Bench-201 and compares the ranking with their true accuracies.
run: build
	.build/release/tfnas evaluate --dataset cifar10 --population live --sample $(SAMPLE) \
		--threads $(THREADS)

# Puts everything that the stores hold beside the paper, in REPORT/index.html; computes no score.
report: build
	.build/release/tfnas report $(addprefix --store ,$(STORES)) --out $(REPORT)

build: install-dependencies
	swift build -c release --product tfnas

# Every test but the slow ones.
test: install-dependencies
	swift build --build-tests --explicit-target-dependency-import-check error
	swift test --skip-build

# Every test, the full-size networks included, as optimised code.
test-slow: install-dependencies
	TFNAS_SLOW=1 swift test -c release -Xswiftc -enable-testing

# The Python wheel with the command in it, in dist.
wheel: install-dependencies
	Scripts/build-wheel.sh

# The tests, types and style of the Python package, with what PyPI gives of the tools that it works with.
test-python: build
	Scripts/test-python.sh

# Executes the notebooks of Examples.
notebooks: build
	Scripts/test-python.sh notebooks

# Formatting, and the two rules that the compiler cannot hold: C and `unsafe` stay in one folder.
lint:
	swift format lint --strict --recursive --parallel Sources Tests Package.swift
	Scripts/check-fences.sh

format:
	swift format --in-place --recursive --parallel Sources Tests Package.swift

install-dependencies:
	@Scripts/install-dependencies.sh
