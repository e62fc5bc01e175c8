import { Model } from "../../nn/models/model.js";
import type { Teacher } from "./options.js";
import { teachersOf } from "./plan.js";
import type { TeacherNetwork } from "./teachers/network.js";
import { SoftTargets } from "./teachers/softTargets.js";

/** Collects what a user should know, each thing once. */
export class Warnings {
  readonly list: string[] = [];
  readonly #tell: ((warning: string) => void) | undefined;

  constructor(tell: ((warning: string) => void) | undefined) {
    this.#tell = tell;
  }

  say(warning: string): void {
    if (this.list.includes(warning)) return;
    this.list.push(warning);
    this.#tell?.(warning);
  }
}

/** What is known of teachers before they run. */
export function firstWarnings(teacher: Teacher): readonly string[] {
  if (teacher instanceof SoftTargets) return teacher.info.warnings ?? [];
  return smoothedTeachers(teachersOf(teacher));
}

/** Teachers that were trained with label smoothing (Müller, Kornblith and Hinton 2019). */
function smoothedTeachers(teachers: readonly TeacherNetwork[]): string[] {
  return teachers.flatMap((teacher) => {
    if (!(teacher instanceof Model) || !teacher.isCompiled) return [];
    const amounts = teacher.compiled.heads.map(({ loss }) => loss?.config.labelSmoothing);
    const most = amounts.find((amount) => typeof amount === "number" && amount > 0);
    if (most === undefined) return [];
    return [
      `The teacher "${teacher.name}" was trained with label smoothing (${most}), which erases what it knows of the ` +
        "likeness of classes: a student learns less of it than of a teacher that was trained without.",
    ];
  });
}
