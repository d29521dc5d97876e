import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { gateway, google } from '@hyperledger/fabric-protos';
// The generated module fills its exports at run time, so only the default import sees them in ES modules.
import anys from 'google-protobuf/google/protobuf/any_pb.js';
import { messageOf } from './errors.js';

/** Who refused, and what it said; clients show it as `GatewayError.details`. */
export interface ErrorDetail {
  readonly address: string;
  readonly mspId: string;
  readonly message: string;
}

/** A call that ends with a gRPC status other than OK. */
export class RpcFailure extends Error {
  readonly code: status;
  readonly details: readonly ErrorDetail[];

  constructor(code: status, message: string, details: readonly ErrorDetail[] = []) {
    super(message);
    this.name = 'RpcFailure';
    this.code = code;
    this.details = details;
  }
}

function packDetail({ address, mspId, message }: ErrorDetail): anys.Any {
  const detail = new gateway.ErrorDetail();
  detail.setAddress(address);
  detail.setMspId(mspId);
  detail.setMessage(message);
  const packed = new anys.Any();
  packed.pack(detail.serializeBinary(), 'gateway.ErrorDetail');
  return packed;
}

/** The `grpc-status-details-bin` trailer by which gRPC carries structured errors. */
function detailMetadata({ code, message, details }: RpcFailure): Metadata {
  const metadata = new Metadata();
  if (details.length === 0) return metadata;
  const rich = new google.rpc.Status();
  rich.setCode(code);
  rich.setMessage(message);
  rich.setDetailsList(details.map(packDetail));
  metadata.set('grpc-status-details-bin', Buffer.from(rich.serializeBinary()));
  return metadata;
}

/** Anything thrown, as grpc-js wants it; what is no RpcFailure is a defect of the node and is INTERNAL. */
export function asServiceError(cause: unknown): Pick<ServiceError, 'code' | 'details' | 'metadata'> {
  const failure = cause instanceof RpcFailure ? cause : new RpcFailure(status.INTERNAL, messageOf(cause));
  return { code: failure.code, details: failure.message, metadata: detailMetadata(failure) };
}
