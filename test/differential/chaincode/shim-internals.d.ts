/** The server of fabric-shim 2.5.8, which its types leave out. */
declare module 'fabric-shim/lib/server.js' {
  import type { ChaincodeInterface, ChaincodeServerOpts } from 'fabric-shim';
  import type { Duplex } from 'node:stream';

  class ChaincodeServer {
    constructor(
      chaincode: ChaincodeInterface,
      options: Omit<ChaincodeServerOpts, 'tlsProps'> & Partial<Pick<ChaincodeServerOpts, 'tlsProps'>>,
    );
    start(): Promise<void>;
    connect(stream: Duplex): void;
  }
  export default ChaincodeServer;
}
