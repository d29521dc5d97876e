import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AssertionError, expect } from 'chai';
import {
  freePorts,
  isPortFree,
  parseReadyLine,
  ProcessError,
  startProcess,
  stopAll,
  superviseProcess,
  type ProcessErrorCode,
  type ProcessSpec,
  type SupervisionEvent,
} from '@tallystick/network/processes';
import { inDirectory } from './identity-fixture.js';

const READY = `console.log(JSON.stringify({ ready: true, pid: process.pid }));`;
const FOREVER = `setInterval(() => {}, 1000);`;

/** A program given as text; the tests say what it does. */
const program = (directory: string, script: string, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name: 'stub',
  args: ['--input-type=module', '--eval', script],
  logFile: join(directory, 'logs', 'stub.log'),
  readyWithinMs: 10_000,
  ...more,
});

async function failed(code: ProcessErrorCode, attempt: Promise<unknown>): Promise<ProcessError> {
  try {
    await attempt;
  } catch (error) {
    expect(error).to.be.instanceOf(ProcessError);
    if (error instanceof ProcessError) {
      expect(error.code, error.message).to.equal(code);
      return error;
    }
  }
  throw new AssertionError(`expected a failure ${code}`);
}

/** Whether a process runs; one that has ended but whose parent never asked (a zombie) does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}

describe('processes: one process', () => {
  it('is ready when it says so, and says where its log is', () =>
    inDirectory(async (directory) => {
      const started = await startProcess(
        program(directory, `console.log('warming up'); ${READY} ${FOREVER}`),
      );
      try {
        expect(started.ready).to.deep.equal({ ready: true, pid: started.pid });
        expect([started.isRunning, isAlive(started.pid)]).to.deep.equal([true, true]);
        expect(await readFile(started.logFile, 'utf8')).to.match(/^warming up\n/);
      } finally {
        await started.stop();
      }
      expect([started.isRunning, isAlive(started.pid)]).to.deep.equal([false, false]);
    }));

  it('may say so on stderr, in pieces, after lines that only look like JSON', () =>
    inDirectory(async (directory) => {
      const script = `
        console.error('{"ready":false}'); console.error('{"ready":'); console.error('{not json}');
        process.stderr.write('{"ready":tr');
        setTimeout(() => process.stderr.write('ue,"url":"http://x"}\\n'), 50); ${FOREVER}`;
      const started = await startProcess(program(directory, script));
      await started.stop();
      expect(started.ready).to.deep.equal({ ready: true, url: 'http://x' });
    }));

  it('does not take the ready line of an earlier run for its own', () =>
    inDirectory(async (directory) => {
      const first = await startProcess(program(directory, `${READY} ${FOREVER}`));
      await first.kill();
      const second = startProcess(program(directory, FOREVER, { readyWithinMs: 300 }));
      await failed('NOT_READY_IN_TIME', second);
      expect(await readFile(first.logFile, 'utf8')).to.include(`"pid":${first.pid}`);
    }));

  it('gets the environment it was given and no other', () =>
    inDirectory(async (directory) => {
      process.env['TALLYSTICK_STRAY'] = 'stray';
      try {
        const script = `console.log(JSON.stringify({ ready: true, env: process.env })); ${FOREVER}`;
        const started = await startProcess(program(directory, script, { env: { ONLY: 'this' } }));
        await started.stop();
        expect(started.ready['env']).to.deep.equal({ ONLY: 'this' });
      } finally {
        delete process.env['TALLYSTICK_STRAY'];
      }
    }));

  it('that ends before it is ready is named, with its log, its exit code and its last words', () =>
    inDirectory(async (directory) => {
      const spec = program(directory, `console.error('no such channel'); process.exitCode = 3;`, {
        name: 'node',
      });
      const error = await failed('EXITED_EARLY', startProcess(spec));
      expect(error.message).to.include('node ended with code 3').and.include(spec.logFile);
      expect(error.facts).to.deep.include({
        name: 'node',
        logFile: spec.logFile,
        lastLines: 'no such channel',
      });
    }));

  it('whose last line is cut off has not said that it is ready', () =>
    inDirectory(async (directory) => {
      const script = `process.stdout.write('{"ready":true}'); process.exitCode = 1;`;
      await failed('EXITED_EARLY', startProcess(program(directory, script)));
    }));

  it('that does not say so in time is stopped and named', () =>
    inDirectory(async (directory) => {
      const script = `console.log(process.pid); ${FOREVER}`;
      const spec = program(directory, script, { readyWithinMs: 400 });
      const error = await failed('NOT_READY_IN_TIME', startProcess(spec));
      expect(error.message).to.include('stub was not ready within 400 ms').and.include(spec.logFile);
      expect(isAlive(Number((await readFile(spec.logFile, 'utf8')).trim()))).to.equal(false);
    }));

  it('that cannot be started at all is named', () =>
    inDirectory(async (directory) => {
      const spec = program(directory, READY, { cwd: join(directory, 'nowhere') });
      await failed('NOT_STARTED', startProcess(spec));
    }));

  it('is not started when a port it needs is taken', () =>
    inDirectory(async (directory) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      try {
        const error = await failed('PORT_TAKEN', startProcess(program(directory, READY, { ports: [port] })));
        expect(error.message).to.equal(`stub: port ${port} is taken`);
      } finally {
        server.close();
      }
    }));

  it('is asked to stop, and its exit code is handed on', () =>
    inDirectory(async (directory) => {
      const script = `process.on('SIGTERM', () => { console.log('bye'); process.exit(7); }); ${READY} ${FOREVER}`;
      const started = await startProcess(program(directory, script));
      expect(await started.stop()).to.deep.equal({ code: 7, signal: null });
      expect(await readFile(started.logFile, 'utf8')).to.include('bye');
      expect(await started.stop(), 'stopping twice is no harm').to.deep.equal({ code: 7, signal: null });
    }));

  it('that does not heed is killed after the grace time', () =>
    inDirectory(async (directory) => {
      const script = `process.on('SIGTERM', () => {}); ${READY} ${FOREVER}`;
      const started = await startProcess(program(directory, script, { stopWithinMs: 200 }));
      const asked = Date.now();
      expect(await started.stop()).to.deep.equal({ code: null, signal: 'SIGKILL' });
      expect(Date.now() - asked).to.be.at.least(190);
    }));

  it('can be killed without being asked', () =>
    inDirectory(async (directory) => {
      const script = `process.on('SIGTERM', () => process.exit(7)); ${READY} ${FOREVER}`;
      const started = await startProcess(program(directory, script));
      expect(await started.kill()).to.deep.equal({ code: null, signal: 'SIGKILL' });
      expect(await started.exited).to.deep.equal({ code: null, signal: 'SIGKILL' });
    }));

  it('does not outlive a parent that ends by an exception', () =>
    inDirectory(async (directory) => {
      const module = new URL('../src/processes/index.ts', import.meta.url).href;
      const parent = join(directory, 'parent.mjs');
      const spec = program(directory, `${READY} ${FOREVER}`);
      await writeFile(
        parent,
        `import { startProcess } from ${JSON.stringify(module)};
         const child = await startProcess(${JSON.stringify(spec)});
         process.stdout.write(String(child.pid));
         throw new Error('on purpose');`,
      );

      const child = spawn(process.execPath, ['--import', 'tsx', parent], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let pid = '';
      child.stdout.on('data', (data: Buffer) => (pid += data.toString()));
      await once(child, 'close');
      expect(Number(pid)).to.be.greaterThan(0);
      for (let i = 0; i < 100 && isAlive(Number(pid)); i += 1) await delay(10);
      expect(isAlive(Number(pid))).to.equal(false);
    }));
});

describe('processes: several', () => {
  it('are stopped in the mirror image of their start', async () => {
    const order: string[] = [];
    const stub = (name: string) => ({
      stop: async () => {
        await delay(5);
        order.push(name);
        return { code: 0, signal: null };
      },
    });
    await stopAll(['node', 'steel', 'component'].map(stub));
    expect(order).to.deep.equal(['component', 'steel', 'node']);
  });

  it('find ports that are free, distinct, and not among those of outgoing connections', async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).to.equal(20);
    for (const port of ports) expect(port).to.be.within(15_000, 32_767);
    expect(await isPortFree(ports[0]!)).to.equal(true);
  });

  it('find no port twice, though nobody listens yet, however many look at once', async () => {
    const found = await Promise.all(Array.from({ length: 30 }, () => freePorts(20)));
    expect(new Set(found.flat()).size).to.equal(600);
  });
});

describe('processes: supervision', () => {
  const policy = { maximumRestarts: 2, firstDelay: 20, maximumDelay: 30, stableAfter: 60_000 };

  it('starts a process again that ended by itself', () =>
    inDirectory(async (directory) => {
      const events: SupervisionEvent[] = [];
      const spec = program(directory, `${READY} ${FOREVER}`);
      const supervision = await superviseProcess(spec, policy, (event) => events.push(event));
      const first = supervision.process;
      await first.kill();
      while (!events.some(({ kind }) => kind === 'restarted')) await delay(10);
      expect(supervision.process.pid).to.not.equal(first.pid);
      expect(supervision.process.isRunning).to.equal(true);
      await supervision.stop();
      expect(supervision.process.isRunning).to.equal(false);
      await delay(60);
      expect(
        events.map(({ kind }) => kind),
        'a stop is no reason to start again',
      ).to.deep.equal(['ended', 'restarted']);
    }));

  it('gives up after its restarts are used up', () =>
    inDirectory(async (directory) => {
      const events: SupervisionEvent[] = [];
      const spec = program(directory, `${READY} setTimeout(() => process.exit(1), 30);`);
      const supervision = await superviseProcess(spec, policy, (event) => events.push(event));
      await supervision.done;
      const kinds = events.map(({ kind }) => kind);
      expect(kinds).to.deep.equal(['ended', 'restarted', 'ended', 'restarted', 'ended', 'gave-up']);
    }));

  it('counts a restart that does not come up', () =>
    inDirectory(async (directory) => {
      const marker = join(directory, 'ran');
      const script = `
        import { existsSync, writeFileSync } from 'node:fs';
        if (existsSync(${JSON.stringify(marker)})) process.exit(2);
        writeFileSync(${JSON.stringify(marker)}, ''); ${READY} setTimeout(() => process.exit(1), 30);`;
      const events: SupervisionEvent[] = [];
      const supervision = await superviseProcess(program(directory, script), policy, (event) =>
        events.push(event),
      );
      await supervision.done;
      expect(events.map(({ kind }) => kind)).to.deep.equal(['ended', 'failed', 'failed', 'gave-up']);
    }));

  it('counts anew after a process was well for a while', () =>
    inDirectory(async (directory) => {
      const events: SupervisionEvent[] = [];
      const spec = program(directory, `${READY} setTimeout(() => process.exit(1), 60);`);
      const lenient = { ...policy, maximumRestarts: 1, stableAfter: 20 };
      const supervision = await superviseProcess(spec, lenient, (event) => events.push(event));
      while (events.filter(({ kind }) => kind === 'restarted').length < 3) await delay(10);
      await supervision.stop();
      expect(events.map(({ kind }) => kind)).to.not.include('gave-up');
    }));

  it('fails at once if the very first start fails', () =>
    inDirectory(async (directory) => {
      await failed('EXITED_EARLY', superviseProcess(program(directory, 'process.exit(1)'), policy));
    }));
});

describe('processes: the ready line', () => {
  it('is a JSON object with ready: true, and nothing else is', () => {
    expect(parseReadyLine(' {"ready":true,"a":1}')).to.deep.equal({ ready: true, a: 1 });
    for (const line of [
      '',
      '[]',
      '{"ready":1}',
      '{"ready":"true"}',
      '{"a":true}',
      '{',
      'ready',
      '{"ready":true} x',
    ]) {
      expect(parseReadyLine(line), line).to.equal(undefined);
    }
  });
});
