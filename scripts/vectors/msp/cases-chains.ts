import { authority, caseOf, member, memberOf, root, under, type Case } from './case.js';
import { basicConstraints, EXTENSION, issue, keyIdOf, name, pem, subjectKeyId, type Party } from './certificate.js';
import { generalizedTime, hex, utcTime } from './der.js';
import { newKey } from './keys.js';

const pems = (...parties: readonly Party[]): ReturnType<typeof pem>[] => parties.map(({ der }) => pem(der));

function shape(): Case[] {
  const middle = authority('middle', { issuer: root });
  const lower = authority('lower', { issuer: middle });
  const lone = authority('lone', { issuer: root });
  const second = authority('second');
  const below = memberOf(lower);
  const tree = (...intermediates: Party[]) => ({ roots: pems(root), intermediates: pems(...intermediates) });
  return [
    caseOf('one root twice', { roots: pems(root, root) }, pem(member.der)),
    caseOf('two roots', { roots: pems(second, root) }, pem(member.der)),
    caseOf('no root', { roots: [] }, pem(member.der)),
    caseOf('another root', { roots: pems(second) }, pem(member.der)),
    caseOf('an intermediate', tree(middle), pem(memberOf(middle).der)),
    caseOf('an intermediate twice', tree(middle, middle), pem(memberOf(middle).der)),
    caseOf('an intermediate that is missing', tree(), pem(memberOf(middle).der)),
    caseOf('an intermediate under an intermediate', tree(lower, middle), pem(below.der)),
    caseOf('a gap above an intermediate', tree(lower), pem(below.der)),
    caseOf('a gap below an intermediate', tree(middle), pem(below.der)),
    caseOf('a member of an inner authority', tree(middle, lower), pem(memberOf(middle).der)),
    caseOf('a member of a root above others', tree(middle), pem(member.der)),
    caseOf('a member of one of two intermediates', tree(middle, lone), pem(memberOf(lone).der)),
    caseOf('a root among the intermediates too', { roots: pems(root), intermediates: pems(root) }, pem(member.der)),
    caseOf('an intermediate among the roots', { roots: pems(middle) }, pem(memberOf(middle).der)),
    caseOf(
      'an intermediate among the roots too',
      { roots: pems(root, middle), intermediates: pems(middle) },
      pem(memberOf(middle).der),
    ),
    caseOf('a root as the identity', { roots: pems(root) }, pem(root.der)),
    caseOf('an intermediate as the identity', tree(middle), pem(middle.der)),
    caseOf('a member among the roots', { roots: pems(root, member) }, pem(member.der)),
    caseOf('a member as an intermediate', tree(member), pem(memberOf(member).der)),
    under('a self-signed member', root, issue({ name: name('self', ['peer']) })),
    under('an authority below as the identity', root, authority('sub', { issuer: root, name: name('sub', ['peer']) })),
  ];
}

function crossed(): Case[] {
  const key = newKey();
  const second = authority('second');
  const [one, two] = [root, second].map((issuer) => authority('middle', { key, issuer }));
  const renewed = authority('root', { key: root.key });
  const impostor = authority('root');
  const [middle = root, cross = root] = [one, two];
  const intermediates = pems(middle, cross);
  return [
    caseOf('crossed, both roots', { roots: pems(root, second), intermediates }, pem(memberOf(middle).der)),
    caseOf('crossed, one root', { roots: pems(root), intermediates }, pem(memberOf(middle).der)),
    caseOf(
      'crossed, one intermediate',
      { roots: pems(root, second), intermediates: pems(cross) },
      pem(memberOf(middle).der),
    ),
    caseOf('a root renewed with its key', { roots: pems(root, renewed) }, pem(member.der)),
    caseOf('a renewed root alone', { roots: pems(renewed) }, pem(member.der)),
    caseOf('two roots of one name', { roots: pems(root, impostor) }, pem(member.der)),
    caseOf('a root of the same name', { roots: pems(impostor) }, pem(member.der)),
  ];
}

function limited(): Case[] {
  const short = authority('short', { extensions: [basicConstraints(true, 0)] });
  const below = authority('below', { issuer: short });
  const one = authority('one', { extensions: [basicConstraints(true, 1)] });
  const belowOne = authority('below', { issuer: one });
  const chain = Array.from({ length: 8 }, (_, at) => at).reduce<Party[]>(
    (parties, at) => [...parties, authority(`level ${at}`, { issuer: parties.at(-1) ?? root })],
    [],
  );
  const lowest = chain.at(-1) ?? root;
  const plain = authority('plain', { without: [EXTENSION.constraints] });
  const denied = authority('denied', { extensions: [basicConstraints(false)] });
  const below5 = { roots: pems(root), intermediates: pems(...chain) };
  return [
    under('path length 0, a member', short, memberOf(short)),
    caseOf(
      'path length 0, an intermediate',
      { roots: pems(short), intermediates: pems(below) },
      pem(memberOf(below).der),
    ),
    caseOf('path length 1', { roots: pems(one), intermediates: pems(belowOne) }, pem(memberOf(belowOne).der)),
    caseOf('eight intermediates', below5, pem(memberOf(lowest).der)),
    under('a root without basic constraints', plain, memberOf(plain)),
    under('a root that is no authority', denied, memberOf(denied)),
    under('a member with a path length', root, memberOf(root, { extensions: [basicConstraints(false, 0)] })),
    under('a member without basic constraints', root, memberOf(root, { without: [EXTENSION.constraints] })),
  ];
}

