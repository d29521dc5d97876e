import { equalBytes } from '@noble/curves/utils.js';
import { Message } from '../bytes/protobuf.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { parsePem, type Certificate } from '../x509/certificate.js';
import type { NodeRole } from './identity.js';

/** msp.FabricOUIdentifier: an organisational unit, maybe of one authority only. */
export interface UnitIdentifier {
  readonly unit: string;
  readonly authority: Certificate | undefined;
}

interface RoleUnit extends UnitIdentifier {
  readonly role: NodeRole;
}

/** Field numbers of msp.FabricNodeOUs. */
const ROLES: readonly (readonly [number, NodeRole])[] = [
  [2, 'client'],
  [3, 'peer'],
  [4, 'admin'],
  [5, 'orderer'],
];
const ENABLE = 1;

export function readUnit(bytes: Uint8Array): UnitIdentifier {
  const identifier = Message.readKnown(bytes, { fields: [1, 2] });
  const authority = identifier.bytes(1);
  return { unit: identifier.text(2), authority: authority.length === 0 ? undefined : parsePem(authority) };
}

/** Whether the authority right above an identity is the one that a unit is bound to, if it is bound. */
export const isCertifiedBy = ({ authority }: UnitIdentifier, issuer: Certificate): boolean =>
  authority === undefined || equalBytes(authority.signed, issuer.signed);

/** Roles by organisational unit (msp.FabricNodeOUs; fabric:msp/mspimplvalidate.go, validateIdentityOUsV142). */
export class NodeOus {
  readonly #units: readonly RoleUnit[];

  private constructor(units: readonly RoleUnit[]) {
    this.#units = units;
  }

  /** `undefined` where roles are off: not configured, not enabled, or without a single unit. @throws Rejection MALFORMED */
  static read(bytes: Uint8Array): NodeOus | undefined {
    const config = Message.readKnown(bytes, { fields: [ENABLE, ...ROLES.map(([field]) => field)] });
    const present = ROLES.filter(([field]) => config.has(field));
    if (config.number(ENABLE) === 0n || present.length === 0) return undefined;
    const units = present.map(([field, role]) => ({ role, ...readUnit(config.bytes(field)) }));
    const isDistinct = new Set(units.map(({ unit }) => unit)).size === units.length;
    rejectUnless(isDistinct, 'MALFORMED', { what: 'one organisational unit for two roles' });
    return new NodeOus(units);
  }

  /** The one role of a certificate that this authority issued. @throws Rejection ROLE_MISSING unless there is exactly one */
  roleOf({ organisationalUnits, commonName }: Certificate, issuer: Certificate): NodeRole {
    const found = organisationalUnits.flatMap((name) => this.#units.filter(({ unit }) => unit === name));
    const [only] = found;
    const isOne = only !== undefined && found.length === 1 && isCertifiedBy(only, issuer);
    if (!isOne) throw new Rejection('ROLE_MISSING', { subject: commonName, roles: `${found.length}` });
    return only.role;
  }
}
