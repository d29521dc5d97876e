import { expect } from 'chai';
import type { Finding, FindingCode } from '@tallystick/network/doctor';

/** Asserts that exactly these are found, and that each says what to do; returns them. */
export function expectExactly(
  findings: readonly Finding[],
  ...wanted: readonly (readonly [code: FindingCode, subject: string | RegExp, text?: RegExp])[]
): void {
  const lines = findings.map(({ code, subject, text }) => `${code} ${subject}: ${text}`);
  expect(
    findings.map(({ code }) => code),
    lines.join('\n'),
  ).to.have.members(wanted.map(([code]) => code));
  for (const [code, subject, text = /./] of wanted) {
    const isMeant = (each: Finding): boolean =>
      each.code === code &&
      (typeof subject === 'string' ? each.subject === subject : subject.test(each.subject)) &&
      text.test(each.text);
    expect(
      findings.some(isMeant),
      `${code} ${String(subject)} ${String(text)} in\n${lines.join('\n')}`,
    ).to.equal(true);
  }
  for (const { remedy } of findings) expect(remedy).to.match(/\w{3}/);
}
