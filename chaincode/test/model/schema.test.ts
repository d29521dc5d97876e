import { isWithin, schema } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import type { ZodType } from 'zod';
import { vectors } from './vectors.js';

interface Form {
  valid: unknown[];
  invalid: { name: string; value: unknown }[];
}
const forms = vectors('forms') as { forms: Record<string, Form> };
const building = schema as unknown as Record<string, ZodType>;
const schemas: Record<string, ZodType> = {
  ...building,
  text: schema.text(10),
  distinct: schema.distinct(schema.term, 3),
};

describe('building blocks of records and requests', () => {
  for (const [form, { valid, invalid }] of Object.entries(forms.forms)) {
    it(`${form}: accepts what fits, unchanged`, () => {
      for (const value of valid) {
        const parsed = schemas[form]!.safeParse(value);
        expect(parsed.success, JSON.stringify(value)).to.equal(true);
        expect(parsed.data).to.deep.equal(value);
      }
    });

    it(`${form}: refuses what does not`, () => {
      for (const { name, value } of invalid) {
        expect(schemas[form]!.safeParse(value).success, name).to.equal(false);
      }
    });
  }

  it('text is measured in Unicode code points, wherever it is judged', () => {
    expect(schema.text(1).safeParse('\u{1f600}').success).to.equal(true);
    expect(schema.text(1).safeParse('e\u0301').success).to.equal(false);
    expect(schema.text(2).safeParse('\ud800').success).to.equal(false);
  });

  it('a period holds its beginning and not its end', () => {
    const term = { from: '2026-11-24T08:00:00.000Z', until: '2026-11-24T09:00:00.000Z' };
    expect(isWithin('2026-11-24T07:59:59.999Z', term)).to.equal(false);
    expect(isWithin(term.from, term)).to.equal(true);
    expect(isWithin('2026-11-24T08:59:59.999Z', term)).to.equal(true);
    expect(isWithin(term.until, term)).to.equal(false);
  });
});
