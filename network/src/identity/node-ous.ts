/** The four roles Fabric knows (NodeOUs): a value of the certificate's OU, exactly one per certificate. */
export const NODE_OUS = ['client', 'peer', 'admin', 'orderer'] as const;
export type NodeOu = (typeof NODE_OUS)[number];

export function isNodeOu(value: string): value is NodeOu {
  return (NODE_OUS as readonly string[]).includes(value);
}

/** Path of the root certificate inside every MSP directory; `config.yaml` names it, so it is spelt once. */
export const ROOT_CERTIFICATE = 'cacerts/ca.pem';

const identifier = (ou: NodeOu): string => {
  const key = `${ou.charAt(0).toUpperCase()}${ou.slice(1)}OUIdentifier`;
  return `  ${key}:\n    Certificate: ${ROOT_CERTIFICATE}\n    OrganizationalUnitIdentifier: ${ou}\n`;
};

/**
 * `config.yaml` of an MSP directory: the OU classifies, and only under our own root certificate.
 * Source: fabric:msp/configbuilder.go (type NodeOUs), as cryptogen writes it.
 */
export const NODE_OUS_YAML = `NodeOUs:\n  Enable: true\n${NODE_OUS.map(identifier).join('')}`;
