import type { Generated } from 'kysely';

export interface CheckpointSchema {
  checkpoint_bodies: { digest: string; height: number; body: string };
  checkpoint_certificates: { digest: string; msp_id: string; certificate: string };
  checkpoint_signatures: {
    /** Digest of the public key. */
    key: string;
    height: number;
    own: 0 | 1;
    body: string;
    certificate: string;
    statement: string;
    signature: string;
    /** VOID: retracted, or its signer equivocated. */
    state: 'STANDS' | 'VOID';
    agreed: 0 | 1;
    named: 0 | 1;
  };
  checkpoint_retractions: { height: number; retraction: string };
  checkpoint_lies: { id: Generated<number>; kind: string; key: string; height: number; lie: string };
}
