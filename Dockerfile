# Two stages: the first builds and packs, the second has the program and what it needs at run time.
#   docker build -t ser2tcp .
#   docker run --read-only -v ser2tcp:/config --device /dev/ttyUSB0 -p 127.0.0.1:20080:20080 ser2tcp
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY client/package.json client/
RUN npm install --no-save --ignore-scripts --no-audit --no-fund
COPY . .
# Prebuilt binaries come with the packages: there is no compiler here.
RUN npm pack --pack-destination /tmp \
    && npm install --global --prefix /opt/ser2tcp --ignore-scripts --no-audit --no-fund /tmp/ser2tcp-*.tgz

FROM node:22-bookworm-slim
COPY --from=build /opt/ser2tcp /opt/ser2tcp
# A user of its own in dialout, to whom serial devices belong on Debian. Where they belong to another group on the host, give its
# number: docker run --group-add "$(stat -c %g /dev/ttyUSB0)". With another user (--user) /config has to be that user's.
RUN useradd --system --groups dialout --home-dir /config --shell /usr/sbin/nologin ser2tcp \
    && install -d -o ser2tcp -g ser2tcp -m 750 /config \
    && install -d -m 1777 /run/ser2tcp \
    && ln -s /opt/ser2tcp/bin/ser2tcp /usr/local/bin/ser2tcp
USER ser2tcp
WORKDIR /config
# The folder, not the file: the program replaces its configuration as a whole.
VOLUME /config
# Unix sockets: one for HEALTHCHECK, and those of the configuration.
VOLUME /run/ser2tcp
EXPOSE 20080
STOPSIGNAL SIGTERM
ENV NODE_ENV=production SER2TCP_LIVE_SOCKET=/run/ser2tcp/live.sock
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["node", "/opt/ser2tcp/lib/node_modules/ser2tcp/deploy/health.mjs"]
# Makes the configuration where there is none yet, and is the program then.
ENTRYPOINT ["node", "/opt/ser2tcp/lib/node_modules/ser2tcp/deploy/container.mjs"]
CMD ["-v", "-c", "/config/config.json"]
