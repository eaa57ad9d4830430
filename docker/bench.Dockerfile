# The comparison with its load generator, for compose.yaml: what `make bench` builds, in an image of the SDK.

FROM mcr.microsoft.com/dotnet/sdk:10.0
RUN apt-get update && apt-get install -y --no-install-recommends \
        gcc libc6-dev lld cmake make libssl-dev libsqlite3-dev util-linux fonts-dejavu-core git \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN build/publish.sh artifacts/fastmqtt \
    && build/publish.sh artifacts/fastmqtt-load perf/FastMqtt.Load/FastMqtt.Load.csproj \
    && dotnet build -c Release perf/FastMqtt.Compare
ENTRYPOINT ["dotnet", "perf/FastMqtt.Compare/bin/Release/net10.0/FastMqtt.Compare.dll", "--brokers-file", "docker/brokers.json"]
CMD ["--unpinned"]
