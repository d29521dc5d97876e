import type { StepCode } from '../checklist.js';
import type { StepText } from './texts.js';

export const ENGLISH_STEPS: Readonly<Record<StepCode, StepText>> = {
  'file.form': {
    title: 'Form of the evidence file',
    checked:
      'The bytes of the file against the one form an evidence file may have: canonical JSON, every member known, none twice, every size within its limit, every shared piece used.',
    clause: 'RFC 8785 (canonical JSON); README of the verifier, "The evidence file"',
    limit: 'Form only. A well-formed file may still hold false statements; the steps below judge them.',
  },
  'trust.applies': {
    title: 'The trust file is about this ledger',
    checked: 'Channel and chaincode that the file names against those that the trust file names.',
    clause: 'README of the verifier, "The trust file"',
    limit:
      'That the trust file itself is right. It must come from sources other than whoever made the evidence: compare it with the printed statements of several organisations.',
  },
  'ledger.genesis': {
    title: 'First block of the ledger',
    checked: 'SHA-256 of the header of block 0 in the file against the fingerprint in the trust file.',
    clause: 'Hyperledger Fabric protoutil/blockutils.go (BlockHeaderBytes); ITU-T X.690 (DER)',
    limit:
      'That the organisations named in the first block are who they say; that follows from how the fingerprint was obtained.',
  },
  'ledger.operators': {
    title: 'Who orders the ledger',
    checked:
      'The kind of consensus and the organisations in it, as the configuration names them, against what the trust file accepts.',
    clause:
      'Hyperledger Fabric protos orderer/configuration.proto (ConsensusType); Online Litigation Rules (China) art. 17: independence of the platform',
    limit:
      'That organisations with different names act independently of each other. A ledger run by one operator has no second witness.',
  },
  'ledger.config': {
    title: 'Chain of configurations',
    checked:
      'Every configuration block from block 0 on: its hash, its sequence number (one more than that before), and the signatures of the orderers under the configuration before it. From it come the certificates, revocation lists, consenters and policies by which everything else is judged.',
    clause:
      'Hyperledger Fabric common/configtx/update.go and protoutil/blockutils.go (BlockSignatureVerifier); common/policies/bft.go (quorum)',
    limit:
      'That a certificate was issued to the right firm, or that its key was kept safe. The certificate authority of each organisation answers for that.',
  },
  'ledger.head': {
    title: 'No configuration is missing',
    checked:
      'A later block header, signed by the orderers: the last configuration block that it names must be the last one in the file.',
    clause: 'Hyperledger Fabric protos common/common.proto (OrdererBlockMetadata, LastConfig)',
    limit: 'Nothing about configurations after that header.',
  },
  'ledger.definition': {
    title: 'Definition of the chaincode in force',
    checked:
      'The transaction that committed the chaincode definition, and for each transaction the endorsed read of the definition’s sequence: which package, version and endorsement policy held when it was endorsed.',
    clause: 'Hyperledger Fabric core/chaincode/lifecycle (namespaces/fields/<name>/Sequence, ValidationInfo)',
    limit:
      'Which software each organisation really ran: a package id is what it approved. The replay of decisions does not depend on it.',
  },
  'ledger.constitution': {
    title: 'Founding transaction of the data space',
    checked:
      'The transaction that the trust file names: it must be the space:Constitute of this chaincode, evidenced like every other.',
    clause: 'README of the chaincode, "space:Constitute"',
    limit: 'That the rules it adopted are fair, or binding under a given law.',
  },
  'transaction.form': {
    title: 'Form and identity of the transaction',
    checked:
      'The raw envelope: strict form, channel, chaincode, one action, and the transaction id recomputed as SHA-256 of nonce and creator.',
    clause:
      'Hyperledger Fabric protoutil/proputils.go (ComputeTxID); core/common/validation/msgvalidation.go',
    limit: 'Nothing about whether it took effect; see validity.',
  },
  'transaction.creator': {
    title: 'Signature of the submitter',
    checked:
      'The signature over the whole envelope under the submitter’s certificate, and the certificate against the roots, intermediates, revocation list and roles of the configuration in force.',
    clause:
      'FIPS 186-5 (ECDSA, low-S as Fabric demands), RFC 5280; Hyperledger Fabric msp/mspimplvalidate.go',
    limit: 'Which human held the key. It shows that the organisation’s key signed.',
  },
  'transaction.endorsement': {
    title: 'Endorsements of the organisations',
    checked:
      'The proposal hash and every endorsement: each signer counted once, its role, and together the endorsement policy of the definition in force. All endorsers signed the same reads, writes and response.',
    clause:
      'Hyperledger Fabric protoutil/txutils.go (GetProposalHash2); common/policies (SignatureSetToValidIdentities); common/cauthdsl',
    limit:
      'That the endorsers applied the right rules. Endorsement is automatic and a majority could collude: the replay of decisions covers that.',
  },
  'transaction.validity': {
    title: 'The ledger accepted the transaction',
    checked:
      'Signed answers of peers of several organisations that exactly this envelope has validation code VALID: at least as many organisations as the trust file asks for.',
    clause:
      'Hyperledger Fabric core/scc/qscc (GetTransactionByID); protos peer/transaction.proto (TxValidationCode)',
    limit:
      'Signatures of orderers never prove validity; this rests on the organisations that answered. If all of them lie together, it does not hold.',
  },
  'transaction.position': {
    title: 'Place in the order of the ledger',
    checked:
      'Block number and index that the file states against the versions in endorsed read sets that point at it, and against the whole block where the file holds it.',
    clause: 'Hyperledger Fabric protos ledger/rwset/kvrwset (Version); core/ledger/kvledger',
    limit:
      'A position that nobody read and of which no block is in the file stays a statement of the exporter, and is then not evaluated.',
  },
  'block.integrity': {
    title: 'Whole blocks',
    checked:
      'Of each block in the file: data hash recomputed, every envelope well-formed, and the signatures of the orderers over its header under the configuration in force, as many as consensus demands.',
    clause:
      'Hyperledger Fabric protoutil/blockutils.go (ComputeBlockDataHash, VerifyTransactionsAreWellFormed); common/policies/bft.go',
    limit: 'Order, never validity: an ordered transaction may still have been rejected by every peer.',
  },
  'state.endorsed': {
    title: 'Answers about the present state',
    checked:
      'Signed answers of several organisations’ peers to records:Get: the read set binds each key to the version that stood there.',
    clause: 'Hyperledger Fabric core/endorser; protos ledger/rwset/kvrwset (KVRead)',
    limit: 'The state at the moment of that answer, not after it.',
  },
  'subject.present': {
    title: 'What the evidence is about',
    checked:
      'That the evidenced transactions wrote the record that the file claims to be about, and those that belong to it.',
    clause: 'README of the verifier, "Subjects"',
    limit: 'That no other use, claim or grant exists beside it.',
  },
  'decision.facts': {
    title: 'Facts that the decision looked at',
    checked:
      'Every fact recorded in the answer (key and digest of its value) against the value that the endorsed read set points at.',
    clause: 'README of the chaincode, "Decision at usage:Answer"',
    limit: 'That the facts on the ledger agree with the world outside.',
  },
  'decision.replay': {
    title: 'The decision, made again',
    checked:
      'The same rules run again over what the recorded transaction read: outcome, reasons and every written record must come out byte for byte.',
    clause: 'README of the verifier, "Replay"; rules versions accepted by the trust file',
    limit:
      'That the rules are right in law. It shows that they were followed, even if a majority of peers should have colluded.',
  },
  'transaction.replay': {
    title: 'The transactions it rests on, made again',
    checked:
      'Claims, grants, admissions and other transactions that the decision rests on, run again over what they read.',
    clause: 'README of the verifier, "Replay"; rules versions accepted by the trust file',
    limit: 'Transactions whose inputs belong to strangers and are left out of the file are not evaluated.',
  },
  'sealed.openings': {
    title: 'Disclosed contents of sealed fields',
    checked: 'SHA-256 of salt and content of each opening against the commitment on the ledger.',
    clause: 'FIPS 180-4 (SHA-256); RFC 8785',
    limit:
      'Fields that nobody opened stay unknown. An opened text was committed to; whether it is true is another matter.',
  },
  'payload.commitment': {
    title: 'The data itself',
    checked:
      'SHA-256 of salt and payload, and its length, against the commitment of the version. Only if the payload is given to the verifier.',
    clause:
      'FIPS 180-4 (SHA-256); Online Litigation Rules (China) art. 16: technical verification of consistency',
    limit: 'That the content is true, original or lawfully obtained.',
  },
  'time.authorities': {
    title: 'Time-stamps of independent authorities',
    checked:
      'Each token over the envelope of the answer: its digest, the signature, the purpose of the certificate, and its chain to an authority in the trust file.',
    clause:
      'RFC 3161, RFC 5816, RFC 5652, RFC 5280 section 4.2.1.12; eIDAS art. 41 for qualified authorities',
    limit:
      'A token shows that the envelope existed by then, not when it was made. Revocation of the authority’s certificate is not looked up, for the verifier has no network.',
  },
  'time.certificates': {
    title: 'Certificates valid when they signed',
    checked:
      'The period of each signer’s certificate against the time of the transaction; independent parties bound that time by the interval shown.',
    clause: 'RFC 5280 section 4.1.2.5',
    limit: 'Fabric itself does not look at expiry when it validates; nobody is excused by that.',
  },
  'custody.log': {
    title: 'Custody of this file',
    checked:
      'Each entry of who collected and exported the file, signed by a member of an organisation, against the contents as they are now.',
    clause: 'ISO/IEC 27037 (chain of custody); FRE 902(14)',
    limit:
      'Times in the log are by the exporter’s own clock. What happened to the file before the first entry is not in it.',
  },
};
