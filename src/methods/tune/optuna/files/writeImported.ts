import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ImagoError } from "../../../../engine/errors.js";
import { spaceFromDescription } from "../../space/describeSpace.js";
import { journalName, openJournalLedger } from "../../study/files/journalLedger.js";
import { headerOf, readStudyOptions } from "../../study/openStudy.js";
import type { ImportedStudy } from "../importedStudy.js";

/**
 * Writes a study into a folder, as `openStudy` keeps one: by the sampler that is the default, and the seed 0.
 *
 * @throws ImagoError where there is a study already, and where the folder cannot be written
 */
export async function writeImported(folder: string, study: ImportedStudy): Promise<void> {
  const where = `import: ${folder}`;
  const isThere = await access(join(folder, journalName)).then(
    () => true,
    () => false,
  );
  if (isThere)
    throw new ImagoError(`${where}: there is a study already.`, { help: "Choose another folder." });
  const { space, directions: direction, events } = study;
  const settings = readStudyOptions({
    ...(space === undefined ? {} : { space: spaceFromDescription(space) }),
    direction,
  });
  await mkdir(folder, { recursive: true });
  const ledger = await openJournalLedger(where, folder, headerOf(settings));
  try {
    await ledger.transact(
      () => ({ events, result: undefined, durable: true }),
      () => {},
    );
  } finally {
    await ledger.close();
  }
}
