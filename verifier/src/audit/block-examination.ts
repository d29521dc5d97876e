import type { Signatures } from '../crypto/signature.js';
import { checkBlockData, isConfigBlock, signaturesOf, type Block } from '../fabric/block.js';
import { ConfigChain } from '../fabric/config-chain.js';
import type { ChannelConfig } from '../fabric/identity.js';
import { factsOf, operatorsIn } from '../fabric/operators.js';
import { Rejection, rejectUnless } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import { examineTransactions, type Examined } from './examination.js';
import { Findings } from './findings.js';

/** A block as far as it can be judged without the state. */
export interface ExaminedBlock {
  readonly block: Block;
  readonly isConfig: boolean;
  /** Under which its transactions are judged. */
  readonly config: ChannelConfig;
  readonly transactions: readonly Examined[];
  readonly findings: Findings;
}

/** Blocks that set a configuration in force: whatever follows one waits for it. */
export const isTurningPoint = (block: Block): boolean => block.number === 0n || isConfigBlock(block);

/** Checks blocks against the configuration in force: data, orderers, and every signature in every transaction. */
export class BlockExaminer {
  readonly #trust: Trust;
  readonly #signatures: Signatures;
  readonly #chain: ConfigChain;

  private constructor(trust: Trust, signatures: Signatures, chain: ConfigChain) {
    this.#trust = trust;
    this.#signatures = signatures;
    this.#chain = chain;
  }

  /** @throws Rejection GENESIS_DIFFERS, and those of `ConfigChain.begin` */
  static async begin(genesis: Block, trust: Trust, signatures: Signatures): Promise<BlockExaminer> {
    return new BlockExaminer(trust, signatures, await ConfigChain.begin(genesis, trust, signatures));
  }

  /** Nobody signs block 0: it is what is trusted. */
  genesis(block: Block): Promise<ExaminedBlock> {
    return this.#examined(block, async (findings) => {
      await findings.check('ledger.operators', { block: 0 }, () => this.#checkOperators());
      return [{ txId: '', isConfig: true, endorsers: [] }];
    });
  }

  examine(block: Block): Promise<ExaminedBlock> {
    return this.#examined(block, async (findings, config) => {
      const place = { block: Number(block.number) };
      const { channel } = this.#trust;
      const [transactions] = await Promise.all([
        examineTransactions(block, { channel, config, signatures: this.#signatures }),
        findings.check('block.integrity', place, () => checkBlockData(block)),
        isConfigBlock(block) ? this.#append(block, findings) : this.#checkOrderers(block, findings),
      ]);
      return transactions;
    });
  }

  /** A configuration block, known to be good, after which the audit goes on. @throws Rejection as `ConfigChain.append` */
  async resume(block: Block): Promise<void> {
    await this.#chain.append(block);
  }

  async #examined(
    block: Block,
    work: (findings: Findings, config: ChannelConfig) => Promise<readonly Examined[]>,
  ): Promise<ExaminedBlock> {
    const findings = new Findings();
    const config = this.#chain.newest;
    const transactions = await work(findings, config);
    return { block, isConfig: isTurningPoint(block), config, transactions, findings };
  }

  async #checkOrderers(block: Block, findings: Findings): Promise<void> {
    const place = { block: Number(block.number) };
    await findings.check('block.integrity', place, () => this.#chain.checkHeader(block, signaturesOf(block)));
  }

  async #append(block: Block, findings: Findings): Promise<void> {
    const place = { block: Number(block.number) };
    await findings.check('ledger.config', place, async () => {
      await this.#chain.append(block);
      this.#checkOperators();
    });
  }

  #checkOperators(): void {
    const { ordering } = this.#chain.newest;
    const operators = operatorsIn(this.#chain.newest);
    rejectUnless(!operators.isSingle || this.#trust.singleOperator, 'SINGLE_OPERATOR', factsOf(operators));
    if (ordering.kind === 'UNKNOWN') throw new Rejection('CONSENSUS_UNKNOWN', { type: ordering.type });
  }
}
