# Everything one does with FastMqtt. `make help` lists it. Needs the .NET 10 SDK and make; installs the rest with apt.

PORT ?= 1883
CONFIGURATION ?= Release
BINARY := artifacts/fastmqtt
COMPARE := exec dotnet run -c $(CONFIGURATION) --project perf/FastMqtt.Compare --

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
# A bare machine has no libicu, and neither the build nor the broker needs one.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT := 1

.PHONY: help run test docs-check publish load crash bench bench-quick pack image format clean tools test-tools
.PHONY: bench-tools

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: publish ## Build the static binary and start the broker on loopback port 1883 (PORT=... for another)
	@exec $(BINARY) -p $(PORT)

test: test-tools ## Run every test
	@build/test.sh

docs-check: test-tools publish ## Check README and docs: every link, every command, every block of C# and configuration
	@build/test.sh FastMqtt.Docs.Tests

publish: tools ## Build artifacts/fastmqtt, one static Native AOT binary
	@build/publish.sh $(BINARY)

load: tools ## Build artifacts/fastmqtt-load, the load generator
	@build/publish.sh artifacts/fastmqtt-load perf/FastMqtt.Load/FastMqtt.Load.csproj

crash: publish ## Kill the broker under load, 20 rounds, and look for what it has lost; CRASH="--help" shows what else it can do
	@exec dotnet run -c $(CONFIGURATION) --project tests/FastMqtt.Crash -- $(CRASH)

bench: bench-tools publish load ## Measure FastMqtt and, if it is there, Mosquitto in turn: 5 minutes, rewrites README's figures
	@$(COMPARE) $(BENCH)

bench-quick: bench-tools publish load ## The same in a minute, README untouched; BENCH="--help" shows what else it can do
	@$(COMPARE) --quick $(BENCH)

pack: ## Pack the NuGet packages FastMqtt and FastMqtt.AspNetCore into artifacts/packages
	@build/pack.sh

image: publish ## Pack the binary into a container image with docker, podman or buildah
	@build/image.sh

format: ## Bring the code into the house style
	dotnet format FastMqtt.sln

clean: ## Delete everything that was built
	rm -rf artifacts
	find src tests perf -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} + 2>/dev/null || true

tools:
	@build/install.sh build

test-tools:
	@build/install.sh test

bench-tools:
	@build/install.sh bench
