import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildPage } from './page-fixture.js';

describe('the one-file page, as built', () => {
  let directory: string;
  let page: string;
  let digestFile: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-page-'));
    const outfile = join(directory, 'tallystick-verifier.html');
    await buildPage(outfile);
    page = await readFile(outfile, 'utf8');
    digestFile = await readFile(`${outfile}.sha256`, 'utf8');
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const between = (open: string, close: string): string => page.split(open)[1]!.split(close)[0]!;
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

  it('is at most 280 KiB in gzip', () => {
    const size = gzipSync(page, { level: 9 }).length;
    console.log(`      (${page.length} characters, ${size} bytes in gzip)`);
    expect(size).to.be.at.most(280 * 1024);
  });

  it('has a policy that lets nothing run or load but its one script and style', () => {
    const policy = between('http-equiv="Content-Security-Policy" content="', '"').split('; ');
    expect(policy).to.deep.equal([
      "default-src 'none'",
      `script-src ${hash(between('<script>', '</script>'))}`,
      `style-src ${hash(between('<style>', '</style>'))}`,
      'worker-src blob:',
      'img-src data:',
      "connect-src 'none'",
      "form-action 'none'",
      "base-uri 'none'",
    ]);
    expect(page.indexOf('Content-Security-Policy')).to.be.lessThan(page.indexOf('<style>'));
    expect(page.match(/<(script|style)\b/g)).to.have.length(2);
  });

  it('refers to no other file', () => {
    const markup = page.replace(/<(script|style)>[^]*?<\/\1>/g, '');
    expect(markup.replace('>\n<html', '><html')).not.to.match(/\ssrc=|href="(?!data:,)|style="|\son\w+=/);
    expect(between('<style>', '</style>')).not.to.match(/url\(|@import/);
  });

  it('carries its digest beside it, the same at every build', async () => {
    const again = join(directory, 'again.html');
    await buildPage(again);
    expect(await readFile(again, 'utf8')).to.equal(page);
    const digest = createHash('sha256').update(page).digest('hex');
    expect(digestFile).to.equal(`${digest}  tallystick-verifier.html\n`);
  });

  it('is the same when it is built in another directory', async () => {
    const elsewhere = join(directory, 'elsewhere', 'deeper');
    const root = fileURLToPath(new URL('../../', import.meta.url));
    for (const name of [
      'chaincode/src',
      'chaincode/package.json',
      'verifier/src',
      'verifier/page',
      'verifier/package.json',
    ])
      await cp(join(root, name), join(elsewhere, name), { recursive: true });
    const modules = join(elsewhere, 'node_modules');
    await mkdir(join(modules, '@tallystick'), { recursive: true });
    for (const name of await readdir(join(root, 'node_modules')))
      if (name !== '@tallystick' && !name.startsWith('.'))
        await symlink(join(root, 'node_modules', name), join(modules, name));
    for (const name of ['chaincode', 'verifier'])
      await symlink(join(elsewhere, name), join(modules, '@tallystick', name));
    const outfile = join(elsewhere, 'page.html');
    await promisify(execFile)(process.execPath, [join(elsewhere, 'verifier/page/build.mjs'), outfile], {
      cwd: elsewhere,
    });
    expect(await readFile(outfile, 'utf8')).to.equal(page);
  });

  it('has its digest in the notes of every release', async () => {
    const notes = await readFile(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
    const [, ...sections] = notes.split(/^## /m);
    expect(sections.length).to.be.greaterThan(0);
    for (const section of sections.filter((each) => !each.startsWith('Unreleased')))
      expect(section).to.match(/^verifier page: sha256:[0-9a-f]{64}$/m);
  });

  it('is spelled as browsers spell documents, so that it can tell the digest of its file', () => {
    const markup = page.slice('<!doctype html>\n'.length).replace(/<(script|style)>[^]*?<\/\1>/g, '');
    expect(page.startsWith('<!doctype html>\n<html lang="en"><head>')).to.equal(true);
    expect(page.endsWith('</script></body></html>\n')).to.equal(true);
    expect(markup).not.to.match(/\/>|>\s+<| (?:hidden|multiple)[ >]/);
  });

  it('holds no message catalogue of the schema library but the English one', () => {
    // Words that stand in zod's German, French, Chinese and Japanese catalogues.
    for (const word of ['Ungültige Eingabe', 'Entrée invalide', '无效输入', '無効な入力']) {
      expect(page).not.to.include(word);
    }
  });
});
