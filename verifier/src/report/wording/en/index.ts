import type { Catalogue } from '../texts.js';
import { ENGLISH_ACCOUNT } from './account.js';
import { ENGLISH_REASONS } from './reasons.js';
import { ENGLISH_STEPS } from './steps.js';

/** The texts in English. */
export const ENGLISH: Catalogue = {
  language: 'en',
  outcomes: {
    VERIFIED:
      'VERIFIED: every required check passed. What the evidence shows, and what it does not show, stands below.',
    FAILED: 'FAILED: at least one check failed. Do not rely on this file.',
    INCOMPLETE:
      'INCOMPLETE: nothing failed, but a required check could not be made. Do not rely on this file before what is missing has been supplied.',
  },
  results: { pass: 'pass', fail: 'fail', 'not-evaluated': 'not evaluated' },
  steps: ENGLISH_STEPS,
  reasons: ENGLISH_REASONS,
  intake: {
    CUT_SHORT:
      'No verdict: the evidence file ends before it is complete, as a download does that broke off. This says nothing about the evidence. Get the file again.',
    DAMAGED:
      'No verdict: the evidence file cannot be unpacked, or is not what was packed. This says nothing about the evidence. Get the file again.',
    OTHER_FILE:
      'No verdict: this is a web page or an archive, not an evidence file; perhaps a server asked for a password, or said that something went wrong, or the file was packed by something else than gzip. Unpack it, or get the file again.',
  },
  notProven: {
    'truth-before-chaining':
      'That the data was true, complete or original before it was put on the ledger. From then on a change would show.',
    'legal-ownership':
      'That the holder legally owns the data. The ledger shows who claimed it and who registered the claim.',
    'actual-use':
      'That the data was used, or that the purpose was followed. A receipt proves the release of access, not what was done with it.',
    'other-copies': 'That there are no other copies of the data, outside what the ledger governs.',
    'holds-and-disputes':
      'That no hold or dispute is in force. The own record of a claim or a grant does not show holds and disputes about it; ask for them.',
    'which-human':
      'Which human acted. Keys of organisations signed; who held them is for the organisations to show.',
    'valuation-inputs':
      'That the inputs of a valuation were right. Its arithmetic can be repeated, its inputs were stated.',
    'exact-time':
      'The exact time. Proven is the interval that independent parties signed for; times inside transactions were chosen by their submitters.',
    'which-software':
      'Which software ran at the organisations. That results follow from the rules has been recomputed; how they were produced has not been seen.',
  },
  roles: {
    provider: 'provider',
    consumer: 'consumer',
    custodian: 'custodian of the data',
    holder: 'holder of the claim',
    registrar: 'registrar',
    assessor: 'assessor',
  },
  clauses: [
    {
      rule: 'China: Online Litigation Rules of the People’s Courts, art. 16',
      asks: 'Is the data unchanged since it was put on the chain, as technical verification shows?',
      answer:
        'Hashes and signatures were recomputed from the raw bytes. Where every step passed, the presumption concerns integrity after chaining only; the other side may rebut it.',
      steps: ['transaction.inclusion', 'transaction.effect', 'checkpoint.witnesses', 'payload.commitment'],
    },
    {
      rule: 'China: Online Litigation Rules of the People’s Courts, art. 17',
      asks: 'Is the platform qualified and independent of the parties, its system clean and safe, its technique to standard?',
      answer:
        'The evidence names who ordered the ledger and which organisations ran it again and signed for it; compare them with the parties. Filing of the platform, security of the systems and conformity with standards are shown by other documents.',
      steps: ['ledger.operators', 'ledger.config', 'ledger.head', 'checkpoint.witnesses', 'decision.replay'],
    },
    {
      rule: 'China: Online Litigation Rules of the People’s Courts, art. 18',
      asks: 'If truth before chaining is contested: where does the data come from, how was it generated and stored?',
      answer:
        'This verifier does not answer it. The collection facts of the version are statements of its provider, bound at registration; corroborate them by other evidence.',
      steps: ['subject.newest'],
    },
    {
      rule: 'China: Online Litigation Rules of the People’s Courts, art. 19',
      asks: 'Can a person with expert knowledge speak to the technique, or an appraisal be made of whether the data is authentic?',
      answer:
        'The specification lets an expert repeat every step by hand or with another verifier, and the test vectors show what must come out. The opinion or appraisal itself is not in this file. Not checked: the wording of the article against the official text.',
      steps: ['transaction.inclusion', 'decision.replay', 'ledger.fold'],
    },
    {
      rule: 'European Union: Regulation (EU) No 910/2014 (eIDAS), art. 45k',
      asks: 'May a ledger be denied legal effect, or admissibility as evidence, only for being electronic or for not being qualified?',
      answer:
        'It may not. What the steps show is weighed freely; the presumption of order and integrity of this article is for qualified ledgers, and this is none. Not checked: the wording of the article against the Official Journal.',
      steps: [],
    },
    {
      rule: 'European Union: Regulation (EU) No 910/2014 (eIDAS), art. 45l',
      asks: 'Origin of the records, their unique sequential chronological order, and that a later change is detectable at once.',
      answer:
        'The technical properties are checked by the steps named. This is no ledger of a qualified trust service provider: no qualified-ledger presumption.',
      steps: ['transaction.creator', 'transaction.inclusion', 'ledger.config', 'checkpoint.body'],
    },
    {
      rule: 'European Union: Implementing Regulation (EU) 2025/2531: providers (eIDAS art. 45l(1)(a))',
      asks: 'Is the ledger run by one or more qualified trust service providers?',
      answer: 'No. Whoever relies on this regulation has to show a qualified provider by other means.',
      steps: [],
    },
    {
      rule: 'European Union: Implementing Regulation (EU) 2025/2531: origin (art. 45l(1)(b))',
      asks: 'Is it established where the data records come from?',
      answer:
        'Each envelope is signed; its signer’s certificate is judged by the configuration in force, and compared with the party that the record names.',
      steps: ['transaction.creator', 'subject.request', 'subject.answer', 'subject.terms'],
    },
    {
      rule: 'European Union: Implementing Regulation (EU) 2025/2531: unique order (art. 45l(1)(c))',
      asks: 'Is there one sequential chronological order of the data records?',
      answer:
        'Orderers sign block after block, and each transaction has its one place in the log. Times that submitters state are bounded by others’ clocks, not proven.',
      steps: ['ledger.config', 'ledger.head', 'checkpoint.body', 'transaction.inclusion', 'time.bounds'],
    },
    {
      rule: 'European Union: Implementing Regulation (EU) 2025/2531: immediate detection (art. 45l(1)(d))',
      asks: 'Is any later change of the data detectable at once?',
      answer: 'A changed byte breaks a hash, a path or a signature, and the step that meets it fails.',
      steps: ['transaction.inclusion', 'transaction.effect', 'checkpoint.witnesses', 'block.integrity'],
    },
    {
      rule: 'European Union: Implementing Regulation (EU) 2025/2531, annex: finality of a data record',
      asks: 'Can the record be modified or removed no more?',
      answer:
        'A block that orderers signed and witnesses ran is not taken back as long as fewer organisations collude than the report names. The finality of a use or a grant is another matter: the verdict states it.',
      steps: ['ledger.operators', 'ledger.head', 'checkpoint.witnesses'],
    },
    {
      rule: 'European Union: Implementing Regulation (EU) 2025/2531, annex: nodes, network, consensus',
      asks: 'Which nodes hold the distributed ledger, and how do they agree?',
      answer:
        'Consensus, orderers and their organisations come from the configuration in the evidence. Which nodes run, and that they store whole copies, is not shown.',
      steps: ['ledger.operators', 'ledger.config'],
    },
    {
      rule: 'European Union: Implementing Regulation (EU) 2025/2531, annex: policies and security of the service',
      asks: 'Does the service meet the policy and security requirements of the standards referred to?',
      answer:
        'That is for a conformity assessment. Not checked: which standards and further points the annex lists; of it only the definitions were at hand.',
      steps: [],
    },
    {
      rule: 'European Union: Implementing Regulation (EU) 2025/1929 (eIDAS art. 41, 42)',
      asks: 'Is a time stamp a qualified one, its time bound to the data and accurate?',
      answer:
        'Tokens are checked over the checkpoint, with their accuracy as stated. Whether an authority is qualified stands in the trusted lists, which are not looked up: the reader names authorities in the trust file. Not checked: which standards its annex lists.',
      steps: ['time.authorities', 'time.bounds'],
    },
    {
      rule: 'United States: Federal Rules of Evidence, rule 902(13)',
      asks: 'Was the record made by an electronic process that gives an accurate result, as a qualified person certifies?',
      answer:
        'The replay shows that recorded results follow from recorded inputs. The certification itself is a qualified person’s to give; this report can be annexed to it.',
      steps: ['decision.facts', 'decision.replay', 'ledger.fold'],
    },
    {
      rule: 'United States: Federal Rules of Evidence, rule 902(14)',
      asks: 'Is the copy identical, as a process of digital identification shows and a qualified person certifies?',
      answer:
        'The digests in this report identify the file and, where it was supplied, the payload. The certification itself is a qualified person’s to give.',
      steps: ['file.form', 'payload.commitment', 'custody.log'],
    },
  ],
  account: ENGLISH_ACCOUNT,
  words: {
    reportTitle: 'Verification report on ledger evidence',
    verdict: 'Verdict',
    subject: 'Subject',
    usage: 'use of data',
    claim: 'claim to data',
    grant: 'grant of use',
    valuation: 'valuation',
    profile: 'Profile',
    compact: 'compact: only transactions that concern the subject',
    full: 'full: with whole blocks, through which the reader ran the rules',
    asOf: 'As of height',
    final: 'Finality',
    finalYes: 'Final: nothing that comes later can change this state.',
    finalUncontested:
      'Final as to the contest: not contested, and by the clocks of these witnesses it cannot be any more; an acknowledgement may still follow.',
    finalNo: 'Not final: a transaction after this height may change this state.',
    witnesses: 'Witnesses that count',
    signedAt: 'signed at (its own clock)',
    newestThen: 'newest block of its own peer then:',
    corrected: 'endorsers wrote something else; what the rules give counts',
    effect: 'Effect',
    replayed: 'as the rules give it',
    channel: 'Channel',
    fileDigest: 'Digest of the evidence file',
    printedAt: 'Report made at (clock of this device)',
    parties: 'Parties',
    role: 'Role',
    participant: 'Participant',
    legalName: 'Legal name as registered',
    organisation: 'Organisation (MSP id)',
    identifiers: 'Identifiers as registered',
    timeline: 'Timeline',
    time: 'Time',
    timeNote:
      'Times were chosen by whoever submitted the transaction; signatures that came later bound them. The order is that of the ledger, and proven.',
    block: 'Block',
    transaction: 'Transaction',
    transactionId: 'Transaction id',
    records: 'Records written',
    decision: 'The decision and its reasons',
    decisionNone: 'This subject holds no decision about a use.',
    state: 'State',
    outcome: 'Outcome',
    code: 'Reason of the refusal',
    action: 'Action',
    purpose: 'Stated purpose',
    decidedAt: 'Decided at',
    complianceReport: 'Compliance report on the policy',
    explanation: 'Why',
    rules: 'Version of the rules',
    facts: 'Facts that the decision looked at',
    factsNote: 'Each is a key of the ledger and the digest of what stood there when the decision was made.',
    key: 'Key',
    valueDigest: 'Digest of the value',
    absent: 'nothing stood there',
    checklist: 'What was checked',
    step: 'Step',
    whatIsChecked: 'What is checked',
    byWhichClause: 'By which clause',
    limit: 'What a pass does not show',
    reason: 'Reason',
    details: 'Details',
    wholeFile: 'the whole file',
    noStep: 'Not reached: an earlier step failed, or the file holds nothing of this kind.',
    interval: 'Time that independent parties signed for',
    notBefore: 'not before',
    notAfter: 'not after',
    signedBy: 'signed by',
    intervalNone: 'no independent party signed for this bound',
    preChain: 'Facts from before the ledger, as the provider stated them',
    preChainNote:
      'Stated when the version was registered and unchanged since. That they are true is not proven; courts review it separately.',
    preChainNone: 'The evidence holds no version of a dataset.',
    version: 'Version',
    system: 'Source system',
    component: 'Component',
    period: 'Period of collection',
    method: 'Method',
    timeSource: 'Source of time',
    rawLogDigest: 'Digest of the raw log',
    custody: 'Custody of the file',
    custodyNone: 'The file holds no custody log that could be evaluated.',
    custodyEvent: 'Event',
    clauses: 'Rules of evidence and this report',
    rule: 'Rule',
    asks: 'What it asks',
    answer: 'What this report contributes',
    notProven: 'What is not proven',
    digests: 'Digests',
    commitment: 'Salted digest of the plaintext',
    contentId: 'Content id of the ciphertext',
    steps: 'Steps',
    notByThisFile: 'not by this file',
    failures: 'Failed',
    open: 'Not evaluated',
    none: 'none',
  },
};
