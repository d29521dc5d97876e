/**
 * Terms of the IDS information model (codes/LeftOperand.ttl, BinaryOperators.ttl) for which ODRL 2.2 has one
 * of the same meaning, and spellings that the examples of IDS-G (UsageControl/Contract/Policies) use besides those of
 * the model. Nothing is here that is only similar: what is not here stays what it is, and admission judges it.
 * Those of actions stand with the actions.
 */
const table = (pairs: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(pairs));

export const OPERAND_EQUIVALENTS = table({
  'idsc:COUNT': 'count',
  'idsc:DELAY': 'delayPeriod',
  'idsc:ELAPSED_TIME': 'elapsedTime',
  'idsc:EVENT': 'event',
  'idsc:PAY_AMOUNT': 'payAmount',
  'idsc:POLICY_EVALUATION_TIME': 'dateTime',
  'idsc:PURPOSE': 'purpose',
  'idsc:state': 'idsc:STATE',
  'ids:artifact_state': 'ids:artifactState',
  'ids:artifact-state': 'ids:artifactState',
});

export const OPERATOR_EQUIVALENTS = table({
  'idsc:AFTER': 'gt',
  'idsc:BEFORE': 'lt',
  'idsc:DURATION_EQ': 'eq',
  'idsc:EQ': 'eq',
  'idsc:EQUALS': 'eq',
  'idsc:GT': 'gt',
  'idsc:GTEQ': 'gteq',
  'idsc:IN': 'isAnyOf',
  'idsc:LONGER': 'gt',
  'idsc:LONGER_EQ': 'gteq',
  'idsc:LT': 'lt',
  'idsc:LTEQ': 'lteq',
  'idsc:NOT': 'neq',
  'idsc:SAME_AS': 'eq',
  'idsc:SHORTER': 'lt',
  'idsc:SHORTER_EQ': 'lteq',
  'idsc:STRING_EQ': 'eq',
  'idsc:TEMPORAL_EQUALS': 'eq',
});

/** States of artifacts (codes/ArtifactState.ttl), which the ledger knows by their plain words. */
export const STATE_EQUIVALENTS = table({
  'idsc:ENCRYPTED': 'encrypted',
  'idsc:encrypted': 'encrypted',
  'idsc:ANONYMIZED': 'anonymized',
  'idsc:anonymized': 'anonymized',
  'idsc:COMBINED': 'combined',
  'idsc:combined': 'combined',
});

/** Security profiles of connectors (codes/SecurityGuarantee.ttl and the profiles of the core model). */
export const LEVEL_EQUIVALENTS = table({
  'idsc:BASE_SECURITY_PROFILE': 'BASE',
  'idsc:BASE_CONNECTOR_SECURITY_PROFILE': 'BASE',
  'idsc:TRUST_SECURITY_PROFILE': 'TRUST',
  'idsc:TRUSTED_CONNECTOR_SECURITY_PROFILE': 'TRUST',
  'idsc:TRUST_PLUS_SECURITY_PROFILE': 'TRUST_PLUS',
  'idsc:TRUSTED_CONNECTOR_PLUS_SECURITY_PROFILE': 'TRUST_PLUS',
});
