import { editionFor, editionNamed, type Edition } from '../rules/index.js';

/**
 * By which rules a package decides. No chaincode is told which definition is in force at its peer; but an organisation approves each
 * definition together with a package, whose label names the version: `<name>_<version>:<hash>`. So another bundle under the same version
 * decides as the one before, and each peer changes to the next edition with the block that commits the next definition.
 * @throws TypeError where the label is not spelled so, or names no edition that this code knows: it never guesses
 */
export function editionOfPackage(packageId: string, name: string): Edition {
  const label = packageId.slice(0, Math.max(0, packageId.lastIndexOf(':')));
  const start = `${name}_`;
  if (!label.startsWith(start))
    throw new TypeError(
      `CORE_CHAINCODE_ID is ${packageId}: its label must be ${start} and the definition's version`,
    );
  const version = label.slice(start.length);
  const rules = editionFor(version);
  const edition = rules === undefined ? undefined : editionNamed(rules);
  if (edition === undefined)
    throw new TypeError(`no edition of the rules is known here for version ${version} of the definition`);
  return edition;
}
