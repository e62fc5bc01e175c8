import { ImagoError, shown } from "../../engine/errors.js";
import { alternatives, numbers } from "../../engine/options.js";
import { type NeighboursState, restoreNeighbours } from "./kNearest.js";
import type { Fitted, SavedFitted } from "./learner.js";
import { type LinearState, restoreLinear } from "./linear/linearFitted.js";
import { type MeanState, restoreMean } from "./mean.js";
import { type NetworkState, restoreNetwork } from "./network/networkFitted.js";
import { type ScreenedState, screenedFitted } from "./screeners/screenedFitted.js";
import { restoreTrees, type TreesState } from "./trees/treesFitted.js";

const columnsField = numbers({ min: 0, max: 2 ** 31 - 1, integer: true });

/** Every form of what can be learnt, by its kind. */
const kinds: Readonly<Record<string, (state: SavedFitted) => Fitted>> = {
  constant: (state) => restoreMean(state as MeanState),
  linear: (state) => restoreLinear(state as LinearState),
  network: (state) => restoreNetwork(state as NetworkState),
  trees: (state) => restoreTrees(state as TreesState),
  screened: (state) => {
    const { learnt, columns } = state as ScreenedState;
    return screenedFitted(restoreFitted(learnt), columnsField.read("screened", "columns", columns));
  },
  neighbours: (state) => restoreNeighbours(state as NeighboursState),
};

/** Whether {@link restoreFitted} can make it again: not what a learner of one's own learnt. */
export function isRestorable(state: SavedFitted): boolean {
  if (state?.kind === "screened") return isRestorable((state as ScreenedState).learnt);
  return typeof state?.kind === "string" && Object.hasOwn(kinds, state.kind);
}

/**
 * What was learnt, from its `state`.
 *
 * @throws {ImagoError} on a kind that there is not, and on parts that do not fit
 */
export function restoreFitted(state: SavedFitted): Fitted {
  const kind: unknown = state?.kind;
  const restore = typeof kind === "string" && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (restore !== undefined) return restore(state);
  throw new ImagoError(
    `restoreFitted: kind must be ${alternatives(Object.keys(kinds))}, received ${shown(kind)}.`,
  );
}
