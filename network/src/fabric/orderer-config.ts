import { join } from 'node:path';
import { address, HOST, tlsFiles, type OrdererNode } from './layout.js';

const MAX_MESSAGE = 100 * 1024 * 1024;

/** The content of an orderer's `orderer.yaml` (fabric:sampleconfig/orderer.yaml). Nodes and administrators both show certificates in TLS. */
export function ordererConfig(orderer: OrdererNode): object {
  const { certificate, key, root } = tlsFiles(orderer.identity);
  const data = join(orderer.directory, 'data');
  const tls = { Enabled: true, Certificate: certificate, PrivateKey: key, RootCAs: [root] };
  return {
    General: {
      ListenAddress: HOST,
      ListenPort: orderer.port,
      LocalMSPID: orderer.mspId,
      LocalMSPDir: join(orderer.identity, 'msp'),
      BootstrapMethod: 'none',
      TLS: { ...tls, ClientAuthRequired: false },
      Cluster: {
        SendBufferSize: 100,
        ClientCertificate: certificate,
        ClientPrivateKey: key,
        // Back from a crash, a node is found again within a second rather than within minutes.
        DialTimeout: '2s',
        RPCTimeout: '7s',
        ReplicationRetryTimeout: '500ms',
        ReplicationMaxRetries: 12,
      },
      Keepalive: { ServerMinInterval: '10s', ServerInterval: '7200s', ServerTimeout: '20s' },
      Backoff: { BaseDelay: '500ms', Multiplier: 1.6, MaxDelay: '2s' },
      MaxRecvMsgSize: MAX_MESSAGE,
      MaxSendMsgSize: MAX_MESSAGE,
      BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } },
      Authentication: { TimeWindow: '15m' },
    },
    FileLedger: { Location: join(data, 'ledger') },
    Operations: { ListenAddress: address(orderer.operationsPort), TLS: { Enabled: false } },
    Metrics: { Provider: 'prometheus' },
    Admin: {
      ListenAddress: address(orderer.adminPort),
      TLS: { ...tls, ClientAuthRequired: true, ClientRootCAs: [root] },
    },
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: '1 MB' },
    Consensus: { WALDir: join(data, 'wal'), SnapDir: join(data, 'snapshot') },
  };
}
