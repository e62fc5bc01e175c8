import { ImagoError, nearest } from "../../engine/errors.js";
import type { SymbolicTensor } from "../../nn/layers/base/symbolic.js";
import type { OpenedMember } from "./members.js";

/**
 * For each member the columns of its output in the order of the first one's classes.
 *
 * @throws ImagoError where names are not as many as members or columns, come twice, or differ
 */
export function classOrders(
  classes: readonly (readonly string[])[],
  tensors: readonly SymbolicTensor[],
  members: readonly OpenedMember[],
  output: string,
): readonly (readonly number[])[] {
  if (classes.length !== members.length) {
    throw new ImagoError(
      `ensemble: classes has ${classes.length} lists for ${members.length} models; give one for each.`,
    );
  }
  const [first] = classes as readonly [readonly string[]];
  return classes.map((own, member) => {
    const where = `ensemble: classes[${member}]`;
    const columns = tensors[member]?.shape.at(-1);
    if (own.length !== columns) {
      throw new ImagoError(
        `${where} has ${own.length} names; "${output}" of ${members[member]?.label} has ${columns}.`,
      );
    }
    const twice = own.find((name, place) => own.indexOf(name) !== place);
    if (twice !== undefined) throw new ImagoError(`${where}: "${twice}" is there twice.`);
    return first.map((name) => {
      const column = own.indexOf(name);
      if (column >= 0) return column;
      const meant = nearest(name, own);
      throw new ImagoError(`${where} has no class "${name}", which the first model has.`, {
        help: meant === undefined ? `There are: ${own.join(", ")}.` : `Did you mean "${meant}"?`,
      });
    });
  });
}
