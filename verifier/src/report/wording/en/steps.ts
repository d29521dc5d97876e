import type { StepCode } from '../../../checklist.js';
import type { StepText } from '../texts.js';

export const ENGLISH_STEPS: Readonly<Record<StepCode, StepText>> = {
  'file.form': {
    title: 'Form of the evidence file',
    checked:
      'The bytes of the file against the one form an evidence file may have: canonical JSON, every member known, none twice, every size within its limit, every shared piece used.',
    clause: 'RFC 8785 (canonical JSON); VERDICTS.md of the verifier, "The evidence file"',
    limit: 'Form only. A well-formed file may still hold false statements; the steps below judge them.',
  },
  'trust.applies': {
    title: 'The trust file is about this ledger',
    checked: 'Channel and chaincode that the file names against those that the trust file names.',
    clause: 'GUIDE-FOR-COURTS.md of the verifier, "The trust file"',
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
      'The consensus, the organisations whose orderers take part (with how many), how many orderers have to sign a block, and the fewest organisations that could together give two readers two histories (`colluding`), by each configuration, against what the trust file accepts. A channel on which one organisation or one orderer makes the blocks alone has a single operator.',
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
      'The header of the block at the height of the checkpoint, signed by the orderers: the last configuration block that it names must be the last one in the file.',
    clause: 'Hyperledger Fabric protos common/common.proto (OrdererBlockMetadata, LastConfig)',
    limit: 'Nothing about configurations after that block.',
  },
  'ledger.definition': {
    title: 'Definition of the chaincode in force',
    checked:
      'In an audit of a whole ledger: the package that each organisation approved against those that the trust file names.',
    clause: 'Hyperledger Fabric core/chaincode/lifecycle (namespaces/fields/<name>/Sequence, ValidationInfo)',
    limit: 'Which software each organisation really ran. The fold of the rules does not depend on it.',
  },
  'ledger.constitution': {
    title: 'Founding transaction of the data space',
    checked:
      'The transaction that founded the space, where the file has it, against the one that the trust file names.',
    clause: 'SPECIFICATION.md of the verifier, "Steps"',
    limit: 'A file need not have it: the trusted first block and the rules leave room for one founding only.',
  },
  'transaction.form': {
    title: 'Form and identity of the transaction',
    checked:
      'The raw envelope, read as the ledger’s own software reads it: channel, chaincode, one call with one argument, and the id under which it stands in the log.',
    clause: 'Hyperledger Fabric core/common/validation/msgvalidation.go; google.golang.org/protobuf',
    limit: 'Nothing about whether it took effect; see the next steps.',
  },
  'transaction.creator': {
    title: 'Signature of the submitter',
    checked:
      'The transaction id recomputed as SHA-256 of nonce and creator, the signature over the whole envelope under the submitter’s certificate, and the certificate against the roots, intermediates, revocation list and roles of the configuration in force at its block.',
    clause:
      'FIPS 186-5 (ECDSA, low-S as Fabric demands), RFC 5280; Hyperledger Fabric msp/mspimplvalidate.go and protoutil/proputils.go (ComputeTxID)',
    limit: 'Which human held the key. It shows that the organisation’s key signed.',
  },
  'transaction.endorsement': {
    title: 'Endorsements of the organisations',
    checked:
      'In an audit of a whole ledger: the proposal hash and every endorsement, each signer counted once, its role, and together the endorsement policy in force.',
    clause:
      'Hyperledger Fabric protoutil/txutils.go (GetProposalHash2); common/policies (SignatureSetToValidIdentities); common/cauthdsl',
    limit: 'That the endorsers applied the right rules: nothing rests on that.',
  },
  'transaction.validity': {
    title: 'Which transactions the ledger accepted',
    checked:
      'Of every transaction in every block: form, creator, endorsements under the policy in force and read conflicts, judged anew; the codes in the file must be those that come out.',
    clause:
      'Hyperledger Fabric core/committer/txvalidator and core/ledger/kvledger/txmgmt; protos peer/transaction.proto (TxValidationCode)',
    limit:
      'Only files of the full profile are judged so. In a compact file the witnesses of the checkpoint vouch for it.',
  },
  'block.integrity': {
    title: 'Whole blocks',
    checked:
      'Of every block from 0 to the height: the hash of the block before it, the data hash recomputed, every envelope well-formed, and the signatures of the orderers over its header under the configuration in force, as many as consensus demands.',
    clause:
      'Hyperledger Fabric protoutil/blockutils.go (ComputeBlockDataHash, VerifyTransactionsAreWellFormed); common/policies/bft.go',
    limit:
      'Order, never validity: an ordered transaction may still have been rejected by every peer. Only files of the full profile have whole blocks.',
  },
  'decision.facts': {
    title: 'Facts that the decision looked at',
    checked:
      'Every fact recorded in the answer that took effect (key and digest of its value): the file must hold a text with that digest, and no record that is none of them.',
    clause: 'REFUSALS.md, "Denials"',
    limit: 'That the facts on the ledger agree with the world outside.',
  },
  'decision.replay': {
    title: 'The decision, made again',
    checked:
      'The same rules run again on the signed request for an answer, over exactly these facts: outcome, reasons and the whole record must come out byte for byte as they took effect.',
    clause: 'SPECIFICATION.md of the verifier, "Steps"; rules versions accepted by the trust file',
    limit:
      'That the rules are right in law. It shows that they were followed, whatever the endorsing peers wrote.',
  },
  'transaction.replay': {
    title: 'Transactions, made again',
    checked:
      'In an audit of a whole ledger: every accepted transaction run again through the rules, and compared with what its endorsers wrote.',
    clause: 'SPECIFICATION.md of the verifier, "The fold"; rules versions accepted by the trust file',
    limit: 'What the rules have nothing to say about.',
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
      'Each token over the body of the checkpoint: its digest, the signature, the purpose of the certificate, and its chain to an authority in the trust file.',
    clause:
      'RFC 3161, RFC 5816, RFC 5652, RFC 5280 section 4.2.1.12; eIDAS art. 41 for qualified authorities',
    limit:
      'A token shows that the checkpoint, and with it everything up to its height, existed by then, not when it was made. Revocation of the authority’s certificate is not looked up, for the verifier has no network.',
  },
  'checkpoint.earlier': {
    title: 'An earlier checkpoint',
    checked:
      'Of a checkpoint from before the one that the file rests on: that it is of this ledger, and that the transactions named for it are in its log, by proofs up to its root. Its signatures and time-stamps are judged like those of the other. It serves only to say that something was signed before a key was compromised.',
    clause: 'VERDICTS.md of the verifier, "Keys that were compromised"',
    limit: 'That the time of its signatures is true, but for those that the trust file believes.',
  },
  'signers.keys': {
    title: 'Keys that others may hold',
    checked:
      'Of each key that signed a transaction of the file: what has been declared of it on the ledger up to the height, by a proof from the map of all records, also that nothing has. Where it was declared compromised from a date on: that authorities, or witnesses of other organisations, saw the signed transaction before that date.',
    clause: 'VERDICTS.md of the verifier, "Keys that were compromised"',
    limit:
      'A declaration after the height, or one that nobody made. Whether a declaration is true: the report says who made it and when. Keys of endorsers and orderers.',
  },
  'time.certificates': {
    title: 'Certificates valid when they signed',
    checked:
      'The period of each submitter’s certificate against the time that its transaction states, which the step above bounds.',
    clause: 'RFC 5280 section 4.1.2.5',
    limit:
      'Fabric itself does not look at expiry when it validates; nobody is excused by that. Of any but the transaction that decided, it is told and fails nothing.',
  },
  'custody.log': {
    title: 'Custody of this file',
    checked:
      'Each entry of who collected and exported the file, signed by a member of an organisation, against the contents as they are now.',
    clause: 'ISO/IEC 27037 (chain of custody); FRE 902(14)',
    limit:
      'Times in the log are by the exporter’s own clock. What happened to the file before the first entry is not in it.',
  },
  'uses.complete': {
    title: 'No use is missing',
    checked:
      'The members of the list from one count to the other against the count and root that the map has at both heights: none can be left out, doubled, swapped or added.',
    clause: 'RFC 9162, section 2.1 (Merkle trees); VERDICTS.md of the verifier, "Completeness files"',
    limit:
      'Uses between the two heights, as the ledger has them. What was used without being asked for on the ledger is in no list; which heights belong to which days only witnesses and time tokens say.',
  },
  'uses.records': {
    title: 'What became of each use',
    checked: 'The text of each use in the list against its digest in the map at the later height.',
    clause: 'RFC 8785 (canonical JSON); VERDICTS.md of the verifier, "Completeness files"',
    limit:
      'The state at that height. Why a use was decided as it was, and who signed it, is in its own evidence file.',
  },
  'ledger.fold': {
    title: 'The rules, run over the whole ledger',
    checked:
      'Every accepted transaction, in the order of the ledger, run again through the rules, each over the state that the one before left. What the rules give counts, whatever the endorsers wrote.',
    clause: 'SPECIFICATION.md of the verifier, "The fold"',
    limit:
      'That the rules are right in law. Only files of the full profile hold what this needs; for a compact file the witnesses did it.',
  },
  'checkpoint.body': {
    title: 'What the checkpoint is of',
    checked:
      'Channel, first block, height and block hash that the checkpoint names against the trust file and the header that orderers signed; in a full file, every member against what was recomputed.',
    clause: 'SPECIFICATION.md of the verifier, "Checkpoints"',
    limit: 'That the checkpoint is true: witnesses say so in the next steps, or the whole ledger does.',
  },
  'checkpoint.witness': {
    title: 'Each witness’s signature',
    checked:
      'Of every signature under the checkpoint: that it holds over the checkpoint and the witness’s own statement, and whether the trust file names the organisation, by a pinned root authority or key, under the newest configuration in the file.',
    clause: 'VERDICTS.md of the verifier, "Witnesses"; FIPS 186-5 (ECDSA, low S)',
    limit:
      'A signature of somebody who does not count takes nothing away. What a witness says of its clock and its software is its own statement.',
  },
  'checkpoint.witnesses': {
    title: 'Enough witnesses',
    checked:
      'How many different organisations that the trust file names signed the checkpoint, against how many it asks for. Each of them says that it ran the rules over the whole ledger itself.',
    clause: 'VERDICTS.md of the verifier, "Witnesses"',
    limit:
      'If every organisation that is named lies together, this does not hold; one honest one among those that are needed suffices. A full file needs no witness.',
  },
  'transaction.inclusion': {
    title: 'Place in the log, and effect',
    checked:
      'The hash of the envelope and its entry in the log of all transactions, by a path of hashes up to the root in the checkpoint: accepted by the ledger, at this place, with effect by the rules. CORRECTED says that endorsers had written something else, which has no effect.',
    clause: 'RFC 9162 section 2.1.3.2 (inclusion proof); SPECIFICATION.md of the verifier, "The trees"',
    limit: 'It is as true as the checkpoint.',
  },
  'transaction.effect': {
    title: 'What the transaction wrote, by the rules',
    checked:
      'Each record text shown for the transaction against the root over its effective writes in its entry of the log. What endorsers wrote into the envelope is not looked at. A transaction that is about nothing in this file is refused.',
    clause: 'SPECIFICATION.md of the verifier, "The trees"',
    limit: 'Writes that are not shown.',
  },
  'subject.newest': {
    title: 'The newest state',
    checked:
      'The newest text of the subject in the map of all records at the height, by a proof up to its root in the checkpoint; and that the very transaction which wrote it is in the file with that text. Also told, as `note`: the last transaction whose endorsers wrote something else under this key, without effect.',
    clause: 'SPECIFICATION.md of the verifier, "The trees"',
    limit: 'Nothing after the height. That no other use, claim or grant exists beside it.',
  },
  'subject.request': {
    title: 'Who asked',
    checked:
      'The signed call that asked for the use (or assessed the value): that its signer is the party that the record names, with the key that it names.',
    clause: 'SPECIFICATION.md of the verifier, "Steps"',
    limit: 'Which human held the key.',
  },
  'subject.answer': {
    title: 'Who answered',
    checked:
      'The signed call that answered the request: that its signer is the provider that the record names, with the key that it names.',
    clause: 'SPECIFICATION.md of the verifier, "Steps"',
    limit: 'Which human held the key.',
  },
  'subject.course': {
    title: 'What followed the answer',
    checked:
      'The signed acknowledgement, or the contest and what came of it, as far as the newest state tells of them: each by the party that the record names.',
    clause: 'SPECIFICATION.md of the verifier, "Steps"',
    limit: 'That what a party stated there is true.',
  },
  'subject.terms': {
    title: 'Two signatures under the terms',
    checked:
      'Of the grant that was used and of each that it descends from: the signed call that put the terms in force on the table, and the other side’s signed acceptance of exactly these terms, by their digest.',
    clause: 'SPECIFICATION.md of the verifier, "Steps"',
    limit: 'That the agreement is valid in law, or was understood.',
  },
  'subject.claim': {
    title: 'How the claim came about',
    checked:
      'The signed call that asserted the claim that was in force, and the registrar’s signed registration where it was registered.',
    clause: 'SPECIFICATION.md of the verifier, "Steps"',
    limit: 'That the holder is entitled in law.',
  },
  'valuation.result': {
    title: 'The value, computed again',
    checked:
      'The result of the valuation by its method over its inputs; where these are sealed, over the disclosed ones.',
    clause: 'SPECIFICATION.md of the verifier, "Steps"',
    limit: 'That the inputs are true, or the method is the right one.',
  },
  'time.bounds': {
    title: 'Stated times against others’ clocks',
    checked:
      'The time that each submitter stated against the latest that authorities and witnesses allow for this checkpoint. One that is later is untrue: it fails the transaction that decided, and is told of any other.',
    clause: 'VERDICTS.md of the verifier, "Time"',
    limit:
      'A time that was stated too early, within what the rules allow. Endorsers’ own look at the clock cannot be repeated.',
  },
};
