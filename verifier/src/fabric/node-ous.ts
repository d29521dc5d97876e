import { Message } from '../bytes/protobuf.js';
import { Rejection, rejectUnless } from '../rejection.js';
import type { MspVersion } from './capabilities.js';
import type { NodeRole } from './identity.js';

/** msp.FabricOUIdentifier: an organisational unit, maybe of one authority only. */
export interface ConfiguredUnit {
  readonly unit: string;
  /** PEM. */
  readonly authority: Uint8Array | undefined;
}

/** A unit, and for which chains it counts: by SHA-256 over their authorities, hex; `undefined` for all of them. */
export interface Unit {
  readonly unit: string;
  readonly certifiers: string | undefined;
}

interface ConfiguredRole extends ConfiguredUnit {
  readonly role: NodeRole;
}

/** msp.FabricNodeOUs. */
export interface ConfiguredRoles {
  readonly isEnabled: boolean;
  readonly units: readonly ConfiguredRole[];
}

/** Field numbers of msp.FabricNodeOUs. */
const ROLES: readonly (readonly [number, NodeRole])[] = [
  [2, 'client'],
  [3, 'peer'],
  [4, 'admin'],
  [5, 'orderer'],
];
/** The roles there were before version 1.4.3, and both had to be configured. */
const OLD_ROLES: readonly NodeRole[] = ['client', 'peer'];
const ENABLE = 1;

/** @throws Rejection MALFORMED, DUPLICATE_FIELD */
export function readUnit(bytes: Uint8Array): ConfiguredUnit {
  const identifier = Message.readKnown(bytes, { fields: [1, 2] });
  const authority = identifier.bytes(1);
  return { unit: identifier.text(2), authority: authority.length === 0 ? undefined : authority };
}

/**
 * Which units give which role (fabric:msp/mspimplsetup.go, setupNodeOUs, setupNodeOUsV142). @param bytes `undefined` where nothing is
 * configured. @throws Rejection MALFORMED, DUPLICATE_FIELD for what Fabric does not set up
 */
export function readRoles(bytes: Uint8Array | undefined, version: MspVersion): ConfiguredRoles {
  if (bytes === undefined || version === '1.0') return { isEnabled: false, units: [] };
  const config = Message.readKnown(bytes, { fields: [ENABLE, ...ROLES.map(([field]) => field)] });
  const isOld = version === '1.1' || version === '1.3';
  const units = ROLES.filter(
    ([field, role]) => config.has(field) && (!isOld || OLD_ROLES.includes(role)),
  ).map(([field, role]) => ({ role, ...readUnit(config.bytes(field)) }));
  const isWhole = OLD_ROLES.every((role) => units.some((each) => each.role === role && each.unit !== ''));
  rejectUnless(!isOld || isWhole, 'MALFORMED', { what: 'a role without its organisational unit' });
  return { isEnabled: config.number(ENABLE) !== 0n && units.length > 0, units };
}

/** Roles by organisational unit; several where one unit is configured for several. */
export class NodeOus {
  readonly #roles: readonly (Unit & { readonly role: NodeRole })[];

  constructor(roles: readonly (Unit & { readonly role: NodeRole })[]) {
    this.#roles = roles;
  }

  /**
   * The roles of a certificate with these units (fabric:msp/mspimplvalidate.go, validateIdentityOUsV142).
   * @throws Rejection ROLE_MISSING unless exactly one of its units gives one, and the unit counts for its chain
   */
  rolesOf(organisationalUnits: readonly string[], certifiers: string): NodeRole[] {
    const given = organisationalUnits.filter((name) => this.#of(name).length > 0);
    const [only = ''] = given;
    // Of several units by one name Fabric asks the last.
    const bound = this.#of(only).at(-1)?.certifiers;
    const isOne = given.length === 1 && (bound === undefined || bound === certifiers);
    if (!isOne) throw new Rejection('ROLE_MISSING', { roles: `${given.length}` });
    return this.rolesIn(organisationalUnits);
  }

  /** Roles that units give, wherever they count. */
  rolesIn(organisationalUnits: readonly string[]): NodeRole[] {
    return this.#roles.filter(({ unit }) => organisationalUnits.includes(unit)).map(({ role }) => role);
  }

  get hasAdministrators(): boolean {
    return this.#roles.some(({ role }) => role === 'admin');
  }

  #of(name: string): readonly Unit[] {
    return this.#roles.filter(({ unit }) => unit === name);
  }
}
