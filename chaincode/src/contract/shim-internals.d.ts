/** The parts of fabric-shim 2.5.8 that its own command uses and its types leave out. */
declare module 'fabric-shim/lib/contract-spi/chaincodefromcontract.js' {
  import type { ChaincodeInterface } from 'fabric-shim';
  import type { Contract } from 'fabric-contract-api';

  interface Serializers {
    transaction: string;
    serializers: Record<string, unknown>;
  }
  const ChaincodeFromContract: new (
    contracts: (new () => Contract)[],
    serializers: Serializers,
    metadata: object,
    title: string,
    version: string,
  ) => ChaincodeInterface;
  export default ChaincodeFromContract;
}

declare module 'fabric-shim/lib/server.js' {
  import type { ChaincodeInterface, ChaincodeServerOpts } from 'fabric-shim';
  import type { Duplex } from 'node:stream';

  class ChaincodeServer {
    constructor(
      chaincode: ChaincodeInterface,
      options: Omit<ChaincodeServerOpts, 'tlsProps'> &
        Partial<Pick<ChaincodeServerOpts, 'tlsProps'>> & { readonly [option: `grpc.${string}`]: number },
    );
    protected readonly _server: {
      forceShutdown(): void;
      tryShutdown(callback: (error?: Error) => void): void;
    };
    start(): Promise<void>;
    connect(stream: Duplex): void;
  }
  export default ChaincodeServer;
}
