# FastMqtt from source: `docker build -t fastmqtt .` The result holds one static file and the two that name its user.
# docker/Dockerfile packs a binary that was built before, and asks no registry for anything.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
        gcc libc6-dev lld cmake make libssl-dev libsqlite3-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN build/publish.sh artifacts/fastmqtt && mkdir /data

FROM scratch
COPY docker/passwd docker/group /etc/
COPY --from=build /source/artifacts/fastmqtt /fastmqtt
COPY --from=build --chown=65532:65532 /data /data

LABEL org.opencontainers.image.title="FastMqtt" org.opencontainers.image.licenses="MIT"
USER 65532:65532
# Where relative paths begin, and with them what persistence saves. A volume, because the root may be read only.
WORKDIR /data
VOLUME /data
EXPOSE 1883
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=4s --start-period=1s --retries=3 CMD ["/fastmqtt", "health"]
ENTRYPOINT ["/fastmqtt"]
# Inside a container, loopback reaches nobody, and what reaches the container is what its publisher opens (-p). So it
# listens everywhere and lets clients in. Arguments after the image's name replace this whole line.
CMD ["--listen", "0.0.0.0:1883", "--allow-anonymous"]
