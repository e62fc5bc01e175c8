import {
  accepting,
  byName,
  callable,
  type Field,
  type FieldsOf,
  flag,
  list,
  number,
  oneOf,
  optional,
  type ReadOf,
  record,
  seed,
  text,
} from "../../engine/options.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { runtimeField } from "../../nn/models/fields.js";
import { Model } from "../../nn/models/model.js";
import { OnnxModel } from "../../nn/models/onnxModel.js";
import type { Structure } from "../../nn/network/structure.js";
import type { Schedule } from "../../nn/optimizers/optimizer.js";
import { type ScheduleSpec, schedule } from "../../nn/optimizers/schedules/resolve.js";
import type { Augment } from "./augment.js";
import type { Averaging } from "./modes/pooled.js";
import type { TeacherNetwork } from "./teachers/network.js";
import { SoftTargets } from "./teachers/softTargets.js";

/** What a student learns of its teacher; each has a file in `modes/`, which gives its formula. */
export type DistillMode = "soft" | "logits" | "standardised" | "decoupled" | "features" | "hard";

/** Who can teach: a network, several of them, or what they said before. */
export type Teacher = TeacherNetwork | readonly TeacherNetwork[] | SoftTargets;

/** The layers that `features` compares. */
export interface FeatureLayers {
  /** Name of a layer of the student. */
  readonly student: string;
  /** Name of a layer of a `Model`, or of a value in the file of an `OnnxModel`. */
  readonly teacher: string;
}

/** Names of classes in the order of an output's last axis; by the student's output where there are several. */
export type ClassNames = readonly string[] | Readonly<Record<string, readonly string[]>>;

