// The generated module fills its exports at run time, so only the default import sees them in ES modules.
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';

/** The present as a protobuf timestamp. */
export function timestampNow(): timestamps.Timestamp {
  return timestamps.Timestamp.fromDate(new Date());
}
