import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { openSqlite, type SqliteFile } from '../../src/database/sqlite/database.js';
import { newApiKeySecret, readApiKeySeeds } from '../../src/state/api-keys.js';
import { openState } from '../../src/state/store.js';
import { statements } from '../../src/state/tables.js';
import { openStores } from './stores.js';
import { openedState, refuses, START } from './opened.js';

describe('state of an organisation', () => {
  const opened = openedState();
  const on = async <T>(look: (raw: SqliteFile<object>) => T): Promise<T> => {
    const raw = openSqlite<object>(opened.file, { synchronous: 'FULL' });
    try {
      return look(raw);
    } finally {
      await raw.close();
    }
  };

  describe('database', () => {
    it('is private: directory 0700, every file 0600, side files included', async () => {
      await opened.store.oneTimeKeys.put('usage-a', 'AGE-SECRET-KEY-1');
      expect((await stat(join(opened.directory, 'data'))).mode & 0o777).to.equal(0o700);
      const names = await readdir(join(opened.directory, 'data'));
      expect(names).to.include('state.db-wal');
      for (const name of names) {
        expect((await stat(join(opened.directory, 'data', name))).mode & 0o777, name).to.equal(0o600);
      }
    });

    it('refuses tables that newer software made, whoever’s they are, and leaves them alone', async () => {
      await opened.store.close();
      const versions = (): Promise<readonly unknown[]> =>
        on((raw) => raw.handle.prepare('SELECT owner, version FROM schema_versions ORDER BY owner').all());
      const before = (await versions()) as readonly { owner: string }[];
      expect(before.map(({ owner }) => owner)).to.include.members(['gateway', 'custody', 'checkpoints']);
      for (const { owner } of before) {
        await on((raw) => {
          raw.handle.exec(`UPDATE schema_versions SET version = version + 1 WHERE owner = '${owner}'`);
        });
        const changed = await versions();
        await refuses(openStores(opened.file), 'NEWER_SCHEMA');
        expect(await versions()).to.deep.equal(changed);
        await on((raw) => {
          raw.handle.exec(`UPDATE schema_versions SET version = version - 1 WHERE owner = '${owner}'`);
        });
      }
      expect(await versions()).to.deep.equal(before);
    });

    it('brings the tables of each owner to its own version, one step after the other', async () => {
      const file = join(opened.directory, 'stepped.db');
      const first = statements('CREATE TABLE notes (id INTEGER PRIMARY KEY)');
      const second = statements('ALTER TABLE notes ADD COLUMN text TEXT');
      await (await openState(file, { owners: [{ name: 'notes', steps: [first] }] })).close();
      await (await openState(file, { owners: [{ name: 'notes', steps: [first, second] }] })).close();
      await refuses(openState(file, { owners: [{ name: 'notes', steps: [first] }] }), 'NEWER_SCHEMA');
      const failing = statements('CREATE TABLE more (id INTEGER)', 'not SQL');
      const broken = openState(file, { owners: [{ name: 'notes', steps: [first, second, failing] }] });
      expect(await broken.catch(() => 'failed')).to.equal('failed');
      const again = await openState(file, { owners: [{ name: 'notes', steps: [first, second] }] });
      await again.close();
    });

    it('refuses a file that is no database', async () => {
      const junk = join(opened.directory, 'junk.db');
      await writeFile(junk, 'x'.repeat(8192));
      await refuses(openStores(junk), 'CORRUPT');
    });

    it('a burst of writes is durable and none is lost', async () => {
      const ids = Array.from({ length: 200 }, (_, index) => `usage-${index}`);
      await Promise.all(ids.map((id) => opened.store.oneTimeKeys.put(id, `secret of ${id}`)));
      await opened.reopen();
      for (const id of ids) expect(await opened.store.oneTimeKeys.get(id)).to.equal(`secret of ${id}`);
    });

    it('one refused write in a burst does not undo its neighbours', async () => {
      await opened.store.oneTimeKeys.put('usage-b', 'first');
      const results = await Promise.allSettled([
        opened.store.oneTimeKeys.put('usage-a', 'a'),
        opened.store.oneTimeKeys.put('usage-b', 'another'),
        opened.store.oneTimeKeys.put('usage-c', 'c'),
      ]);
      expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
      expect(await opened.store.oneTimeKeys.get('usage-b')).to.equal('first');
      expect(await opened.store.oneTimeKeys.get('usage-c')).to.equal('c');
    });
  });

  describe('API keys', () => {
    it('a secret opens its key until it is revoked; the database holds only its hash', async () => {
      const { secret, key } = await opened.store.apiKeys.issue({
        name: 'mes',
        identity: 'operator',
        scopes: ['usages:write'],
      });
      expect(await opened.store.apiKeys.authenticate(secret)).to.deep.equal(key);
      expect(await opened.store.apiKeys.authenticate(newApiKeySecret())).to.equal(undefined);
      expect(await opened.store.apiKeys.authenticate(`${secret}x`)).to.equal(undefined);
      expect(await opened.store.apiKeys.authenticate('')).to.equal(undefined);
      await opened.store.close();
      for (const name of await readdir(join(opened.directory, 'data'))) {
        expect(
          (await readFile(join(opened.directory, 'data', name))).includes(secret.slice(4)),
          name,
        ).to.equal(false);
      }
      await opened.reopen();
      expect(await opened.store.apiKeys.revoke('mes')).to.equal(true);
      expect(await opened.store.apiKeys.revoke('mes')).to.equal(false);
      expect(await opened.store.apiKeys.authenticate(secret)).to.equal(undefined);
      expect((await opened.store.apiKeys.list()).map((each) => [each.name, each.revokedAt])).to.deep.equal([
        ['mes', START],
      ]);
    });

    it('names are taken once, even after revocation', async () => {
      await opened.store.apiKeys.issue({ name: 'mes', identity: 'operator', scopes: [] });
      await opened.store.apiKeys.revoke('mes');
      await refuses(opened.store.apiKeys.issue({ name: 'mes', identity: 'officer', scopes: [] }), 'CONFLICT');
    });

    it('seeds count at the first start only', async () => {
      const secret = newApiKeySecret();
      const seeds = [{ name: 'first', secret, identity: 'officer', scopes: ['admin'] }];
      const fresh = join(opened.directory, 'seeded.db');
      const seeded = await openStores(fresh, { seeds });
      expect(await seeded.apiKeys.authenticate(secret)).to.include({ name: 'first', identity: 'officer' });
      await seeded.apiKeys.revoke('first');
      await seeded.close();
      const again = await openStores(fresh, {
        seeds: [...seeds, { ...seeds[0]!, name: 'second', secret: newApiKeySecret() }],
      });
      expect(await again.apiKeys.authenticate(secret)).to.equal(undefined);
      expect((await again.apiKeys.list()).map(({ name }) => name)).to.deep.equal(['first']);
      await again.close();
    });

    it('a seed file is judged as a whole, and its secrets are not quoted', async () => {
      const path = join(opened.directory, 'keys.json');
      const secret = newApiKeySecret();
      await writeFile(path, JSON.stringify([{ name: 'a', secret, identity: 'officer', scopes: ['admin'] }]));
      expect(await readApiKeySeeds(path)).to.have.length(1);
      const bad = [
        `[{"name":"a","secret":"${secret}","identity":"officer"}]`,
        `[{"name":"a","secret":"${secret.slice(0, -1)}","identity":"officer","scopes":[]}]`,
        `[{"name":"a","secret":"${secret}","identity":"officer","scopes":[],"extra":1}]`,
        secret,
      ];
      for (const text of bad) {
        await writeFile(path, text);
        await refuses(readApiKeySeeds(path), 'INVALID_SEED');
        const error = await readApiKeySeeds(path).catch((reason: unknown) => reason);
        expect(String((error as Error).stack)).not.to.contain(secret.slice(4, 20));
      }
    });
  });

  describe('secrets and openings', () => {
    it('owner headers come back byte for byte and are never overwritten', async () => {
      const content = {
        versionId: 'version-a',
        header: Uint8Array.from({ length: 168 }, (_, index) => index),
        plainDigest: 'ab',
        keyCommitment: 'sha256:cd',
      };
      await opened.store.ownerHeaders.put(content);
      await opened.store.ownerHeaders.put(content);
      await refuses(opened.store.ownerHeaders.put({ ...content, header: new Uint8Array(168) }), 'CONFLICT');
      await refuses(opened.store.ownerHeaders.put({ ...content, plainDigest: 'ac' }), 'CONFLICT');
      await opened.reopen();
      expect(await opened.store.ownerHeaders.get('version-a')).to.deep.equal({
        ...content,
        createdAt: START,
      });
      expect(await opened.store.ownerHeaders.get('version-b')).to.equal(undefined);
    });

    it('one-time keys are put once and forgotten on demand', async () => {
      await opened.store.oneTimeKeys.put('usage-a', 'one');
      await opened.store.oneTimeKeys.put('usage-a', 'one');
      await refuses(opened.store.oneTimeKeys.put('usage-a', 'two'), 'CONFLICT');
      await opened.store.oneTimeKeys.forget('usage-a');
      expect(await opened.store.oneTimeKeys.get('usage-a')).to.equal(undefined);
    });

    it('a one-time key that is forgotten is in no file any more', async () => {
      const { oneTimeKeys } = opened.store;
      const ids = Array.from({ length: 40 }, (_, index) => `usage-${index}`);
      for (const id of ids) await oneTimeKeys.put(id, `AGE-SECRET-KEY-1${id.toUpperCase()}-SECRET`);
      expect(await oneTimeKeys.among(['usage-3', 'usage-x', 'usage-4'])).to.have.members([
        'usage-3',
        'usage-4',
      ]);
      await oneTimeKeys.forget('usage-7');
      const files = await readdir(dirname(opened.file));
      const bytes = await Promise.all(files.map((file) => readFile(join(dirname(opened.file), file))));
      const isThere = (word: string): boolean => bytes.some((file) => file.includes(word));
      expect(isThere('AGE-SECRET-KEY-1USAGE-8-SECRET')).to.equal(true);
      expect(isThere('AGE-SECRET-KEY-1USAGE-7-SECRET')).to.equal(false);
    });

    it('openings: many at once, repeats allowed, contradictions refused with nothing written', async () => {
      const a = { digest: 'sha256:a', salt: 's', value: '1' };
      const b = { digest: 'sha256:b', salt: 's', value: '"x"' };
      await opened.store.openings.put([a, a, b]);
      await opened.store.openings.put([b]);
      const c = { digest: 'sha256:c', salt: 's', value: 'null' };
      await refuses(opened.store.openings.put([c, { ...a, value: '2' }]), 'CONFLICT');
      expect(await opened.store.openings.get('sha256:a')).to.deep.equal(a);
      expect(await opened.store.openings.get('sha256:c')).to.equal(undefined);
    });

    it('signed terms are found by grant, digest and side', async () => {
      const terms = { grantId: 'grant-a', termsDigest: 'sha256:1', side: 'OFFERED' as const, txId: 'tx1' };
      await opened.store.offers.put(terms);
      await opened.store.offers.put({ ...terms, txId: 'tx2' });
      await opened.store.offers.put({ ...terms, termsDigest: 'sha256:2', txId: 'tx3' });
      expect(await opened.store.offers.get('grant-a', 'sha256:1', 'OFFERED')).to.include({ txId: 'tx2' });
      expect(await opened.store.offers.get('grant-a', 'sha256:1', 'ACCEPTED')).to.equal(undefined);
      const signed = async (): Promise<string[]> =>
        (await opened.store.offers.ofGrant('grant-a')).map(({ txId }) => txId);
      await opened.store.offers.put(terms);
      expect(await signed()).to.deep.equal(['tx1', 'tx2', 'tx3']);
      await opened.store.offers.withdraw(['tx2', 'tx4']);
      expect(await signed(), 'of another transaction').to.deep.equal(['tx1', 'tx3']);
      expect(await opened.store.offers.get('grant-a', 'sha256:1', 'OFFERED')).to.include({ txId: 'tx1' });
    });
  });
});
