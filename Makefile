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

PREFIX ?= /usr/local
DESTDIR ?=
MAN = .build/man
# Nobody steps through optimised tests, and what a debugger reads takes a tenth of the compiler's time.
TESTING = -c release -Xswiftc -enable-testing -debug-info-format none

# How long `make fuzz` is at each reader, and the seed from which its inputs follow.
SECONDS ?= 60
SEED ?= 1
# What the sanitizers look at: everything that is unsafe, every reader of foreign bytes, every store and thread.
ADDRESSES = FuzzTests|TensorsTests|ResultStoreTests|RandomGraph|NPZTests|SafeTensors
RACES = ConcurrencyTests|ClaimTests|WorkerTeam|WorkspaceTests|EvaluatorTests|RandomForestTests

.PHONY: run report test test-debug test-limited test-arm64 test-torch sanitize sanitize-address sanitize-thread fuzz test-client test-slow test-python benchmark docs notebooks wheel build man install uninstall \
	lint format install-dependencies

# Ranks SAMPLE networks of NAS-Bench-201 and compares the ranking with their true accuracies.
run: build
	.build/release/tfnas evaluate --dataset cifar10 --population live --sample $(SAMPLE) \
		--threads $(THREADS)

# Puts everything that the stores hold beside the paper, in REPORT/index.html; computes no score.
report: build
	.build/release/tfnas report $(addprefix --store ,$(STORES)) --draws 5 --out $(REPORT) --force

build: install-dependencies
	swift build -c release --product tfnas

# The man pages, made from the command itself.
man: build
	.build/release/tfnas manual --directory $(MAN) --force

# The command, its man pages and completions for three shells, below PREFIX.
install: man
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 .build/release/tfnas $(DESTDIR)$(PREFIX)/bin/tfnas
	install -m 644 $(MAN)/tfnas*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	.build/release/tfnas --generate-completion-script bash \
		> $(DESTDIR)$(PREFIX)/share/bash-completion/completions/tfnas
	.build/release/tfnas --generate-completion-script zsh \
		> $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_tfnas
	.build/release/tfnas --generate-completion-script fish \
		> $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/tfnas.fish

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/tfnas $(DESTDIR)$(PREFIX)/share/man/man1/tfnas.1 \
		$(DESTDIR)$(PREFIX)/share/man/man1/tfnas-*.1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/tfnas \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_tfnas \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/tfnas.fish

# Every test but the slow ones, as optimised code with its preconditions: the networks of the tests are real
# ones, which take ten times as long in debug.
test: install-dependencies
	swift build $(TESTING) --build-tests --explicit-target-dependency-import-check error
	swift test $(TESTING) --skip-build

# The same in debug.
test-debug: install-dependencies
	swift build --build-tests
	swift test --skip-build

# What depends on the kernels that the libraries choose, with those that older processors would get;
# after `make test`.
test-limited:
	Scripts/test-limited.sh $(TESTING)

# The vector loops compiled for arm64, in an emulator, against those of this processor; Scripts/test-arm64.sh names the
# packages that it needs.
test-arm64:
	Scripts/test-arm64.sh

# What compares networks and operators with PyTorch and ONNX Runtime, by the Python of test-python; after make test.
test-torch:
	TFNAS_PYTHON=$(CURDIR)/.build-python/bin/python swift test $(TESTING) --skip-build \
		--filter 'OperatorExportTests|OtherProgramTests|PyTorchExportTests'

# Tests that touch memory under the address sanitizer, and those that share it under the thread sanitizer. What is
# allocated by the runtime once and for all is no leak.
sanitize: sanitize-address sanitize-thread

sanitize-address: install-dependencies
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build/address \
		--filter '$(ADDRESSES)'

sanitize-thread: install-dependencies
	TSAN_OPTIONS=halt_on_error=1 swift test --sanitize=thread --scratch-path .build/thread \
		--filter '$(RACES)'

# Every reader of foreign bytes with inputs that are changed at random, from SEED, for SECONDS each. An input that
# breaks something is kept in .build/fuzz.
fuzz: install-dependencies
	TFNAS_FUZZ_SECONDS=$(SECONDS) TFNAS_FUZZ_SEED=$(SEED) TFNAS_FUZZ_DIRECTORY=$(CURDIR)/.build/fuzz \
		swift test $(TESTING) --filter FuzzTests

# A client package with the programs of Snippets, built against this one by its path, and run.
test-client: install-dependencies
	Scripts/test-client.sh

# Every test, the full-size networks included, as optimised code.
test-slow: install-dependencies
	TFNAS_SLOW=1 swift test $(TESTING)

# The Python wheel with the command in it, in dist.
wheel: install-dependencies
	Scripts/build-wheel.sh

# The tests, types and style of the Python package, with what PyPI gives of the tools that it works with.
test-python: build
	Scripts/test-python.sh

# The same proxies in PyTorch and here, seconds and memory, in Benchmarks/peers.json.
benchmark: build
	$${TFNAS_PYTHON:-python3} Benchmarks/peers.py --out Benchmarks/peers.json

# Executes the notebooks of Examples.
notebooks: build
	Scripts/test-python.sh notebooks

# One site of the symbols and the guides, in .build/docs.
docs: install-dependencies
	Scripts/build-docs.sh

# Formatting, and the two rules that the compiler cannot hold: C and `unsafe` stay in one folder.
lint:
	swift format lint --strict --recursive --parallel Sources Tests Snippets Package.swift
	Scripts/check-fences.sh

format:
	swift format --in-place --recursive --parallel Sources Tests Snippets Package.swift

install-dependencies:
	@Scripts/install-dependencies.sh
