import { refusals } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { problemAnswer } from '../../src/http/error-handler.js';
import { gatewayProblems, Problem, problemKinds, type ProblemCode } from '../../src/http/problem.js';
import { problemOf } from '../../src/http/problem-of.js';

const trace = { requestId: 'r', traceId: 't', traceparent: 'p' };
const codes = Object.keys(problemKinds) as ProblemCode[];

describe('problems', () => {
  it('do not give a refusal of the ledger another meaning', () => {
    for (const code of Object.keys(gatewayProblems)) expect(refusals).to.not.have.property(code);
    expect(codes).to.include.members(Object.keys(refusals));
  });

  it('are complete, and hold back what a 5xx could leak', () => {
    const options = { detail: 'words', facts: { a: 1 }, errors: [{ reason: 'x' }], txId: 'ab' };
    for (const code of codes) {
      const { status, body } = problemAnswer(new Problem(code, options), trace);
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
