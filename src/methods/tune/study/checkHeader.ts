import { ImagoError, shown } from "../../../engine/errors.js";
import { checkDescribedSpace, checkSameOrder, checkSameSpace } from "../space/describeSpace.js";
import type { StudyHeader } from "./openStudy.js";

/**
 * Checks that the first record of a study, which may come from a file, is one.
 *
 * @throws ImagoError naming what is none
 */
export function checkIsHeader(where: string, header: unknown): asserts header is StudyHeader {
  const { t, space, directions } = (header ?? {}) as Partial<Record<keyof StudyHeader, unknown>>;
  if (t !== "study") throw new ImagoError(`${where}: the journal there is not of a study.`);
  if (!Array.isArray(directions)) {
    throw new ImagoError(`${where}: the study's directions are ${shown(directions)}, which are none.`);
  }
  if (space !== null) checkDescribedSpace(where, space);
}

/**
 * Whether a study is opened as it was begun.
 *
 * @param elsewhere where another may be begun: `in another folder`
 *
 * @throws ImagoError where it is not, naming what differs
 */
export function checkHeader(where: string, before: StudyHeader, given: StudyHeader, elsewhere: string): void {
  if (before.space !== null && given.space !== null) {
    checkSameSpace(where, before.space, given.space);
    checkSameOrder(where, before.space, given.space);
  }
  for (const name of ["space", "directions", "sampler", "pruner", "seed", "noisy"] as const) {
    const [was, is] = [JSON.stringify(before[name]), JSON.stringify(given[name])];
    if (was === is) continue;
    throw new ImagoError(
      `${where}: the study there was begun with ${name} ${was}, and is opened with ${is}.`,
      { help: `Open it as it was, or begin a new study ${elsewhere}.` },
    );
  }
}
