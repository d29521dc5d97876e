import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Metadata, Server as GrpcServer, ServerCredentials, status, type sendUnaryData } from '@grpc/grpc-js';
import { discovery } from '@hyperledger/fabric-protos';

/** Something that listens until it is closed. */
export interface Listening {
  close(): Promise<void>;
}

/** PEM of a server's own key and certificate, and of the authority that it asks its clients' certificates of. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

async function listening(server: Server, port: number): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  server.listen({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Shows a certificate and says nothing, as far as TLS goes like an orderer. */
export const tlsServer = (
  { cert, key }: Pick<TlsOptions, 'cert' | 'key'>,
  port: number,
): Promise<Listening> =>
  listening(
    createTlsServer({ cert, key, ALPNProtocols: ['h2'] }, (socket) => socket.on('error', () => undefined)),
    port,
  );

/** Greets those that show a certificate of its authority, as chaincode does. */
export function chaincodeServer({ cert, key, ca }: Credentials, port: number): Promise<Listening> {
  const server = createSecureServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true });
  server.on('sessionError', () => undefined);
  return listening(server, port);
}

export const httpServer = (answer: RequestListener, port: number): Promise<Listening> =>
  listening(createHttpServer(answer), port);

export const httpsServer = (
  { cert, key, ca }: Credentials,
  answer: RequestListener,
  port: number,
): Promise<Listening> =>
  listening(createHttpsServer({ cert, key, ca, requestCert: true, rejectUnauthorized: true }, answer), port);

const asIs = (bytes: Buffer): Buffer => bytes;

/** What discovery says when there are endorsers. */
function somebodyEndorses(): Buffer {
  const result = new discovery.QueryResult();
  result.setCcQueryRes(new discovery.ChaincodeQueryResult());
  const response = new discovery.Response();
  response.setResultsList([result]);
  return Buffer.from(response.serializeBinary());
}

/** A peer's Gateway service that refuses everything with what is given, and its discovery, which finds endorsers. */
export async function gatewayServer(
  { cert, key }: Credentials,
  refusal: () => { readonly code: status; readonly details: string },
  port: number,
): Promise<Listening> {
  const server = new GrpcServer();
  const refuse = (_: unknown, callback: sendUnaryData<Buffer>): void =>
    callback({ ...refusal(), metadata: new Metadata() });
  const method = (path: string) => ({
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  });
  server.addService(
    { Endorse: method('/gateway.Gateway/Endorse'), Discover: method('/discovery.Discovery/Discover') },
    {
      Endorse: refuse,
      Discover: (_: unknown, callback: sendUnaryData<Buffer>) => callback(null, somebodyEndorses()),
    },
  );
  const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) };
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createSsl(null, [pair]), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  return {
    close() {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}
