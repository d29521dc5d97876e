import { ALL_ROLES, authority, caseOf, member, memberOf, root, type Case, type Roles } from './case.js';
import { issue, name, pem, type Party } from './certificate.js';

const VERSIONS = ['', 'V1_1', 'V1_3', 'V1_4_2', 'V1_4_3', 'V2_0', 'V3_0'] as const;
const ROOT = pem(root.der);
const holder = (...units: string[]): Party => issue({ name: name('holder', units), issuer: root });
const officer = holder('admin');
const both: Roles = { client: ['client'], peer: ['peer'] };

function versions(): Case[] {
  const orderer = holder('orderer');
  return VERSIONS.flatMap((version) => {
    const v = version || 'none';
    return [
      caseOf(`roles on, a peer, ${v}`, { roots: [ROOT] }, pem(member.der), version),
      caseOf(`roles on, an officer, ${v}`, { roots: [ROOT] }, pem(officer.der), version),
      caseOf(`roles on, an orderer, ${v}`, { roots: [ROOT] }, pem(orderer.der), version),
      caseOf(
        `roles off, a named administrator, ${v}`,
        { roots: [ROOT], roles: undefined, admins: [pem(officer.der)] },
        pem(officer.der),
        version,
      ),
      caseOf(
        `two roles only, a client as administrator, ${v}`,
        { roots: [ROOT], roles: both, admins: [pem(holder('client').der)] },
        pem(member.der),
        version,
      ),
      caseOf(
        `two roles only, an officer as administrator, ${v}`,
        { roots: [ROOT], roles: both, admins: [pem(officer.der)] },
        pem(member.der),
        version,
      ),
      caseOf(`no administrator, roles off, ${v}`, { roots: [ROOT], roles: undefined }, pem(member.der), version),
    ];
  });
}

function together(): Case[] {
  const plain = { roots: [ROOT] };
  const admins = { admins: [pem(officer.der)] };
  return [
    ['V1_1 V3_0', 'V1_1 V2_0', 'V1_3 V1_4_2', 'V2_0 V3_0'].map((all) =>
      caseOf(`capabilities ${all}`, plain, pem(officer.der), all),
    ),
    caseOf('two roles', plain, pem(holder('peer', 'client').der)),
    caseOf('one role twice', plain, pem(holder('peer', 'peer').der)),
    caseOf('a role and a department', plain, pem(holder('sales', 'peer').der)),
    caseOf('no unit', plain, pem(holder().der)),
    caseOf('a department alone', plain, pem(holder('sales').der)),
    caseOf('roles that are off', { ...plain, ...admins, roles: { ...ALL_ROLES, off: true } }, pem(member.der)),
    caseOf('roles that are off, no administrator', { ...plain, roles: { ...ALL_ROLES, off: true } }, pem(member.der)),
    caseOf('roles on, none given', { ...plain, ...admins, roles: {} }, pem(member.der)),
    caseOf('only peers, no administrator', { ...plain, roles: { peer: ['peer'] } }, pem(member.der)),
    caseOf('only officers', { ...plain, roles: { admin: ['admin'] } }, pem(officer.der)),
    caseOf('only officers, a peer', { ...plain, roles: { admin: ['admin'] } }, pem(member.der)),
    caseOf('one unit for two roles', { ...plain, roles: { ...ALL_ROLES, client: ['peer'] } }, pem(member.der)),
    caseOf('a role by another name', { ...plain, roles: { ...ALL_ROLES, peer: ['node'] } }, pem(holder('node').der)),
    caseOf('a role without a name', { ...plain, roles: { ...ALL_ROLES, peer: [''] } }, pem(holder('').der)),
    caseOf('only peers, V1_3', { ...plain, ...admins, roles: { peer: ['peer'] } }, pem(member.der), 'V1_3'),
    caseOf('a peer without a name, V1_3', { ...plain, ...admins, roles: { client: ['client'], peer: [''] } }, pem(member.der), 'V1_3'),
    caseOf('no peers, roles off, V1_3', { ...plain, ...admins, roles: { client: ['client'], off: true } }, pem(member.der), 'V1_3'),
  ].flat();
}

