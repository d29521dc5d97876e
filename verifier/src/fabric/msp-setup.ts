import type { Signatures } from '../crypto/signature.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { uniqueChain, type Authorities } from '../x509/go-chains.js';
import type { Profiled } from '../x509/profile.js';
import type { MspVersion } from './capabilities.js';
import type { NodeRole } from './identity.js';
import { Membership, sanitized, type MemberChain, type Standing } from './membership.js';
import { readConfigured, type Material } from './msp-material.js';
import { NodeOus, type ConfiguredUnit, type Unit } from './node-ous.js';

async function eachOf<T, R>(list: readonly T[], make: (each: T) => Promise<R>): Promise<R[]> {
  const made: R[] = [];
  for (const each of list) made.push(await make(each));
  return made;
}

/**
 * What an organisation configured, set up as Fabric does (fabric:msp/mspimplsetup.go; setupV1, setupV11, setupV142, setupV3). What Fabric
 * does not set up cannot be in force on a ledger, so that nobody is a member by it.
 * @throws Rejection CHAIN_BROKEN, REVOKED, ROLE_MISSING, MALFORMED, CERTIFICATE_MALFORMED; NotEvaluated ALGORITHM_NOT_ACCEPTED
 */
export async function setUp(
  material: Material,
  version: MspVersion,
  signatures: Signatures,
): Promise<Standing> {
  rejectUnless(material.roots.length > 0, 'MALFORMED', { what: 'an MSP without a root' });
  const kept = (certificate: Profiled): Promise<Profiled> => sanitized(certificate, material, signatures);
  const authorities = {
    roots: await eachOf(material.roots, kept),
    intermediates: await eachOf(material.intermediates, kept),
  };
  const inner = await innerOf(authorities, signatures);
  const membership = new Membership(authorities, inner, material, version, signatures);
  await assertAuthorities(membership, authorities, signatures);
  await assertAuthorities(membership, material.tls, signatures);
  const units = await eachOf(material.units, (unit) => listed(unit, membership));
  const roles = await eachOf(material.roles.units, async ({ role, ...unit }) => ({
    role,
    ...(unit.authority === undefined
      ? { unit: unit.unit, certifiers: undefined }
      : await listed(unit, membership)),
  }));
  const nodeOus = material.roles.isEnabled ? new NodeOus(roles) : undefined;
  const admins = await eachOf(material.admins, (admin) => sanitized(admin, authorities, signatures));
  const standing = {
    membership,
    units,
    nodeOus,
    admins: new Set(admins.map(({ fingerprint }) => fingerprint)),
  };
  await assertAdministrators(admins, standing, version);
  return standing;
}

async function innerOf(authorities: Authorities, signatures: Signatures): Promise<Set<string>> {
  const chains = await eachOf(authorities.intermediates, (each) =>
    uniqueChain(each, authorities, signatures),
  );
  return new Set(chains.flatMap(([, ...above]) => above.map(({ fingerprint }) => fingerprint)));
}

/** Those of TLS, too: Fabric sets up no organisation with wrong ones. */
async function assertAuthorities(
  membership: Membership,
  authorities: Authorities,
  signatures: Signatures,
): Promise<void> {
  for (const each of [...authorities.roots, ...authorities.intermediates]) {
    const facts = { subject: each.commonName, what: 'no authority, or one without key identifier' };
    rejectUnless(each.isAuthority && each.keyId !== undefined, 'CHAIN_BROKEN', facts);
    const [certificate, issuer, ...above] = await uniqueChain(each, authorities, signatures);
    const chain: MemberChain | undefined = issuer && [certificate, issuer, ...above];
    if (chain !== undefined) await membership.assertNotRevoked(chain);
  }
}

async function listed({ unit, authority }: ConfiguredUnit, membership: Membership): Promise<Unit> {
  if (authority === undefined) throw new Rejection('MALFORMED', { what: 'a unit without its authority' });
  return { unit, certifiers: await membership.certifiersUnder(readConfigured(authority)) };
}

/** Named administrators are members; under roles they are clients, or since version 1.4.3 administrators. */
async function assertAdministrators(
  admins: readonly Profiled[],
  standing: Standing,
  version: MspVersion,
): Promise<void> {
  const isNew = version === '1.4.3' || version === '3.0';
  const areKnown = !isNew || admins.length > 0 || standing.nodeOus?.hasAdministrators === true;
  rejectUnless(areKnown, 'MALFORMED', { what: 'neither administrators nor a unit of them' });
  for (const admin of admins) {
    const roles = isNew ? await rolesOfNew(admin, standing) : await rolesOfOld(admin, standing);
    const isAllowed = roles === undefined || roles.includes('client') || (isNew && roles.includes('admin'));
    rejectUnless(isAllowed, 'ROLE_MISSING', { subject: admin.commonName });
  }
}

/** Under roles, an administrator who is revoked, or has two roles, is one all the same: Fabric looks at the chain alone. */
async function rolesOfNew(admin: Profiled, standing: Standing): Promise<readonly NodeRole[] | undefined> {
  if (standing.nodeOus === undefined) return rolesOfOld(admin, standing);
  await standing.membership.chainOf(admin);
  return standing.nodeOus.rolesIn(admin.organisationalUnits);
}

/** `undefined` where roles are off. */
async function rolesOfOld(
  admin: Profiled,
  { membership, units, nodeOus }: Standing,
): Promise<readonly NodeRole[] | undefined> {
  const [, ...above] = await membership.validated(admin, units);
  return nodeOus?.rolesOf(admin.organisationalUnits, membership.certifiersOf(above));
}
