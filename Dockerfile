# One image for the server, the MCP server and the migrations: they differ by their command only.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/protocol/package.json packages/protocol/
COPY packages/sdk/package.json packages/sdk/
COPY packages/mcp-tools/package.json packages/mcp-tools/
COPY packages/cli/package.json packages/cli/
RUN npm ci
COPY . .
RUN node scripts/build.mjs
# The weights are part of the image: fetching them at run time fails when a whole fleet starts and the hub says 429.
RUN node dist/src/modelFetch.js --dir /models
# onnxruntime-node brings every platform's binaries (245 MB) and transformers a browser build (141 MB) that Node never
# loads; the image is built for the platform it runs on.
RUN npm ci --omit=dev \
 && cd node_modules/onnxruntime-node/bin/napi-v* \
 && find . -mindepth 1 -maxdepth 1 ! -name linux -exec rm -r {} + \
 && find linux -mindepth 1 -maxdepth 1 ! -name "$(node -p process.arch)" -exec rm -r {} + \
 && rm -r /app/node_modules/onnxruntime-web/dist /app/dist/test

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data EMBEDDING_MODEL_DIR=/models
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/dist dist
COPY --from=build /app/scripts/start.mjs /app/scripts/supervise.mjs /app/scripts/installMissing.mjs scripts/
COPY --from=build /models /models
USER node
EXPOSE 8080 8001
# The server stops gracefully on SIGTERM within SHUTDOWN_TIMEOUT_MS (25 s): give it longer than Docker's 10 s.
STOPSIGNAL SIGTERM
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
