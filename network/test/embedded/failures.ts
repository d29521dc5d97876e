import { GatewayError } from '@hyperledger/fabric-gateway';

/** The GatewayError that `promise` rejects with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<GatewayError> {
  const outcome = await promise.then(
    () => new Error('expected a rejection'),
    (error: unknown) => error,
  );
  if (outcome instanceof GatewayError) return outcome;
  throw outcome;
}

/** What the peers said, one line each. */
export function detailsOf({ details }: GatewayError): string {
  return details.map(({ message }) => message).join('\n');
}
