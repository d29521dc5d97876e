import { chmod, cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { enroll } from '@tallystick/network/identity';
import {
  createIdentities,
  defaultTopology,
  organisationDirectory,
  type Topology,
} from '@tallystick/network/topology';
import { certificates } from '../../src/doctor/checks/certificates.js';
import { examine, type Finding } from '@tallystick/network/doctor';
import { inDirectory } from '../identity-fixture.js';
import { expectExactly } from './expectations.js';

const DAY = 24 * 60 * 60 * 1000;
const NOW = new Date('2026-06-01T00:00:00Z');
const daysFromNow = (days: number): Date => new Date(NOW.getTime() + days * DAY);

const look = (topology: Topology, now = NOW): Promise<Finding[]> =>
  examine({ topology, now: () => now }, [certificates]);

/** A space of one organisation that issued everything at a moment. */
const withIdentities = (
  issued: Date,
  test: (topology: Topology, organisation: string) => Promise<void>,
): Promise<void> =>
  inDirectory(async (dataDir) => {
    const topology = await defaultTopology({
      dataDir,
      bundle: join(dataDir, 'chaincode.cjs'),
      ledger: 'fabric-raft',
    });
    const [steel] = topology.organisations;
    if (steel === undefined) throw new Error('the space has organisations');
    const one = { ...topology, organisations: [{ ...steel, users: steel.users.slice(0, 1) }] };
    await createIdentities(one, { now: issued });
    await test(one, organisationDirectory(one, steel.mspId));
  });

describe('doctor: certificates', () => {
  it('finds nothing in what was issued just now', () =>
    withIdentities(NOW, async (topology) => expectExactly(await look(topology))));

  it('tells what has expired, and not the authority, which lives longer', () =>
    withIdentities(daysFromNow(-400), async (topology) => {
      const text = /^expired on 2026-04-27$/;
      expectExactly(
        await look(topology),
        ['CERTIFICATE_EXPIRED', /peers\/peer0\/msp\/signcerts\/cert.pem$/, text],
        ['CERTIFICATE_EXPIRED', /peers\/peer0\/tls\/server.crt$/, text],
        ['CERTIFICATE_EXPIRED', /users\/officer\/msp\/signcerts\/cert.pem$/, text],
      );
    }));

  it('tells an authority that has expired', () =>
    withIdentities(daysFromNow(-3700), async (topology) => {
      const findings = await look(topology);
      const authorities = findings.filter(({ subject }) => /cacerts/.test(subject));
      expect(authorities.map(({ code }) => code)).to.deep.equal([
        'CERTIFICATE_EXPIRED',
        'CERTIFICATE_EXPIRED',
      ]);
    }));

  it('warns a month before', () =>
    withIdentities(daysFromNow(-340), async (topology) => {
      const findings = await look(topology);
      expect(new Set(findings.map(({ code }) => code))).to.deep.equal(new Set(['CERTIFICATE_EXPIRES_SOON']));
      expect(findings.map(({ severity }) => severity)).to.include('warning');
      expectExactly(await look(topology, daysFromNow(-10)));
    }));

  it('tells what is not valid yet', () =>
    withIdentities(daysFromNow(2), async (topology) => {
      const findings = await look(topology);
      expect(new Set(findings.map(({ code }) => code))).to.deep.equal(new Set(['CERTIFICATE_NOT_YET_VALID']));
      expect(findings[0]?.text).to.match(/not valid before 2026-06-0[23]/);
    }));

  it('tells a key that is another’s', () =>
    withIdentities(NOW, async (topology, organisation) => {
      await enroll(organisation, { name: 'other', ou: 'client' }, { now: NOW });
      const member = join(organisation, 'users/officer/msp/keystore');
      await cp(join(organisation, 'users/other/msp/keystore/key.pem'), join(member, 'key.pem'));
      expectExactly(await look(topology), [
        'KEY_DOES_NOT_BELONG',
        /users\/officer/,
        /its key is not at .*keystore/,
      ]);
    }));

  it('finds the key among several, whatever it is called', () =>
    withIdentities(NOW, async (topology, organisation) => {
      await enroll(organisation, { name: 'other', ou: 'client' }, { now: NOW });
      const member = join(organisation, 'users/officer/msp/keystore');
      await cp(join(organisation, 'users/other/msp/keystore/key.pem'), join(member, 'a_sk'));
      expectExactly(await look(topology));
    }));

  it('tells a key that others can read', () =>
    withIdentities(NOW, async (topology, organisation) => {
      await chmod(join(organisation, 'peers/peer0/tls/server.key'), 0o644);
      expectExactly(await look(topology), ['KEY_OPEN', /peers\/peer0\/tls\/server.key$/]);
    }));

  it('tells a certificate of another authority', () =>
    withIdentities(NOW, (topology, organisation) =>
      withIdentities(NOW, async (_, elsewhere) => {
        await rm(join(organisation, 'peers/peer0/tls'), { recursive: true });
        await cp(join(elsewhere, 'peers/peer0/tls'), join(organisation, 'peers/peer0/tls'), {
          recursive: true,
        });
        expectExactly(await look(topology), [
          'CERTIFICATE_NOT_ISSUED_HERE',
          /peers\/peer0\/tls\/server.crt$/,
          /tlsca.pem$/,
        ]);
      }),
    ));

  it('tells files that are missing or no certificates', () =>
    withIdentities(NOW, async (topology, organisation) => {
      await rm(join(organisation, 'peers/peer0/msp/signcerts/cert.pem'));
      await writeFile(join(organisation, 'peers/peer0/tls/server.crt'), 'nothing');
      expectExactly(
        await look(topology),
        ['FILE_UNREADABLE', /peer0\/msp\/signcerts/, /ENOENT/],
        ['FILE_UNREADABLE', /peer0\/tls\/server.crt/],
      );
    }));

  it('tells an organisation that is not there at all, once', () =>
    withIdentities(NOW, async (topology, organisation) => {
      await rm(organisation, { recursive: true });
      expectExactly(await look(topology), ['FILE_UNREADABLE', organisation, /is not there/]);
    }));
});
