import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Message } from '../src/bytes/protobuf.js';
import { mspVersionOf } from '../src/fabric/capabilities.js';
import type { Identity } from '../src/fabric/identity.js';
import { readMsp } from '../src/fabric/msp.js';
import { readPrincipal } from '../src/fabric/principals.js';
import { NotEvaluated, Rejection } from '../src/rejection.js';
import { parseCommittedPem } from '../src/x509/certificate.js';
import { signatures } from './organisation-fixture.js';

const VECTORS = join(import.meta.dirname, '../../test/vectors/msp');
const ROLES = ['MEMBER', 'ADMIN', 'CLIENT', 'PEER', 'ORDERER'];
const MOST_DIFFERENCES = 0.05;

interface Vector {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly config: string;
  readonly identity: string;
  readonly fabric: {
    readonly setup: string;
    readonly deserialize: string;
    readonly validate: string;
    readonly roles: readonly string[];
    readonly id?: string;
    readonly certifiers?: string;
  };
}

type Answer =
  | 'refused'
  | 'not evaluated'
  | ({ readonly roles: readonly string[] } & Pick<Vector['fabric'], 'id' | 'certifiers'>);

/** Each with its reason in the vectors' README. */
const DIFFERENCES: Readonly<Record<string, 'refused' | 'not evaluated'>> = {
  'a root with P-224': 'not evaluated',
  'hashes SHA3 SHA256': 'not evaluated',
  'hashes SHA2 SHA3_256': 'not evaluated',
  'hashes MD5 SHA256': 'refused',
};
/** Fabric names a certificate by the hash that is configured; here it is always SHA-256. */
const OTHER_IDS = ['hashes SHA2 SHA384'];

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

/** msp.MSPPrincipal of a role. */
function principal(mspId: string, role: string): Uint8Array {
  const content = [0x0a, mspId.length, ...Buffer.from(mspId), 0x10, ROLES.indexOf(role)];
  return Uint8Array.of(0x12, content.length, ...content);
}

async function identified({ capabilities, config, identity }: Vector): Promise<Identity> {
  const msp = readMsp(bytes(config), signatures, mspVersionOf(capabilities));
  const pem = Message.read(bytes(identity), { fields: [1, 2] }).bytes(2);
  return msp.identify(parseCommittedPem(pem));
}

async function answerTo(vector: Vector): Promise<Answer> {
  try {
    const identity = await identified(vector);
    const roles = ROLES.filter((role) => readPrincipal(principal(identity.mspId, role))(identity));
    const { certifiers } = vector.fabric;
    return {
      roles,
      id: identity.certificate.fingerprint,
      ...(certifiers !== undefined && { certifiers: identity.certifiers ?? '' }),
    };
  } catch (error) {
    if (error instanceof NotEvaluated) return 'not evaluated';
    if (error instanceof Rejection) return 'refused';
    throw error;
  }
}

function expected({ fabric: { setup, deserialize, validate, ...member } }: Vector): Answer {
  return [setup, deserialize, validate].some((error) => error !== '') ? 'refused' : member;
}

const withoutId = (answer: Answer): Answer => (typeof answer === 'string' ? answer : { ...answer, id: '' });

describe('vectors of MSP material', () => {
  const files = readdirSync(VECTORS).filter((file) => file.endsWith('.json'));
  const vectors = new Map<string, Vector>();
  for (const file of files) {
    const read = JSON.parse(readFileSync(join(VECTORS, file), 'utf8')) as Vector[];
    for (const vector of read) vectors.set(`${file} ${vector.name}`, vector);
    it(`${file}: says what Fabric says`, async () => {
      for (const vector of read.filter(({ name }) => !(name in DIFFERENCES))) {
        const isOther = OTHER_IDS.includes(vector.name);
        const [ours, theirs] = [await answerTo(vector), expected(vector)].map(
          isOther ? withoutId : (each) => each,
        );
        expect(ours, vector.name).to.deep.equal(theirs);
      }
    });
  }

  it('differ where the README says so, and in few', async () => {
    const differing = [...vectors.values()].filter(({ name }) => name in DIFFERENCES);
    for (const vector of differing) {
      expect(await answerTo(vector), vector.name).to.equal(DIFFERENCES[vector.name]);
      expect(expected(vector), vector.name).not.to.be.a('string');
    }
    const listed = Object.keys(DIFFERENCES);
    expect(differing.map(({ name }) => name)).to.have.members(listed);
    expect(vectors.size).to.be.at.least(200);
    expect(listed.length).to.be.at.most(vectors.size * MOST_DIFFERENCES);
    const readme = readFileSync(join(VECTORS, 'README.md'), 'utf8');
    for (const name of listed) expect(readme).to.contain(`\`${name}\``);
  });
});
