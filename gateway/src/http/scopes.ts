import { descriptors } from '@tallystick/chaincode/model';

type Contract = keyof typeof descriptors;

/**
 * What an API key may do: `read` everything its organisation can see; `<contract>:write` make the transactions
 * of one contract and the use cases built on them; `blocks:read` where blocks are not public; `admin` manage keys; `*` all.
 */
export type Scope = '*' | 'read' | 'blocks:read' | 'admin' | `${Contract}:write`;

const contracts = Object.keys(descriptors) as Contract[];

export const allScopes: readonly Scope[] = [
  '*',
  'read',
  'blocks:read',
  'admin',
  ...contracts.map((contract): Scope => `${contract}:write`),
];

export const isPermitted = (held: readonly string[], needed: Scope): boolean =>
  held.includes('*') || held.includes(needed);
