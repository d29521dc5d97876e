# The chaincode as a service. Built from the root of the project:
#   docker build -f network/docker/chaincode.Dockerfile -t tallystick-chaincode:0.1.0 .
FROM node:20.20.0-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json tsconfig.base.json ./
COPY chaincode ./chaincode
COPY verifier/package.json verifier/
COPY gateway/package.json gateway/
COPY network/package.json network/
# The scripts of packages are of no use here, and nobody has looked at them.
RUN npm ci --ignore-scripts --workspace @tallystick/chaincode --include-workspace-root \
  && npm run bundle --workspace @tallystick/chaincode

FROM node:20.20.0-bookworm-slim
ENV NODE_ENV=production
# One file. Its digest must be the one in the package that organisations have approved: compare it with the .sha256 beside it.
COPY --from=build /build/chaincode/dist/tallystick-chaincode.cjs /build/chaincode/dist/tallystick-chaincode.cjs.sha256 /opt/tallystick/
# The user `node` of the image.
USER 1000:1000
ENV CORE_CHAINCODE_ADDRESS=0.0.0.0:9999 \
    CORE_CHAINCODE_OPERATIONS_ADDRESS=0.0.0.0:9443
EXPOSE 9999 9443
HEALTHCHECK --interval=5s --timeout=2s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9443/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/tallystick/tallystick-chaincode.cjs"]
