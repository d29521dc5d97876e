import { encode, type AnyDescriptor } from '@tallystick/chaincode/model';
import { JSON_TYPE } from '../http/answer.js';
import type { KeyedRoute } from '../http/route.js';
import type { Scope } from '../http/scopes.js';
import type { Ports } from './ports.js';
import { submit, type Notes } from './submission.js';
import { ENVELOPE_TYPE, readTransaction, type TransactionBody } from './transaction-body.js';
import { transactionDoc } from './transaction-doc.js';

/** What is written down at home when requests of this transaction are sent; `undefined` when nothing is. */
export type Note = (
  descriptor: AnyDescriptor,
  requests: readonly unknown[],
  /** Name of the identity that signs them. */
  identity: string,
) => Notes | undefined;

/** Resources are named in the plural, whatever the contract is called. */
const resourceOf = (contract: string): string => (contract === 'usage' ? 'usages' : contract);

/** `claims:AcceptTransfer` is at `/claims/accept-transfer`, `usage:Answer` at `/usages/answer`. */
export function transactionPath({ name }: AnyDescriptor): string {
  const [contract = '', verb = ''] = name.split(':');
  return `/${resourceOf(contract)}/${verb.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}`;
}

/** The route of one transaction: everything about it follows from its descriptor. */
function transactionRoute(ports: Ports, descriptor: AnyDescriptor, note?: Note): KeyedRoute {
  const [contract = ''] = descriptor.name.split(':');
  return {
    method: 'post',
    path: transactionPath(descriptor),
    scope: `${contract}:write` as Scope,
    accepts: { types: [JSON_TYPE, ENVELOPE_TYPE] },
    isIdempotent: true,
    doc: transactionDoc(descriptor, resourceOf(contract)),
    handle: async (exchange) => {
      const body = readTransaction(descriptor, exchange.mediaType === ENVELOPE_TYPE, exchange.body);
      if (body.openings.length > 0) await ports.keepOpenings(body.openings);
      const submission = {
        identity: exchange.principal.identity,
        transaction: descriptor.name,
        ...sent(body),
      };
      return submit(ports, exchange, submission, note?.(descriptor, body.requests, submission.identity));
    },
  };
}

/** Every transaction of a contract. */
export const transactionRoutes = (
  ports: Ports,
  contract: Readonly<Record<string, unknown>>,
  note?: Note,
): KeyedRoute[] =>
  Object.values(contract).map((descriptor) => transactionRoute(ports, descriptor as AnyDescriptor, note));

// The transient field that chaincode/src/contract reads.
const sent = ({
  argument,
  openings,
  endorsers,
}: TransactionBody): {
  argument: string;
  transient?: Record<string, Uint8Array>;
  endorsers?: readonly string[];
} => ({
  argument,
  ...(openings.length > 0 && { transient: { openings: Buffer.from(encode(openings)) } }),
  ...(endorsers && { endorsers }),
});
