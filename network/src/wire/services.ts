import type { MethodDefinition } from '@grpc/grpc-js';
import { decode, type MessageType } from './decode.js';

/** Generated definitions carry the classes of their messages beside what grpc-js declares. */
type Generated = Partial<Record<'requestType' | 'responseType', MessageType<unknown>>>;

function strictMethod<M extends MethodDefinition<never, never>>(method: M): M {
  const { requestType, responseType } = method as Generated;
  return {
    ...method,
    ...(requestType && { requestDeserialize: (bytes: Buffer) => decode(requestType, bytes) }),
    ...(responseType && { responseDeserialize: (bytes: Buffer) => decode(responseType, bytes) }),
  };
}

/** A generated gRPC service whose messages are read by `decode`, before anything of ours sees them. */
export const strictly = <S extends object>(service: S): S =>
  Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      strictMethod(method as MethodDefinition<never, never>),
    ]),
  ) as S;
