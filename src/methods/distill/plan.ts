import { ImagoError } from "../../engine/errors.js";
import { readOptions } from "../../engine/options.js";
import { checkLayers } from "./checkLayers.js";
import { checkPlan } from "./checkPlan.js";
import { decoupled } from "./modes/decoupled.js";
import { hard } from "./modes/hard.js";
import { centred, logits } from "./modes/logits.js";
import type { Distance } from "./modes/mode.js";
import { soft } from "./modes/soft.js";
import { standardised } from "./modes/standardised.js";
import {
  type DistillMode,
  type DistillSettings,
  defaultAlpha,
  defaultTemperature,
  distillFields,
  type Teacher,
} from "./options.js";
import type { Guesses } from "./teachers/guesses.js";
import { KeptTargets } from "./teachers/kept.js";
import { LiveTeachers } from "./teachers/live.js";
import type { TeacherNetwork } from "./teachers/network.js";
import { pupilOf } from "./teachers/pupil.js";
import { SoftTargets } from "./teachers/softTargets.js";
import type { TargetSource } from "./teachers/source.js";

/** Options of `distill` in full. */
export type Plan = DistillSettings & {
  readonly alpha: number;
  readonly temperature: NonNullable<DistillSettings["temperature"]>;
};

/** Under which name each mode's distance is reported: 0 for a perfect student, but for `hard`. */
export const figureOf: Readonly<Record<DistillMode, string>> = {
  soft: "divergence",
  standardised: "divergence",
  decoupled: "divergence",
  logits: "distance",
  features: "hint",
  hard: "teacherLoss",
};

/** @throws on unknown options, on values that will not do, and on options that contradict each other */
export function planOf(options: unknown): Plan {
  const read: DistillSettings = readOptions("distill", options, distillFields);
  checkPlan(read);
  const { mode, teacher, student } = read;
  checkApart(teachersOf(teacher), student);
  const temperature = read.temperature ?? defaultTemperature[mode];
  return { ...read, temperature, alpha: read.alpha ?? defaultAlpha[mode] };
}

/** The networks among teachers. */
export function teachersOf(teacher: Teacher): readonly TeacherNetwork[] {
  if (teacher instanceof SoftTargets) return [];
  return Array.isArray(teacher) ? teacher : [teacher as TeacherNetwork];
}

/** A teacher that changed with its student would be none. */
function checkApart(teachers: readonly TeacherNetwork[], student: DistillSettings["student"]): void {
  const own = new Set(student.variables.map(({ variable }) => variable));
  const shared = teachers.find(
    (one) => "variables" in one && one.variables.some(({ variable }) => own.has(variable)),
  );
  if (shared === undefined) return;
  throw new ImagoError(`distill: the teacher "${shared.name}" shares weights with the student.`, {
    help: "Make a model of its own for one of them, for example by saveModel and loadModel.",
  });
}

/** What a mode compares by; nothing for `features`, which compares no outputs. */
export function distanceOf({
  mode,
  centred: isCentred,
  ownWeight = 1,
  othersWeight = 8,
}: Plan): Distance | undefined {
  switch (mode) {
    case "soft":
      return soft;
    case "logits":
      return isCentred ? centred : logits;
    case "standardised":
      return standardised;
    case "decoupled":
      return decoupled({ ownWeight, othersWeight });
    case "hard":
      return hard;
    case "features":
      return undefined;
  }
}

/** Where targets come from. */
export function sourceOf(plan: Plan, guesses: Guesses): TargetSource {
  const { teacher, student, features, mode } = plan;
  const pupil = pupilOf(student, mode === "logits");
  if (teacher instanceof SoftTargets) return new KeptTargets(teacher, pupil, plan);
  const live = new LiveTeachers(teachersOf(teacher), pupil, {
    ...plan,
    feature: features?.teacher,
    guesses,
  });
  if (features !== undefined) checkLayers(student, teachersOf(teacher)[0] as TeacherNetwork, features);
  return live;
}
