import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { msp } from '@hyperledger/fabric-protos';
import { load } from 'js-yaml';
import { z } from 'zod';
import { readPublicMsp } from '../identity/index.js';
import { pemFiles } from '../identity/pem.js';
import { EmbeddedNodeError, messageOf } from './errors.js';

// config.yaml as Fabric reads it (msp/configbuilder.go). Only the parts that decide on membership are known here.
const unit = z.strictObject({
  Certificate: z.string().min(1).optional(),
  OrganizationalUnitIdentifier: z.string().min(1),
});
const configFile = z.strictObject({
  NodeOUs: z.strictObject({
    Enable: z.literal(true, 'NodeOUs must be enabled'),
    ClientOUIdentifier: unit,
    PeerOUIdentifier: unit,
    AdminOUIdentifier: unit,
    OrdererOUIdentifier: unit,
  }),
});

async function unitIdentifier(
  directory: string,
  given: z.infer<typeof unit>,
): Promise<msp.FabricOUIdentifier> {
  const identifier = new msp.FabricOUIdentifier();
  identifier.setOrganizationalUnitIdentifier(given.OrganizationalUnitIdentifier);
  if (given.Certificate !== undefined)
    identifier.setCertificate(await readFile(join(directory, given.Certificate)));
  return identifier;
}

async function nodeOus(directory: string, yaml: string): Promise<msp.FabricNodeOUs> {
  const { NodeOUs } = configFile.parse(load(yaml));
  const units = new msp.FabricNodeOUs();
  units.setEnable(true);
  units.setClientOuIdentifier(await unitIdentifier(directory, NodeOUs.ClientOUIdentifier));
  units.setPeerOuIdentifier(await unitIdentifier(directory, NodeOUs.PeerOUIdentifier));
  units.setAdminOuIdentifier(await unitIdentifier(directory, NodeOUs.AdminOUIdentifier));
  units.setOrdererOuIdentifier(await unitIdentifier(directory, NodeOUs.OrdererOUIdentifier));
  return units;
}

function cryptoConfig(): msp.FabricCryptoConfig {
  const crypto = new msp.FabricCryptoConfig();
  crypto.setSignatureHashFamily('SHA2');
  crypto.setIdentityIdentifierHashFunction('SHA256');
  return crypto;
}

const asBytes = (pem: string): Uint8Array => Buffer.from(pem);

/**
 * Reads a public MSP directory into the form in which a channel configuration carries it.
 * @throws EmbeddedNodeError MSP_INVALID
 */
export async function readMspConfig(directory: string, mspId: string): Promise<msp.FabricMSPConfig> {
  try {
    const found = await readPublicMsp(directory, mspId);
    const config = new msp.FabricMSPConfig();
    config.setName(mspId);
    config.setRootCertsList(found.rootCertificates.map(asBytes));
    config.setIntermediateCertsList((await pemFiles(join(directory, 'intermediatecerts'))).map(asBytes));
    config.setRevocationListList(found.revocationLists.map(asBytes));
    config.setCryptoConfig(cryptoConfig());
    config.setTlsRootCertsList(found.tlsRootCertificates.map(asBytes));
    config.setFabricNodeOus(await nodeOus(directory, found.config));
    return config;
  } catch (cause) {
    throw new EmbeddedNodeError('MSP_INVALID', `${mspId} in ${directory}: ${messageOf(cause)}`, { cause });
  }
}
