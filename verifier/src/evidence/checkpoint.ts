import { digestOf, type CheckpointBody } from '@tallystick/chaincode/model';
import { editionsDigests } from '@tallystick/chaincode/rules';
import type { Checklist } from '../checklist.js';
import { headerBytes } from '../fabric/block.js';
import { evaluableIf, rejectUnless } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import type { Evidence } from './reading.js';

/**
 * What a checkpoint says it is of: this ledger, and at its height the very block whose header orderers signed, so that every place in the
 * log is under a configuration that this file has. `undefined` when nothing can rest on it.
 */
export function checkBody(
  { head, checkpoint }: Pick<Evidence, 'head' | 'checkpoint'>,
  trust: Trust,
  list: Checklist,
): Promise<CheckpointBody | undefined> {
  const subject = checkpoint ? `height ${checkpoint.body.height}` : '';
  return list.run('checkpoint.body', subject, () => {
    evaluableIf(checkpoint !== undefined, 'NOT_GIVEN', { what: 'a checkpoint' });
    evaluableIf(head !== undefined, 'NOT_GIVEN', { what: 'the header of its block' });
    const { body } = checkpoint;
    assertLedger(body, trust);
    const found = { height: Number(head.number), block: digestOf(headerBytes(head)) };
    rejectUnless(body.height === found.height && body.block === found.block, 'CHECKPOINT_DIFFERS', {
      height: `${body.height}`,
      head: `${found.height}`,
      block: body.block,
      found: found.block,
    });
    return { value: body, facts: { block: body.block, log: body.log, map: body.map, size: `${body.size}` } };
  });
}

/** @throws Rejection WRONG_CHANNEL, GENESIS_DIFFERS; NotEvaluated RULES_UNKNOWN */
export function assertLedger({ channel, genesis, editions }: CheckpointBody, trust: Trust): void {
  rejectUnless(channel === trust.channel, 'WRONG_CHANNEL', { channel });
  rejectUnless(genesis === trust.genesis, 'GENESIS_DIFFERS', { trusted: trust.genesis, found: genesis });
  evaluableIf(editionsDigests(trust.editions).has(editions), 'RULES_UNKNOWN', { editions });
}