function bound(): Case[] {
  const second = authority('second');
  const middle = authority('middle', { issuer: root });
  const lower = authority('lower', { issuer: middle });
  const roots = { roots: [ROOT, pem(second.der)] };
  const peerOf = (authorityPem: ReturnType<typeof pem>): { roles: Roles } => ({
    roles: { ...ALL_ROLES, peer: ['peer', authorityPem] },
  });
  const tree = { roots: [ROOT], intermediates: [pem(middle.der), pem(lower.der)] };
  return [
    caseOf('a role of the right root', { ...roots, ...peerOf(ROOT) }, pem(member.der)),
    caseOf('a role of another root', { ...roots, ...peerOf(pem(second.der)) }, pem(member.der)),
    caseOf('a role of a stranger', { roots: [ROOT], ...peerOf(pem(second.der)) }, pem(member.der)),
    caseOf('a role of the right intermediate', { ...tree, ...peerOf(pem(lower.der)) }, pem(memberOf(lower).der)),
    caseOf('a role of the root above', { ...tree, ...peerOf(ROOT) }, pem(memberOf(lower).der)),
    caseOf('a role of an inner authority', { ...tree, ...peerOf(pem(middle.der)) }, pem(memberOf(lower).der)),
    caseOf('a listed unit', { roots: [ROOT], units: [['peer', ROOT]] }, pem(member.der)),
    caseOf('a listed unit of nobody', { roots: [ROOT], units: [['sales', ROOT]] }, pem(member.der)),
    caseOf('two listed units', { roots: [ROOT], units: [['sales', ROOT], ['peer', ROOT]] }, pem(member.der)),
    caseOf('a listed unit twice', { roots: [ROOT], units: [['peer', ROOT], ['peer', ROOT]] }, pem(member.der)),
    caseOf('a listed unit without authority', { roots: [ROOT], units: [['peer']] }, pem(member.der)),
    caseOf('a listed unit of another root', { ...roots, units: [['peer', pem(second.der)]] }, pem(member.der)),
    caseOf('a listed unit of a stranger', { roots: [ROOT], units: [['peer', pem(second.der)]] }, pem(member.der)),
    caseOf('a listed unit of a root above', { ...tree, units: [['peer', ROOT]] }, pem(memberOf(lower).der)),
    caseOf('a listed unit of an intermediate', { ...tree, units: [['peer', pem(lower.der)]] }, pem(memberOf(lower).der)),
    caseOf('a listed unit of an inner authority', { ...tree, units: [['peer', pem(middle.der)]] }, pem(memberOf(lower).der)),
  ];
}

function administrators(): Case[] {
  const second = authority('second');
  const foreign = issue({ name: name('f', ['admin']), issuer: second });
  const ended = issue({ name: name('e', ['admin']), issuer: root, until: root.der.slice(0, 0) });
  const on = (title: string, admins: readonly Party[], who = member): Case =>
    caseOf(title, { roots: [ROOT], admins: admins.map(({ der }) => pem(der)) }, pem(who.der));
  const off = (title: string, admins: readonly Party[], who = member): Case =>
    caseOf(title, { roots: [ROOT], roles: undefined, admins: admins.map(({ der }) => pem(der)) }, pem(who.der));
  const ed = issue({ name: name('ed', ['admin']), issuer: root, kind: 'Ed25519' });
  const again = issue({ name: name('holder', ['admin']), issuer: root, key: officer.key });
  return [
    on('a named peer', [member]),
    on('a named client', [holder('client')]),
    on('a named officer', [officer], officer),
    on('a named officer twice', [officer, officer], officer),
    on('a named department', [holder('sales')]),
    on('a named stranger', [foreign]),
    on('a named authority', [root]),
    on('a named officer that is malformed', [ended]),
    on('a named officer with Ed25519', [ed], ed),
    on('a named officer and a client too', [holder('admin', 'client')]),
    off('roles off, a named stranger', [foreign]),
    off('roles off, a named member', [member], member),
    off('roles off, a named authority', [root]),
    off('roles off, a named officer with Ed25519', [ed], ed),
    off('roles off, another certificate of the officer', [officer], again),
  ];
}

function others(): Case[] {
  const tls = authority('tls');
  const plain = issue({ name: name('tls') });
  const nameless = authority('tls', { without: ['2.5.29.14'] });
  const lone = authority('lone', { issuer: authority('far') });
  const hashes = (family: string, identifiers: string): Case =>
    caseOf(`hashes ${family || 'none'} ${identifiers || 'none'}`, { roots: [ROOT], hashes: [family, identifiers] }, pem(member.der));
  const tlsRoots = (title: string, ...parties: Party[]): Case =>
    caseOf(`TLS roots, ${title}`, { roots: [ROOT], tlsRoots: parties.map(({ der }) => pem(der)) }, pem(member.der));
  return [
    hashes('SHA2', 'SHA256'),
    hashes('', ''),
    hashes('SHA2', 'SHA384'),
    hashes('SHA3', 'SHA256'),
    hashes('SHA2', 'SHA3_256'),
    hashes('MD5', 'SHA256'),
    hashes('SHA2', 'SHA1'),
    tlsRoots('one', tls),
    tlsRoots('one twice', tls, tls),
    tlsRoots('no authority', plain),
    tlsRoots('one without key identifier', nameless),
    caseOf('TLS intermediates, one without its root', { roots: [ROOT], tlsRoots: [pem(tls.der)], tlsIntermediates: [pem(lone.der)] }, pem(member.der)),
    caseOf('TLS intermediates, one with its root', { roots: [ROOT], tlsRoots: [pem(tls.der)], tlsIntermediates: [pem(authority('t', { issuer: tls }).der)] }, pem(member.der)),
  ];
}

/** Versions of the MSP, roles and units, administrators, hashes, TLS authorities. */
export const roleCases = (): readonly Case[] => [
  ...versions(),
  ...together(),
  ...bound(),
  ...administrators(),
  ...others(),
];
