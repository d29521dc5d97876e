import type { AnyDescriptor } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { routesOf } from '../../src/app.js';
import { problemsOf } from '../../src/feature/problems.js';
import { features } from '../../src/features/index.js';
import { transactionPath } from '../../src/routes/transaction.js';
import { sampleOf, served } from './samples.js';
import { problemIn, ServedApp } from './served-app.js';

interface Operation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Record<string, { schema: unknown }> };
  readonly responses: Record<string, unknown>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<
      string,
      { properties: Record<string, { enum?: string[] }>; required?: string[] }
    >;
  };
}

function* refsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === '$ref') yield member as string;
    else yield* refsIn(member);
  }
}

/** Members without which the schema refuses a request; a nonce is filled in by the gateway. */
function neededBy({ name, request }: AnyDescriptor): string[] {
  // One of two keys must be named: no single member is needed for that.
  if (name === 'participants:RotateKey') return ['participantId'];
  return Object.keys(sampleOf(name)).filter((member) => {
    const { [member]: _left, ...rest } = sampleOf(name);
    return member !== 'nonce' && !request.safeParse(rest).success;
  });
}

describe('GET /openapi.json', () => {
  const app = new ServedApp();
  let document: Document;
  before(async () => {
    await app.start();
    document = (await (await app.ask('/openapi.json', { key: '' })).json()) as Document;
  });
  after(() => app.stop());

  it('describes every route that is served, and no other', () => {
    expect(document.openapi).to.equal('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const mounted = routesOf(app.ports, features).map(({ method, path }) => `${method} ${path}`);
    expect(described).to.have.members(mounted);
    expect(new Set(mounted).size).to.equal(mounted.length);
  });

  for (const descriptor of served) {
    it(`describes ${descriptor.name}: both bodies, 201, 202 and problems`, () => {
      const operation = document.paths[transactionPath(descriptor)]?.['post'];
      expect(Object.keys(operation?.requestBody?.content ?? {})).to.deep.equal([
        'application/json',
        'application/vnd.tallystick.transaction+json',
      ]);
      expect(operation?.responses).to.have.all.keys('201', '202', 'default');
      const schema = document.components.schemas[`${descriptor.name.replace(':', '.')}.Request`];
      const { required = [], properties = {} } = schema ?? {};
      expect(properties).to.include.all.keys(Object.keys(sampleOf(descriptor.name)));
      expect(required).to.include.members(neededBy(descriptor));
      expect(required).to.not.include('nonce');
    });
  }

  it('names every parameter of every path', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(methods)) {
        const described = operation.parameters.filter((parameter) => parameter.in === 'path');
        expect(
          described.map(({ name }) => name),
          path,
        ).to.deep.equal(inPath);
      }
    }
  });

  it('has one name for each operation, and no dangling reference', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).to.equal(operations.length);
    for (const ref of refsIn(document)) {
      const found = ref
        .slice(2)
        .split('/')
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
      expect(found, ref).to.not.equal(undefined);
    }
    expect(JSON.stringify(document)).to.not.contain('$defs');
  });

  it('leaves out of an upload what sealing measures', () => {
    const { content } = document.paths['/datasets/files']?.['post']?.requestBody ?? { content: {} };
    const text = JSON.stringify(content['multipart/form-data']);
    expect(text).to.contain('"collection"').and.contain('"records"');
    expect(text).to.not.contain('"delivery"').and.not.contain('keyCommitment');
  });

  it('lists every problem code, and what is answered is one of them', async () => {
    const codes = document.components.schemas['Problem']?.properties['code']?.enum ?? [];
    expect(codes).to.have.members(Object.keys(problemsOf(features)));
    const types = document.components.schemas['Problem']?.properties['type']?.enum ?? [];
    const problem = await problemIn(await app.ask('/nowhere'));
    expect(codes).to.include(problem.code);
    expect(types).to.include(problem.type);
  });

  it('says who needs a key', () => {
    expect(document.paths['/livez']?.['get']?.security).to.deep.equal([]);
    expect(document.paths['/grants']?.['get']?.security).to.deep.equal([{ apiKey: [] }]);
  });
});
