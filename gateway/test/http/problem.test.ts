import { refusals } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { problemAnswer } from '../../src/http/error-handler.js';
import { problemsOf } from '../../src/feature/problems.js';
import { features } from '../../src/features/index.js';
import { gatewayProblems, Problem } from '../../src/http/problem.js';
import { problemOf } from '../../src/http/problem-of.js';

const trace = { requestId: 'r', traceId: 't', traceparent: 'p' };
const types = Object.values(problemsOf(features));
const own = [gatewayProblems, ...features.map(({ problems = {} }) => problems)].flatMap(Object.keys);

describe('problems', () => {
  it('do not give a refusal of the ledger another meaning', () => {
    for (const code of own) expect(refusals).to.not.have.property(code);
    expect(types.map(({ code }) => code)).to.include.members(Object.keys(refusals));
  });

  it('have one meaning for each code, whichever features there are', () => {
    expect(new Set(own).size).to.equal(own.length);
  });

  it('are complete, and hold back what a 5xx could leak', () => {
    const options = { detail: 'words', facts: { a: 1 }, errors: [{ reason: 'x' }], txId: 'ab' };
    for (const type of types) {
      const { code } = type;
      const { status, body } = problemAnswer(new Problem(type, options), trace);
      const problem = JSON.parse(String(body)) as Record<string, unknown>;
      expect(problem).to.include({ status, requestId: 'r', traceId: 't' });
      expect(problem['type']).to.match(/^urn:tallystick:problem:[a-z0-9-]+$/);
      if (code === 'INTERNAL')
        expect(problem).to.have.all.keys('type', 'title', 'status', 'requestId', 'traceId');
      else if (status >= 500) expect(problem).to.not.have.any.keys('detail', 'facts', 'errors');
      else expect(problem).to.deep.include(options);
    }
  });

  it('say nothing of what they do not know', () => {
    for (const thrown of [new Error('x'), 'x', null, undefined, { code: 'MALFORMED' }, { status: 403 }]) {
      expect(problemOf(thrown).code).to.equal('INTERNAL');
    }
  });
});
