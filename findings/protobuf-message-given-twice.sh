#!/usr/bin/env bash
# A singular message field that stands twice on the wire, each time with another of its members. The protobuf encoding guide ("Last One
# Wins") says that parsers merge the two: scalars win, messages merge. Seen here: Python's protobuf 7.36.2 and @bufbuild/protobuf 2.17.0
# merge; google-protobuf 3.21.4 (on which Fabric's Node libraries stand) and protobufjs 7.6.6 keep only the second. So two programs can
# read two messages from the same signed bytes. Valid input; needs Node, npm, python3 and their registries.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund google-protobuf@3.21.4 protobufjs@7.6.6 @bufbuild/protobuf@2.17.0
python3 -m venv python
python/bin/pip install --quiet protobuf==7.36.2

# google.protobuf.DescriptorProto: options (7) twice, first message_set_wire_format (1), then deprecated (3).
hex=3a0208013a021801

cat >read.mjs <<'JS'
import { createRequire } from 'node:module';
import { fromBinary } from '@bufbuild/protobuf';
import { DescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import protobufjs from 'protobufjs';
const require = createRequire(import.meta.url);
const { DescriptorProto } = require('google-protobuf/google/protobuf/descriptor_pb.js');
const bytes = new Uint8Array(Buffer.from(process.argv[2], 'hex'));
const google = DescriptorProto.deserializeBinary(bytes).getOptions();
console.log(`google-protobuf ${google.getMessageSetWireFormat()} ${google.getDeprecated()}`);
const root = protobufjs.Root.fromJSON(require('protobufjs/google/protobuf/descriptor.json'));
const { options } = root.lookupType('google.protobuf.DescriptorProto').decode(bytes);
console.log(`protobufjs ${options.messageSetWireFormat} ${options.deprecated}`);
const es = fromBinary(DescriptorProtoSchema, bytes).options;
console.log(`protobuf-es ${es.messageSetWireFormat} ${es.deprecated}`);
JS
cat >read.py <<'PY'
import sys
from google.protobuf.descriptor_pb2 import DescriptorProto
options = DescriptorProto.FromString(bytes.fromhex(sys.argv[1])).options
print("python", str(options.message_set_wire_format).lower(), str(options.deprecated).lower())
PY

seen=$(node read.mjs "$hex" && python/bin/python read.py "$hex")
expected='google-protobuf false true
protobufjs false true
protobuf-es true true
python true true'
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  echo 'CHANGED: one of them reads it otherwise now' >&2
  exit 1
fi
echo 'as found: two merge, two keep only the second'
