import { ImagoError } from "../../../engine/errors.js";
import { checkSameOrder, checkSameSpace } from "../space/describeSpace.js";
import type { StudyHeader } from "./openStudy.js";

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
