import { expect } from 'chai';
import { digestOf } from '@tallystick/chaincode/model';
import { applied } from '../../src/features/transformations/apply.js';
import { bytesOf, contentOf } from '../../src/features/transformations/content.js';
import type { Details, Format } from '../../src/features/transformations/port.js';

const JSON_FILE = JSON.stringify({
  operator: { name: 'Li' },
  shifts: [
    { name: 'Li', torque: 41.5 },
    { name: 'Wu', torque: 42 },
  ],
});
const CSV_FILE = 'mill,name,torque\nA,Li,1.5\nA,Wu,2\nA,Li,3\nB,"Xu, jr.",9\n';

function transformed(
  text: string,
  format: Format,
  action: string,
  { details = {}, ...refinements }: { details?: Details } & Record<string, unknown> = {},
): string {
  const duty = { action, parameters: digestOf(''), refinements: refinements as Record<string, string> };
  return Buffer.from(
    bytesOf(applied(contentOf(Buffer.from(text), format), duty, details), format),
  ).toString();
}

const code = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('transformations', () => {
  const replacing = (path: string): Record<string, unknown> => ({
    'idsc:JSON_PATH': path,
    'idsc:REPLACE_WITH': 'xxxx',
  });

  it('replace what a JSONPath selects, and nothing else', () => {
    expect(
      JSON.parse(transformed(JSON_FILE, 'json', 'idsc:REPLACE', replacing('$.operator.name'))),
    ).to.deep.equal({
      operator: { name: 'xxxx' },
      shifts: [
        { name: 'Li', torque: 41.5 },
        { name: 'Wu', torque: 42 },
      ],
    });
    const all = transformed(JSON_FILE, 'json', 'idsc:REPLACE', replacing("$..[?(@.name=='Li')].name"));
    expect(all).to.contain('Wu');
    expect(all).to.not.contain('Li');
    expect(transformed(CSV_FILE, 'csv', 'idsc:REPLACE', replacing('$[*].name'))).to.equal(
      'mill,name,torque\nA,xxxx,1.5\nA,xxxx,2\nA,xxxx,3\nB,xxxx,9\n',
    );
  });

  it('refuse a path that selects nothing, everything, or is none', () => {
    const replaced = (path: string): unknown =>
      code(() => transformed(JSON_FILE, 'json', 'idsc:REPLACE', replacing(path)));
    expect(replaced('$.operator.nme')).to.equal('TRANSFORMATION_FAILED');
    expect(replaced('$')).to.equal('TRANSFORMATION_UNSUPPORTED');
    expect(replaced('operator.name')).to.equal('TRANSFORMATION_UNSUPPORTED');
    expect(replaced('$.operator[')).to.equal('TRANSFORMATION_UNSUPPORTED');
    expect(code(() => transformed(JSON_FILE, 'json', 'idsc:REPLACE', {}))).to.equal(
      'TRANSFORMATION_UNSUPPORTED',
    );
  });

  it('anonymise by leaving out', () => {
    const details = { drop: ['$[*].name'] };
    expect(transformed(CSV_FILE, 'csv', 'anonymize', { details })).to.equal(
      'mill,torque\nA,1.5\nA,2\nA,3\nB,9\n',
    );
    const list = transformed('[1,2,3,4]', 'json', 'anonymize', { details: { drop: ['$[?(@>1)]'] } });
    expect(JSON.parse(list)).to.deep.equal([1]);
  });

  it('anonymise by pseudonyms: equal within a file, and nowhere else', () => {
    const details = { hash: ['$[*].name'] };
    const names = (text: string): string[] =>
      text
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[1] ?? '');
    const [first, second] = [1, 2].map(() => names(transformed(CSV_FILE, 'csv', 'anonymize', { details })));
    expect(first?.[0]).to.equal(first?.[2]).and.not.equal(first?.[1]);
    expect(first?.[0])
      .to.match(/^[\w-]{22}$/)
      .and.not.equal(second?.[0]);
    const hashed = transformed(CSV_FILE, 'csv', 'idsc:HASH', { 'idsc:JSON_PATH': '$[*].name' });
    expect(hashed).to.not.contain('Li').and.not.contain('Wu');
    expect(code(() => transformed(CSV_FILE, 'csv', 'anonymize'))).to.equal('TRANSFORMATION_UNSUPPORTED');
  });

  it('compute over groups that are large enough', () => {
    const details = { groupBy: ['mill'], of: 'torque' };
    const computed = (of: string, more: Details = {}): string =>
      transformed(CSV_FILE, 'csv', 'idsc:MPC', { 'idsc:MPC_FUNCTION': of, details: { ...details, ...more } });
    expect(computed('SUM')).to.equal('mill,torque\nA,6.5\n');
    expect(computed('idsc:AVG')).to.match(/^mill,torque\nA,2\.1666/);
    expect(computed('SUM', { minimum: 1 }), 'B has one row').to.equal('mill,torque\nA,6.5\nB,9\n');
    expect(
      transformed('[{"v":1},{"v":2},{"v":4}]', 'json', 'idsc:MPC', {
        'idsc:MPC_FUNCTION': 'SUM',
        details: { of: 'v' },
      }),
    ).to.equal('[{"v":7}]\n');
    expect(code(() => computed('SUM', { minimum: 4 }))).to.equal('TRANSFORMATION_FAILED');
    expect(code(() => computed('SUM', { of: 'name' }))).to.equal('TRANSFORMATION_FAILED');
    expect(code(() => computed('MEDIAN'))).to.equal('TRANSFORMATION_UNSUPPORTED');
    expect(code(() => computed('SUM', { groupBy: ['torque'] }))).to.equal('TRANSFORMATION_UNSUPPORTED');
  });

  it('refuse other content and other actions, and quote nothing of it', () => {
    for (const [bytes, format] of [
      [Buffer.from('{"secret":'), 'json'],
      [Buffer.from([0xff, 0xfe]), 'json'],
      [Buffer.from('a,b\n1\n'), 'csv'],
    ] as const) {
      let failure: unknown;
      try {
        contentOf(bytes, format);
      } catch (error) {
        failure = error;
      }
      expect(failure).to.have.property('code', 'TRANSFORMATION_FAILED');
      expect(`${(failure as Error).message} ${String((failure as Error).cause)}`).to.not.contain('secret');
    }
    expect(code(() => transformed(JSON_FILE, 'json', 'watermark'))).to.equal('TRANSFORMATION_UNSUPPORTED');
    expect(code(() => transformed(JSON_FILE, 'json', 'toString'))).to.equal('TRANSFORMATION_UNSUPPORTED');
  });
});
