import { bodyDigest, digestOf, encode, type Digest } from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../../../database/sqlite/database.js';
import { prepared, type Statement } from '../../../database/sqlite/statement.js';
import type { Signed } from './port.js';

type Row = readonly [body: string, key: string, own: 0 | 1, state: 'STANDS' | 'VOID'];

/** Certificates known to be kept: a witness has one, until it is renewed. */
const REMEMBERED = 16;

/**
 * Keeps our own signatures under checkpoints. It runs for every block that there is, hence statements prepared once; all of it within the
 * database transaction under way.
 */
export class OwnSigning {
  readonly #at: Statement<Row>;
  readonly #certificate: Statement;
  readonly #body: Statement;
  readonly #signature: Statement;
  /** Digests of certificates, to hash each once. */
  readonly #certificates = new Map<string, Digest>();

  /** Over tables made by `migrate`. */
  constructor(handle: SqliteHandle) {
    this.#at = prepared<Row>(
      handle,
      'SELECT body, key, own, state FROM checkpoint_signatures WHERE height = ?',
    );
    this.#certificate = prepared(
      handle,
      'INSERT INTO checkpoint_certificates (digest, msp_id, certificate) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING',
    );
    this.#body = prepared(
      handle,
      'INSERT INTO checkpoint_bodies (digest, height, body) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING',
    );
    this.#signature = prepared(
      handle,
      `INSERT INTO checkpoint_signatures (key, height, own, body, certificate, statement, signature, state, agreed, named)
         VALUES (?, ?, 1, ?, ?, ?, ?, 'STANDS', 1, 0)`,
    );
  }

  /** As `CheckpointArchive.sign`. */
  sign(signed: readonly Signed[], key: Digest): readonly number[] {
    return signed.filter((each) => !this.#keep(each, key)).map(({ body }) => body.height);
  }

  /** False where another body was signed for this height, or it was retracted: that is never signed again, not even as it was the first time. */
  #keep({ body, witnessing }: Signed, key: Digest): boolean {
    const { height } = body;
    const digest = bodyDigest(body);
    const rows = this.#at.all(height);
    const isOther = ([before, , own, state]: Row): boolean =>
      own === 1 && (state === 'VOID' || before !== digest);
    if (rows.some(isOther)) return false;
    if (rows.some(([, signer]) => signer === key)) return true;
    const { mspId, certificate, statement, signature } = witnessing;
    const certified = this.#digestOf(certificate);
    this.#certificate.run(certified, mspId, certificate);
    this.#body.run(digest, height, encode(body));
    this.#signature.run(key, height, digest, certified, encode(statement), signature);
    return true;
  }

  #digestOf(certificate: string): Digest {
    const digest = this.#certificates.get(certificate) ?? digestOf(certificate);
    if (this.#certificates.size >= REMEMBERED) this.#certificates.clear();
    this.#certificates.set(certificate, digest);
    return digest;
  }
}
