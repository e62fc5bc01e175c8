import { ImagoError } from "../../../engine/errors.js";
import { exp } from "../../../engine/ops/exp.js";
import { sub } from "../../../engine/ops/sub.js";
import { constantOf } from "../../../methods/learners/constantOf.js";
import type { Fitted, SavedFitted, SavedValue } from "../../../methods/learners/learner.js";
import { restoreFitted } from "../../../methods/learners/restoreFitted.js";
import { applyDesign } from "./applyDesign.js";
import type { ColumnPart } from "./columnPart.js";
import { emitDesign } from "./emitDesign.js";
import { readPart } from "./partFields.js";

/** How a learner's columns and target were prepared. */
export interface Preparation {
  readonly parts: readonly ColumnPart[];
  readonly logTarget: boolean;
}

/** What a prepared learner learnt, as plain JSON. */
export interface PreparedState {
  readonly kind: "prepared";
  readonly parts: readonly { readonly [key: string]: SavedValue }[];
  readonly logTarget: boolean;
  readonly learnt: SavedFitted;
  readonly [key: string]: SavedValue;
}

/** What a learner learnt from its design, as something that takes the table's matrix. */
export function preparedFitted({ parts, logTarget }: Preparation, learnt: Fitted): Fitted {
  const { emit } = learnt;
  return {
    predict: async (x) => {
      if (x.columns !== parts.length) {
        throw new ImagoError(`expected ${parts.length} columns, as were learnt from, received ${x.columns}.`);
      }
      const given = await learnt.predict(applyDesign(parts, x));
      return logTarget ? given.map(Math.expm1) : given;
    },
    ...(emit === undefined
      ? {}
      : {
          emit: (x) => {
            const given = emit.call(learnt, emitDesign(parts, x));
            return logTarget ? sub(exp(given), constantOf(x, [], [1])) : given;
          },
        }),
    get state(): PreparedState {
      const plain = parts.map((part) => ({ ...part }) as { readonly [key: string]: SavedValue });
      return { kind: "prepared", parts: plain, logTarget, learnt: learnt.state };
    },
  };
}

/** @throws {ImagoError} on what is no state of a prepared learner */
export function restorePrepared(state: SavedFitted): Fitted {
  if (state?.kind !== "prepared" || !Array.isArray(state.parts)) {
    throw new ImagoError("what was learnt is not that of a learner with its preparation.");
  }
  const { parts, logTarget, learnt } = state as PreparedState;
  const read = parts.map((part, at) => readPart(`prepared: parts[${at}]`, part));
  return preparedFitted({ parts: read, logTarget: logTarget === true }, restoreFitted(learnt));
}
