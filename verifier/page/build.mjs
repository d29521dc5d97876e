// Builds dist/tallystick-verifier.html: the verifier as one file that works from file://, without any network. Deterministic, so that its
// digest (beside it) can be published and compared.
import { build, transform } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = new URL('.', import.meta.url);
const outfile = process.argv[2] ?? fileURLToPath(new URL('../dist/tallystick-verifier.html', here));

/**
 * Of `@peculiar/asn1-x509` the page needs one class of many, each in a module of its own; the package does not say that these do nothing but
 * define them, so that all would be taken.
 * @type {import('esbuild').Plugin}
 */
const onlyWhatIsUsed = {
  name: 'only-what-is-used',
  setup(building) {
    building.onResolve({ filter: /^\./ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === 'resolving' || !importer.includes('/@peculiar/asn1-x509/')) return undefined;
      const found = await building.resolve(path, { importer, kind, resolveDir, pluginData: 'resolving' });
      return { ...found, sideEffects: false };
    });
  },
};

/**
 * zod hands every schema a maker of JSON Schema, which nothing on the page calls: a fortieth of the page.
 * @type {import('esbuild').Plugin}
 */
const withoutJsonSchema = {
  name: 'without-json-schema',
  setup(building) {
    const makers = /\/zod\/v4\/core\/(?:json-schema-processors|to-json-schema)\.js$/;
    building.onLoad({ filter: makers }, async ({ path }) => {
      const names = (await readFile(path, 'utf8')).matchAll(/^export (?:const|function) (\w+)/gm);
      return { contents: [...names].map(([, name]) => `export const ${name} = () => undefined;`).join('\n') };
    });
  },
};

/**
 * pako makes tables for packing wherever it is imported, and does not say that making them does nothing else: packing would be taken, too.
 * @type {import('esbuild').Plugin}
 */
const withoutPacking = {
  name: 'without-packing',
  setup(building) {
    building.onLoad({ filter: /\/pako\/dist\/pako\.mjs$/ }, async ({ path }) => {
      const tables = /(?<!__PURE__ \*\/ )\bnew (?=(?:Config|StaticTreeDesc)\()/g;
      return { contents: (await readFile(path, 'utf8')).replaceAll(tables, '/* @__PURE__ */ new ') };
    });
  },
};

/**
 * @param {string} contents TypeScript that imports from here
 * @param {import('esbuild').Format} format
 * @returns {Promise<string>}
 */
async function bundled(contents, format) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(here), loader: 'ts' },
    bundle: true,
    write: false,
    minify: true,
    charset: 'utf8',
    platform: 'browser',
    format,
    target: ['es2022'],
    conditions: ['source'],
    legalComments: 'none',
    plugins: [onlyWhatIsUsed, withoutJsonSchema, withoutPacking],
    logLevel: 'warning',
  });
  return outputFiles[0].text.trim();
}

/** The report's style sheet, which is a text in its sources, before the page's own. */
async function styleSheet() {
  const module = await bundled("export { STYLE } from '../src/report/index.js'", 'esm');
  const { STYLE } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
  const { code } = await transform(STYLE + (await readFile(new URL('page.css', here), 'utf8')), {
    loader: 'css',
    minify: true,
    charset: 'utf8',
  });
  return code.trim();
}

/** As a Content-Security-Policy names the text of an inline element. @param {string} text */
const hashed = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * The template as browsers spell documents (HTML, section 13.3), so that the page can tell the digest of its own file: nothing between tags,
 * and nothing behind the script but what closes the document.
 * @param {string} source
 */
function asSpelled(source) {
  const spelled = source
    .replace(/\s+/g, ' ')
    .replace(/ ?(<[^>]*>) ?/g, (_, tag) => tag.replace(/ ?\/?>$/, '>'))
    .replace(/ (hidden|multiple)(?=[ >])/g, ' $1=""')
    .replace(/^<!doctype html>/, '<!doctype html>\n');
  return `${spelled}\n`;
}

const [template, script, style] = await Promise.all([
  readFile(new URL('index.html', here), 'utf8'),
  bundled("import './main.js'", 'iife'),
  styleSheet(),
]);
// frame-ancestors is left out: it has no effect in a meta element. The worker is this very script, from a blob.
const policy = [
  "default-src 'none'",
  `script-src ${hashed(script)}`,
  `style-src ${hashed(style)}`,
  'worker-src blob:',
  'img-src data:',
  "connect-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');
const parts = {
  '%POLICY%': policy,
  '<!-- STYLE -->': `<style>${style}</style>`,
  '<!-- SCRIPT -->': `<script>${script}</script>`,
};
const page = asSpelled(template).replace(/%POLICY%|<!-- (?:STYLE|SCRIPT) -->/g, (place) => parts[place]);
await mkdir(new URL('../dist/', here), { recursive: true });
await writeFile(outfile, page);
const digest = createHash('sha256').update(page).digest('hex');
await writeFile(`${outfile}.sha256`, `${digest}  ${basename(outfile)}\n`);
// As a statement and the notes of a release have it.
console.log(`verifier page: sha256:${digest}`);
