# An organisation's gateway. Built from the root of the project:
#   docker build -f network/docker/gateway.Dockerfile -t tallystick-gateway:0.1.0 .
FROM node:20.20.0-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json tsconfig.base.json ./
COPY chaincode ./chaincode
COPY gateway ./gateway
COPY verifier/package.json verifier/
COPY network/package.json network/
RUN npm ci --ignore-scripts --workspace @tallystick/gateway --workspace @tallystick/chaincode --include-workspace-root \
  && npx tsc -b chaincode gateway
RUN npm ci --ignore-scripts --omit=dev --workspace @tallystick/gateway --workspace @tallystick/chaincode

FROM node:20.20.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/tallystick
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/chaincode/package.json ./chaincode/
COPY --from=build /build/chaincode/dist ./chaincode/dist
COPY --from=build /build/gateway/package.json ./gateway/
COPY --from=build /build/gateway/dist ./gateway/dist
# Owned by who runs: a new volume takes this over.
RUN mkdir -p /var/lib/tallystick && chown node:node /var/lib/tallystick
# The user `node` of the image.
USER 1000:1000
ENV TALLYSTICK_DATA_DIR=/var/lib/tallystick \
    TALLYSTICK_LISTEN=0.0.0.0:8080
VOLUME /var/lib/tallystick
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=2s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "gateway/dist/main.js"]
