import { expect } from 'chai';
import { newFailpoints } from '../../src/application/failpoints.js';
import { variables } from '../../src/config.js';
import { gatewayVariables } from '../../src/config/gateway.js';
import { face, Faces } from '../../src/feature/face.js';
import { UnknownFailpoint } from '../../src/failpoints.js';
import { features } from '../../src/features/index.js';
import { PROJECTION_FAILPOINTS } from '../../src/projection/failpoint.js';

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);

describe('the list of features', () => {
  it('gives each name, variable, failpoint, remark and table owner to one of them', () => {
    const kinds = {
      names: [...features.map(({ name }) => name), 'gateway'],
      variables: [
        gatewayVariables.shape,
        ...features.map((each) => each.configuration?.variables ?? {}),
      ].flatMap(Object.keys),
      failpoints: [...PROJECTION_FAILPOINTS, ...features.flatMap(({ failpoints = [] }) => failpoints)],
      remarks: [...features.flatMap(({ remarks = {} }) => Object.keys(remarks)), 'status', 'checks', 'lag'],
    };
    for (const [kind, names] of Object.entries(kinds)) expect(repeated(names), kind).to.deep.equal([]);
    expect(Object.keys(variables.shape)).to.have.members(kinds.variables);
  });

  it('has a form and a meaning for every variable', () => {
    for (const [name, schema] of Object.entries(variables.shape))
      expect((schema as { description?: string }).description, name).to.be.a('string');
  });
});

describe('faces', () => {
  const NUMBER = face<number>('a number');

  it('are told apart by value, not by name', () => {
    const faces = new Faces().show(NUMBER, 7);
    expect(faces.of(NUMBER)).to.equal(7);
    expect(() => faces.of(face<number>('a number'))).to.throw('a number');
  });

  it('may show what is undefined', () => {
    const MAYBE = face<string | undefined>('nothing');
    const shown = new Faces().show(MAYBE, undefined).of(MAYBE);
    expect(shown).to.equal(undefined);
  });
});

describe('failpoints of all features', () => {
  const all = ['a.one', 'a.two', 'b.one'];

  it('reach the part whose they are, and no other', () => {
    const failpoints = newFailpoints('a.two:2', all);
    const killed: string[] = [];
    const kill = process.kill.bind(process);
    process.kill = (_pid, signal) => {
      killed.push(String(signal));
      return true;
    };
    try {
      const a = failpoints(['a.one', 'a.two']);
      const b = failpoints(['b.one']);
      for (const reach of [() => a.reach('a.one'), () => b.reach('b.one'), () => a.reach('a.two')]) reach();
      expect(killed).to.deep.equal([]);
      a.reach('a.two');
      expect(killed).to.deep.equal(['SIGKILL']);
    } finally {
      process.kill = kill;
    }
  });

  it('refuse a name that is nobody’s', () => {
    for (const spec of ['c.one', 'a.one:', 'a', 'a.one:0'])
      expect(() => newFailpoints(spec, all)(all), spec).to.throw(UnknownFailpoint);
    for (const spec of [undefined, '']) newFailpoints(spec, all)(all).reach('a.one');
  });
});