function named(): Case[] {
  const bare = authority('bare', { without: [EXTENSION.keyId] });
  const empty = authority('empty', { extensions: [subjectKeyId(hex(''))] });
  const bareMiddle = authority('middle', { issuer: root, without: [EXTENSION.keyId] });
  const foreign = { oid: EXTENSION.authorityKeyId, value: hex('30068004deadbeef') };
  const twins = [1, 2].map(() => authority('twin', { extensions: [subjectKeyId(hex('00'.repeat(20)))] }));
  return [
    under('a root without key identifier', bare, memberOf(bare)),
    under('a root with an empty key identifier', empty, memberOf(empty)),
    caseOf('an intermediate without key identifier', { roots: pems(root), intermediates: pems(bareMiddle) }, pem(member.der)),
    under('a member without authority key identifier', root, memberOf(root, { without: [EXTENSION.authorityKeyId] })),
    under('a member with a foreign authority key identifier', root, memberOf(root, { extensions: [foreign] })),
    under('a member without key identifier', root, memberOf(root, { without: [EXTENSION.keyId] })),
    caseOf('two roots of one key identifier', { roots: pems(...twins) }, pem(memberOf(twins[0] ?? root).der)),
    under('a member of an issuer by another name', root, memberOf(root, { statedIssuer: name('roof') })),
    under('a member with the key identifier of its authority', root, memberOf(root, { extensions: [subjectKeyId(keyIdOf(root.key))] })),
  ];
}

function timed(): Case[] {
  const old = authority('old', { from: utcTime('200101000000Z'), until: utcTime('210101000000Z') });
  const at = (from: string, until = '300101000000Z', issuer = old): Party =>
    memberOf(issuer, { from: utcTime(from), until: utcTime(until) });
  const middle = authority('m', { issuer: root, from: utcTime('260701000000Z'), until: utcTime('260801000000Z') });
  const withMiddle = { roots: pems(root), intermediates: pems(middle) };
  const late = authority('late', { from: utcTime('400101000000Z'), until: utcTime('410101000000Z') });
  const turned = authority('turned', { until: utcTime('250101000000Z') });
  const spelled = (from: ReturnType<typeof utcTime>): Party => memberOf(root, { from });
  return [
    under('an ended root, a member from its time', old, at('200601000000Z')),
    under('an ended root, a member from after', old, at('210601000000Z')),
    under('a member from before its root', old, at('190601000000Z')),
    under('a member from the last second of its root', old, at('201231235959Z')),
    under('a member from the end of its root', old, at('210101000000Z')),
    under('an ended member', root, at('260601000000Z', '260602000000Z', root)),
    under('a member of one second', root, at('260601000000Z', '260601000001Z', root)),
    under('a member of no time', root, at('260601000000Z', '260601000000Z', root)),
    under('a member that ends before it begins', root, at('260701000000Z', '260601000000Z', root)),
    under('a root that ends before it begins', turned, memberOf(turned)),
    under('a root of the future', late, at('400601000000Z', '400701000000Z', late)),
    caseOf('an ended intermediate, a member from its time', withMiddle, pem(at('260715000000Z', '300101000000Z', middle).der)),
    caseOf('an ended intermediate, a member from after', withMiddle, pem(at('260815000000Z', '300101000000Z', middle).der)),
    under('times in GeneralizedTime', root, spelled(generalizedTime('20260601000000Z'))),
    under('a time with a zone', root, spelled(utcTime('260601000000+0100'))),
    under('a time without seconds', root, spelled(utcTime('2606010000Z'))),
    under('a time with a fraction', root, spelled(generalizedTime('20260601000000.5Z'))),
    under('a time that never was', root, spelled(utcTime('260231000000Z'))),
    under('a time without zone', root, spelled(utcTime('260601000000'))),
  ];
}

/** Chains (Go's crypto/x509, as fabric:msp/mspimpl.go asks it), names of keys, times. */
export const chainCases = (): readonly Case[] => [...shape(), ...crossed(), ...limited(), ...named(), ...timed()];
