import { ImagoError, nearest } from "../../engine/errors.js";
import type { Model } from "../../nn/models/model.js";
import type { DistillMode, DistillSettings, Teacher } from "./options.js";
import { SoftTargets } from "./teachers/softTargets.js";

/** How many teachers there are, run beside the student or before. */
function countOf(teacher: Teacher): number {
  if (teacher instanceof SoftTargets) return teacher.info.count;
  return Array.isArray(teacher) ? teacher.length : 1;
}

/** Options that one mode alone reads. */
const ofMode = {
  centred: "logits",
  ownWeight: "decoupled",
  othersWeight: "decoupled",
  features: "features",
} as const satisfies Partial<Record<keyof DistillSettings, DistillMode>>;

/** @throws on options that contradict each other, or that nothing would read */
export function checkPlan(read: DistillSettings): void {
  const { mode, views, augment, teacher, student, classes, teacherClasses, classMap } = read;
  for (const [name, wanted] of Object.entries(ofMode) as [keyof typeof ofMode, DistillMode][]) {
    const given = read[name];
    if (mode === wanted || given === undefined || given === false) continue;
    const verb = name === "features" ? "serve" : "serves";
    throw new ImagoError(`distill: ${name} ${verb} mode "${wanted}", and mode is "${mode}".`);
  }
  if (mode === "features" && read.features === undefined) {
    throw new ImagoError(
      'distill: mode "features" needs features: { student, teacher }, the layers to compare.',
    );
  }
  if (views !== undefined && augment === undefined) {
    throw new ImagoError("distill: views count what augment makes; give augment too.");
  }
  if (mode === "features" && (teacher instanceof SoftTargets || countOf(teacher) !== 1)) {
    throw new ImagoError('distill: mode "features" needs one teacher that runs beside the student.');
  }
  if (teacher instanceof SoftTargets && read.teacherGives !== undefined) {
    throw new ImagoError("distill: teacherGives serves teachers that run, and soft targets are logits.", {
      help: "Give it to softTargets, which computes them.",
    });
  }
  if (classMap !== undefined && classes === undefined && teacherClasses === undefined) {
    throw new ImagoError(
      "distill: classMap joins names of classes, and none are given; give classes and teacherClasses.",
    );
  }
  checkTemperature(read);
  checkOutputs("classes", classes, student);
  checkOutputs("teacherClasses", teacherClasses, student);
}

/** Some modes read it only where probabilities of several teachers are averaged. */
function checkTemperature({ mode, temperature, teacher, average }: DistillSettings): void {
  if (temperature === undefined || temperature === 1) return;
  if (mode !== "logits" && mode !== "hard" && mode !== "features") return;
  if (mode !== "features" && countOf(teacher) > 1 && average === "probabilities") return;
  throw new ImagoError(
    `distill: mode "${mode}" has no temperature${mode === "features" ? "" : " but to average probabilities of several teachers"}.`,
    { help: 'Leave it out, or take mode: "soft".' },
  );
}

/** Names by output must be of outputs that there are. */
function checkOutputs(option: string, given: DistillSettings["classes"], student: Model): void {
  if (given === undefined || Array.isArray(given)) return;
  const names = student.outputs.map(({ name }) => name);
  const strange = Object.keys(given).find((name) => !names.includes(name));
  if (strange === undefined) return;
  const meant = nearest(strange, names);
  throw new ImagoError(`distill: ${option}: the student has no output "${strange}".`, {
    help: `${meant === undefined ? "" : `Did you mean "${meant}"? `}There are: ${names.join(", ")}.`,
  });
}
