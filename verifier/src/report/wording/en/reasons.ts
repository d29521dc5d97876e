import type { Reason } from '../../../rejection.js';

export const ENGLISH_REASONS: Readonly<Record<Reason, string>> = {
  MALFORMED: 'Bytes are not in the form they must have. Ask for the file again, from another party.',
  NOT_CANONICAL:
    'This file was re-saved: it says what an evidence file says, but not in its one spelling, as an editor, a viewer or a mail program leaves it. Its content may be intact. Ask for the original file, or make it canonical again with `tallystick-verify canonical FILE > NEW` and verify that.',
  TOO_LARGE: 'Something is larger than anybody may ask a reader to read. Ask for a smaller file.',
  UNKNOWN_FIELD:
    'There is a member that this form does not know. Use a verifier of the same version as the file.',
  DUPLICATE_FIELD: 'A member stands twice, so that two readers could see two things. Reject the file.',
  TRAILING_BYTES: 'Bytes follow where nothing may follow. Reject the file.',
  NOT_WELL_FORMED: 'A message is spelled in another way than its only allowed one. Reject the file.',
  SIGNATURE_MALFORMED: 'A signature is not spelled as a signature. Reject what it is on.',
  SIGNATURE_INVALID: 'A signature does not belong to these bytes and this certificate. Reject what it is on.',
  HIGH_S:
    'A signature is the second form of another one (high S), which the ledger never accepts. Reject what it is on.',
  ALGORITHM_NOT_ACCEPTED:
    'A signature uses an algorithm that the trust file does not accept, or that cannot be checked here (P-224, SHA-3). Decide whether it should be, by the law that applies; have another tool check the other.',
  CERTIFICATE_MALFORMED: 'A certificate cannot be read. Reject what it signed.',
  UNKNOWN_ORGANISATION:
    'A signer’s organisation is not a member under the configuration in force. Reject what it signed.',
  CHAIN_BROKEN: 'A certificate does not lead to a root of its organisation. Reject what it signed.',
  REVOKED: 'The certificate was revoked under the configuration in force. Reject what it signed.',
  EXPIRED:
    'A certificate was not valid at the proven time. Ask the organisation when the key was used, and look at the other evidence of time.',
  ROLE_MISSING: 'The signer does not have the role that this signature needs. Reject what it signed.',
  GENESIS_DIFFERS:
    'The file is from another ledger than the trust file is about. Compare the fingerprint with the organisations’ statements.',
  WRONG_CHANNEL:
    'It belongs to another channel. Ask for evidence from the channel that the trust file names.',
  WRONG_CHAINCODE:
    'It belongs to another chaincode. Ask for evidence from the chaincode that the trust file names.',
  DATA_HASH_DIFFERS: 'The contents of a block are not what its header commits to. Reject the file.',
  COMMIT_HASH_DIFFERS:
    'The state that a peer signed for does not follow from the blocks. Ask other organisations for theirs.',
  PREVIOUS_HASH_DIFFERS: 'A block does not follow the one before it. Reject the file.',
  QUORUM_MISSING: 'Too few orderers signed. Ask for the block from another party.',
  SEQUENCE_BROKEN: 'A configuration is missing or out of order. Ask for a file with all of them.',
  CONFIG_NOT_IN_FORCE: 'It was judged under a configuration that was not in force. Reject the file.',
  SINGLE_OPERATOR:
    'One operator runs the whole ledger, which the trust file does not accept: nobody else saw what happened.',
  CONSENSUS_UNKNOWN: 'The ledger orders by a method that this verifier does not know. Use a newer verifier.',
  TRANSACTION_ID_DIFFERS: 'A transaction id is not the one that follows from its contents. Reject the file.',
  PROPOSAL_HASH_DIFFERS: 'The endorsements are for another proposal. Reject the file.',
  POLICY_NOT_SATISFIED: 'Those who signed do not satisfy the policy in force. Reject what they signed.',
  POLICY_UNKNOWN: 'A policy is of a kind that this verifier does not know. Use a newer verifier.',
  DEFINITION_NOT_IN_FORCE:
    'The chaincode definition is not proven, or was superseded when the transaction was endorsed. Ask for a file with the definition in force.',
  PACKAGE_NOT_ACCEPTED:
    'An organisation approved another chaincode package than the trust file names. Ask it which code that package holds.',
  NOT_VALID: 'The ledger rejected this transaction: it had no effect.',
  ENVELOPE_DIFFERS: 'The envelope is not the one that stands in the log. Reject the file.',
  FLAGS_DIFFER:
    'The validity that the blocks state is not what follows from the transactions. Reject the file; ask other organisations for theirs.',
  SUBJECT_MISSING:
    'By the checkpoint the ledger does not hold what the file claims to be about. Ask for the right file.',
  READ_NOT_EVIDENCED:
    'The rules want to see a record that is not in the file. Ask for a complete file, or one of the full profile.',
  FACT_DIFFERS: 'A recorded fact is not what stood on the ledger. The decision rests on something false.',
  RULES_UNKNOWN:
    'The record was made by a version of the rules that the trust file or this verifier does not know. Use a verifier that has it.',
  RULES_REFUSE: 'The rules forbid this transaction: whoever endorsed it ran something else.',
  WRITES_DIFFER: 'The rules give another result than the one on record.',
  CONSTITUTION_DIFFERS: 'The founding transaction is not the one that the trust file names.',
  OPENING_DIFFERS: 'A disclosed text is not the one that was sealed. Reject the text.',
  OPENING_MISSING: 'A sealed field was not disclosed. Ask a party that has it, if it matters.',
  PAYLOAD_DIFFERS:
    'The payload is not the data that the version commits to. It was changed, or it is another file.',
  NOT_GIVEN: 'It was not given to the verifier. Supply it if this step matters.',
  UNUSED_MATERIAL: 'The file holds something that belongs to nothing in it. Ask why it is there.',
  TOKEN_INVALID: 'A time-stamp is not valid for this checkpoint. Do not rely on its time.',
  AUTHORITY_NOT_TRUSTED:
    'A time-stamp comes from an authority that the trust file does not name. Decide whether it should, from sources of your own.',
  KEY_COMPROMISED:
    'The key has been declared compromised, and nobody independent shows that it signed before the date that is declared. Look at who declared it and when; ask the party itself, outside the evidence, whether it stands by what was signed.',
  COMPROMISE_UNDECIDED:
    'The key has been declared compromised from a date on, and neither before nor after it can be shown when it signed. Ask for a time-stamp of an authority from before that date, or for checkpoints that other organisations signed then.',
  TOKEN_NOT_SUPPORTED:
    'A time-stamp uses a form or an algorithm that this verifier does not know. It may be sound, and shows nothing here; have it checked by other means.',
  TIME_OUTSIDE: 'A stated time is later than independent parties allow: it is untrue, or a clock was wrong.',
  INTERVAL_EMPTY:
    'Independent parties contradict each other about the time: one bound says that it was made later than another lets it be. Do not rely on any of these times.',
  CUSTODY_DIFFERS: 'The file is not what the custody log was signed for. Ask whoever handed it over.',
  STATEMENT_DIFFERS:
    'Statements of organisations contradict each other. Clear that up with them before you trust either.',
  CHECKPOINT_DIFFERS:
    'The checkpoint is of another block, or not what follows from the blocks in the file. Reject the file.',
  PROOF_INVALID:
    'A proof does not lead to the root in the checkpoint: something was changed, or belongs to another height. Reject the file.',
  TOO_FEW_WITNESSES:
    'Fewer organisations that the trust file names have signed the checkpoint than it asks for. Ask for a file with further signatures, ask a named organisation to sign this height, or ask for a file of the full profile.',
  WITNESS_NOT_NAMED:
    'The trust file does not name this witness, or not by this key. Its signature does not count; nothing else follows from that.',
  ROOT_DIFFERS:
    'Under its name the ledger has an organisation with another root authority than the trust file pins, or than it had when it first came to the ledger. It may have been replaced, or others sign in its name. Ask the organisation itself, outside the evidence, whether the new authority is its own, and for a new statement.',
  REPLAYED_TOO_LATE:
    'The witness did not run the rules over the whole ledger itself. Its signature does not count for this trust file.',
  NOT_EFFECTIVE: 'By the rules this transaction had no effect, whatever its endorsers wrote.',
  PART_MISSING:
    'A signed transaction, a record or a proof that the statement rests on is not in the file. Nothing speaks against it; ask whoever gave you the file for a complete one.',
  PARTY_DIFFERS:
    'The transaction was signed by another party, or with another key, than the record names. Reject the file.',
};