export interface DistillOptions<I extends Structure = Structure, O extends Structure = Structure> {
  /**
   * A model, an ONNX file, several of them, or soft targets that `softTargets` computed before. Networks run as for
   * inference, with the weights that they have at the first batch of each shape.
   */
  readonly teacher: Teacher;
  /** What is trained. Afterwards it is a model as any other, with nothing of the teacher in it. */
  readonly student: Model<I, O>;
  /** Default: `soft`. */
  readonly mode?: DistillMode | undefined;
  /**
   * T, above 0, or a schedule over steps. Default: 4; 2 for `standardised`; 1 for `logits` and `hard`, which take another
   * only to average the probabilities of several teachers.
   */
  readonly temperature?: number | ScheduleSpec | undefined;
  /**
   * Share of the teacher in the loss, alpha · teacher + (1 − alpha) · labels, from 0 to 1. Default: 0.9 for `soft` and
   * `standardised`, 0.5 for `decoupled` and `hard`, 1 for `logits` and `features`. Where a batch has no labels, the
   * teacher's part counts alone, and where there are no targets of the teacher, that of the labels.
   */
  readonly alpha?: number | undefined;
  /** Steps over which the teacher's part rises from nothing to its whole. Default: 0. */
  readonly warmupSteps?: number | undefined;
  /** What is averaged of several teachers: their probabilities at T, or their logits. Default: probabilities. */
  readonly average?: Averaging | undefined;
  /** For `logits`: take each row's mean off first. Default: false, as in the papers. */
  readonly centred?: boolean | undefined;
  /** For `decoupled`: factor of the right class against the rest. Default: 1. */
  readonly ownWeight?: number | undefined;
  /** For `decoupled`: factor of what is among the other classes. Default: 8. */
  readonly othersWeight?: number | undefined;
  /** For `features`: which layers. */
  readonly features?: FeatureLayers | undefined;
  /** The student's classes by name. Default: both have the same classes in the same order. */
  readonly classes?: ClassNames | undefined;
  /** The teacher's classes by name; with `classes` they bring its columns into the student's order. */
  readonly teacherClasses?: ClassNames | undefined;
  /** For names that differ: the teacher's class for each of the student's. Classes that are left out keep their name. */
  readonly classMap?: Readonly<Record<string, string>> | undefined;
  /** For outputs whose names differ: the teacher's output for each of the student's. */
  readonly outputs?: Readonly<Record<string, string>> | undefined;
  /**
   * What the teacher's outputs are, where its graph does not show a softmax. Default: as its first values look: rows
   * that are positive and add up to 1 are probabilities, all others logits. Single numbers from 0 to 1 are taken for
   * probabilities with a warning. Later values that are no probabilities are an error.
   */
  readonly teacherGives?: "logits" | "probabilities" | undefined;
  /**
   * Changes a sample's inputs, other ways at each epoch; teacher and student see the same. For data in memory.
   * Default: samples stay as they are.
   */
  readonly augment?: Augment | undefined;
  /** How many different views of each sample there are; they come in turn. Default: a new one at every epoch. */
  readonly views?: number | undefined;
  /** Seeds augmentation and the projection of `features`. Default: 0. */
  readonly seed?: number | undefined;
  /** Where programs run. Default: ONNX Runtime's own library in Node. */
  readonly runtime?: Runtime | undefined;
  /** Told of each warning as it comes; all of them are in `distillation.warnings`. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

const isTeacher = (value: unknown): value is TeacherNetwork =>
  value instanceof Model || value instanceof OnnxModel;

/** One teacher or several. */
export const teachersField = accepting(
  "a Model, an OnnxModel, or an array of them",
  (value): value is TeacherNetwork | readonly TeacherNetwork[] =>
    isTeacher(value) || (Array.isArray(value) && value.length > 0 && value.every(isTeacher)),
);

const teacher = accepting(
  "a Model, an OnnxModel, an array of them, or the result of softTargets",
  (value): value is Teacher =>
    value instanceof SoftTargets ||
    isTeacher(value) ||
    (Array.isArray(value) && value.length > 0 && value.every(isTeacher)),
);

const fixedTemperature = number({ above: 0, max: 1e6 });

const temperature: Field<number | Schedule> = {
  ...fixedTemperature,
  expected: `${fixedTemperature.expected}, or a schedule`,
  read: (where, name, value) =>
    typeof value === "object" && value !== null
      ? schedule(value as ScheduleSpec, `${where}: ${name}`)
      : fixedTemperature.read(where, name, value),
};

const names = list(text(), "an array of names");
const namesByOutput = byName(names, "names of classes, by output where there are several");
const classNames: Field<ClassNames> = {
  expected: "an array of names, or one for each output by its name",
  read: (where, name, value) =>
    Array.isArray(value) ? names.read(where, name, value) : namesByOutput.read(where, name, value),
};

/** Options that name classes and outputs, for all who ask a teacher. */
export const matchingFields = {
  classes: optional(classNames),
  teacherClasses: optional(classNames),
  classMap: optional(byName(text(), "the teacher's class for each of the student's")),
  outputs: optional(byName(text(), "the teacher's output for each of the student's")),
  teacherGives: optional(oneOf(["logits", "probabilities"])),
};

/** Options that say how samples are changed. */
export const viewFields = {
  augment: optional(callable<Augment>()),
  views: optional(number({ min: 1, max: 10_000, integer: true })),
  seed: seed(),
};

export const distillFields = {
  teacher,
  student: accepting("a Model", (value): value is Model => value instanceof Model),
  mode: oneOf(["soft", "logits", "standardised", "decoupled", "features", "hard"], "soft"),
  temperature: optional(temperature),
  alpha: optional(number({ min: 0, max: 1 })),
  warmupSteps: number({ default: 0, min: 0, integer: true }),
  average: oneOf(["probabilities", "logits"], "probabilities"),
  centred: flag(false),
  ownWeight: optional(number({ min: 0 })),
  othersWeight: optional(number({ min: 0 })),
  features: optional(record({ student: text(), teacher: text() })),
  ...matchingFields,
  ...viewFields,
  runtime: runtimeField,
  onWarning: optional(callable<(warning: string) => void>()),
} satisfies FieldsOf<DistillOptions>;

/** {@link DistillOptions} as read. */
export type DistillSettings = ReadOf<typeof distillFields>;

/** T where none is given. */
export const defaultTemperature: Readonly<Record<DistillMode, number>> = {
  soft: 4,
  logits: 1,
  standardised: 2,
  decoupled: 4,
  features: 1,
  hard: 1,
};

/** Share of the teacher where none is given. */
export const defaultAlpha: Readonly<Record<DistillMode, number>> = {
  soft: 0.9,
  logits: 1,
  standardised: 0.9,
  decoupled: 0.5,
  features: 1,
  hard: 0.5,
};
