import { kuboFindings } from '../../kubo/index.js';
import type { Check } from '../check.js';
import type { Finding } from '../finding.js';

async function nodeFindings(api: string): Promise<Finding[]> {
  const found = await kuboFindings(api);
  return found.map(({ code, severity, message, remedy }) => ({
    code,
    severity,
    subject: api,
    text: message,
    remedy,
  }));
}

/** The Kubo nodes that are named: reached, private, and safe with payloads. */
export const kubo: Check = {
  name: 'Kubo',
  of: 'any',
  within: 15_000,
  async run(examined) {
    return (await Promise.all(examined.kubo.map(nodeFindings))).flat();
  },
};
