import { ImagoError } from "../../../engine/errors.js";
import type { Lock } from "../../../engine/files/lock/acquireLock.js";
import { holdFolder } from "../../../engine/files/lock/holdFolder.js";
import { distill } from "../../../methods/distill/distill.js";
import type { DistillReport } from "../../../methods/distill/report/reportOptions.js";
import type { SoftTargets } from "../../../methods/distill/teachers/softTargets.js";
import type { Model } from "../../../nn/models/model.js";
import { Classifier } from "../classifier.js";
import { checkFree, digestOfPictures, hasClassifier } from "../files/classifierFolder.js";
import { readClassifyOptions } from "../options.js";
import { checkLearnable, type PictureData } from "../pictureData.js";
import { patienceOf, planTraining, type TrainingPlan } from "../plan.js";
import { compileFor } from "../training/fitNetwork.js";
import { isAskedOnce, type TeachersAnswers, teachersAnswers } from "./answers.js";
import { type Budget, batchCosts, budgetOf } from "./budget.js";
import {
  type DistillClassifierOptions,
  type DistillSettings,
  readDistillOptions,
  type StudentRole,
} from "./distillOptions.js";
import { type DistillRecord, sameDistillation } from "./distillRecord.js";
import {
  digestOfWeights,
  loadStudent,
  type SavedStudent,
  saveStudent,
  studentCheckpoint,
  studentFolder,
  writeReport,
} from "./files/distillFolder.js";
import { fitStudent } from "./fitStudent.js";
import { heldOut } from "./heldOut.js";
import { studentModel } from "./studentModel.js";
import { type PictureTeacher, teacherModel } from "./teacherModel.js";

/** What {@link distillClassifier} gives. */
export interface DistilledClassifier {
  readonly classifier: Classifier;
  /** Absent where it was interrupted before. */
  readonly report: DistillReport | undefined;
  /** Why it ended before all that was asked for. */
  readonly stopped: string | undefined;
}

/**
 * Distils classifiers of pictures into a smaller one: a network from scratch learns from what they say of the pictures, as changed at
 * random as it sees them itself; and, to compare, the same network learns from the labels alone.
 *
 * With `folder` everything is saved there, during training too, and `resume` goes on to the same bytes; an interrupted run loses at most
 * half a minute. The folder is a classifier's, as `trainClassifier` makes them.
 *
 * @param data pictures, as `imageFolder` gives them, at the size at which teachers are given them
 * @throws ImagoError on unknown options and values outside their range; where a teacher does not know a class; when the folder holds
 *   something else, or a distillation of other teachers, pictures or options; when the loss stops being a number
 */
export async function distillClassifier(
  data: PictureData,
  teachers: readonly PictureTeacher[],
  options: DistillClassifierOptions = {},
): Promise<DistilledClassifier> {
  const settings = readDistillOptions(options);
  checkLearnable(data);
  const networks = teachers.map((teacher) => teacherModel(teacher, data.classes, data.size));
  if (settings.folder !== undefined && !settings.resume) await checkFree(settings.folder);
  return new Distilling(data, { teachers, networks }, settings).run();
}

interface Teaching {
  readonly teachers: readonly PictureTeacher[];
  /** The teachers from the pictures to the student's classes. */
  readonly networks: readonly Model[];
}

/** A student that was trained as far as it got. */
interface Trained {
  readonly student: Model;
  readonly record: DistillRecord;
  readonly stopped: string | undefined;
}

class Distilling {
  readonly #data: PictureData;
  readonly #teaching: Teaching;
  readonly #settings: DistillSettings;
  readonly #began = performance.now();
  readonly #identity: Pick<DistillRecord, "teachers" | "size" | "temperature" | "alpha"> & {
    readonly pictures: string;
  };
  #budget: Budget | undefined;

  constructor(data: PictureData, teaching: Teaching, settings: DistillSettings) {
    this.#data = data;
    this.#teaching = teaching;
    this.#settings = settings;
    const { temperature, alpha, size = data.size } = settings;
    this.#identity = {
      ...{ size, temperature, alpha, pictures: digestOfPictures(data) },
      teachers: teaching.teachers.map(({ name, classifier }) => ({
        name,
        sha256: digestOfWeights(classifier.model),
      })),
    };
  }

  async run(): Promise<DistilledClassifier> {
    const plan = await this.#plan();
    const distilled = await this.#student("distilled", plan);
    const { student, record, stopped } = distilled;
    const classifier = this.#classifier(student, "distilled");
    const isOver = record.training.stage === "done";
    if (!isOver) return { classifier, report: undefined, stopped };
    const alone = this.#settings.alone ? await this.#student("alone", record.training.plan) : undefined;
    if (alone !== undefined && alone.record.training.stage !== "done") {
      await alone.student.dispose();
      return { classifier, report: undefined, stopped: alone.stopped };
    }
    try {
      return { classifier, report: await this.#report(student, alone?.student), stopped };
    } finally {
      await alone?.student.dispose();
    }
  }

  async #plan(): Promise<TrainingPlan> {
    const { network, epochs, batchSize, learningRate, augment, patience, minutes } = this.#settings;
    const given = readClassifyOptions({ network, epochs, batchSize, learningRate, augment, patience });
    const { train } = this.#data;
    const plan = planTraining(given, { pictures: train.size, isTransfer: false });
    if (minutes === undefined) return plan;
    this.#budget = await this.#measured(plan);
    const most = Math.min(epochs ?? Math.max(plan.epochs, 100), this.#budget.epochs);
    return { ...plan, epochs: most, patience: patience ?? patienceOf(most) };
  }

  async #measured(plan: TrainingPlan): Promise<Budget> {
    const { train, validation, size } = this.#data;
    const { steps } = train.batches({ batchSize: plan.batchSize });
    const trial = this.#newStudent(plan);
    compileFor(trial, plan, steps);
    const rows = Math.min(plan.batchSize, train.size);
    const live = await batchCosts(trial, this.#teaching.networks, size, rows);
    const costs = isAskedOnce(this.#data, plan, this.#settings.folder) ? { ...live, teachers: 0 } : live;
    const once = steps * (live.teachers - costs.teachers);
    await trial.dispose();
    const load = { steps, batchSize: plan.batchSize };
    const counts = { pictures: train.size, validationPictures: validation.size };
    return budgetOf(this.#left() - once, costs, { ...load, ...counts }, this.#settings.alone);
  }

  /** Milliseconds that are left of the time; without end where there is none. */
  #left(): number {
    const { minutes = Number.POSITIVE_INFINITY } = this.#settings;
    return minutes * 60_000 - (performance.now() - this.#began);
  }

  #newStudent({ network }: TrainingPlan): Model {
    const { size, classes } = this.#data;
    const settings = { size: this.#identity.size, classes: classes.length, seed: this.#settings.seed };
    return studentModel(network === "transfer" ? this.#settings.network : network, settings, size);
  }

  /** A student, trained now or before. */
  async #student(role: StudentRole, plan: TrainingPlan): Promise<Trained> {
    const { folder } = this.#settings;
    if (folder === undefined) return this.#train(role, plan, undefined);
    const own = studentFolder(folder, role);
    const lock = await holdFolder(own);
    try {
      return await this.#train(role, plan, { folder: own, lock });
    } finally {
      lock.release();
    }
  }

  async #begun(role: StudentRole, folder: string): Promise<SavedStudent | undefined> {
    const { resume, onEvent } = this.#settings;
    if (!resume) return undefined;
    if (!(await hasClassifier(folder))) {
      await checkFree(folder);
      const isNews = role === "distilled";
      if (isNews) onEvent?.({ kind: "notice", text: `Nothing was saved in ${folder} yet: beginning anew.` });
      return undefined;
    }
    const begun = await loadStudent(folder);
    if (begun.notice !== undefined) onEvent?.({ kind: "notice", text: begun.notice });
    sameDistillation(folder, begun.record, this.#identity, this.#settings);
    return begun;
  }

  async #train(
    role: StudentRole,
    planned: TrainingPlan,
    place: { readonly folder: string; readonly lock: Lock } | undefined,
  ): Promise<Trained> {
    const { callbacks, onEvent, signal, seed } = this.#settings;
    const begun = place === undefined ? undefined : await this.#begun(role, place.folder);
    if (begun?.record.training.stage === "done") {
      return { student: begun.classifier.model, record: begun.record, stopped: undefined };
    }
    const plan = begun?.record.training.plan ?? planned;
    const student = begun?.classifier.model ?? this.#newStudent(plan);
    const { steps } = this.#data.train.batches({ batchSize: plan.batchSize });
    if (begun === undefined) compileFor(student, plan, steps);
    onEvent?.({ kind: "plan", role, plan, from: begun?.training });
    const classifier = this.#classifier(student, role);
    const record = this.#record(role, plan, "training");
    const saving = place && [studentCheckpoint(place.lock, { folder: place.folder, classifier, record })];
    const answers = role === "alone" ? undefined : await this.#asked(plan);
    const learner = role === "alone" ? student : this.#distillation(student, answers?.targets);
    const history = await fitStudent(learner, this.#data, {
      ...{
        inMemory: answers?.pictures,
        plan,
        seed,
        resume: begun?.training,
        signal,
        seconds: this.#seconds(role),
      },
      callbacks: [...(callbacks?.(role) ?? []), ...(saving ?? [])],
    });
    // What teachers ran on; the student makes its own again where it is asked.
    await learner.dispose();
    const { stopped } = history;
    if (stopped?.startsWith("stopOnNonFinite") === true) {
      throw new ImagoError(`distillClassifier: ${stopped}`, { help: "Try a lower learning rate." });
    }
    const isOver = stopped === undefined || /^(earlyStopping|timeLimit)/.test(stopped);
    const last = isOver ? this.#record(role, plan, "done") : record;
    if (isOver && place !== undefined) {
      place.lock.confirm();
      await saveStudent({ folder: place.folder, classifier, record: last });
    }
    onEvent?.({ kind: "trained", role, stopped });
    return { student, record: last, stopped };
  }

  /** Seconds that a student has. */
  #seconds(role: StudentRole): number | undefined {
    if (this.#budget === undefined) return undefined;
    const share = role === "distilled" ? this.#budget.share : 1;
    return Math.max(0.001, (share * this.#left()) / 1000);
  }

  /** What the teachers say of all pictures to learn, where they are asked once. */
  async #asked(plan: TrainingPlan): Promise<TeachersAnswers | undefined> {
    const { folder, signal, onEvent } = this.#settings;
    if (folder === undefined || !isAskedOnce(this.#data, plan, folder)) return undefined;
    const onProgress = (done: number, total: number) => onEvent?.({ kind: "answers", done, total });
    return teachersAnswers(this.#data, this.#teaching.networks, { folder, signal, onProgress });
  }

  /** @param kept what the teachers said, where they were asked before */
  #distillation(student: Model, kept?: SoftTargets) {
    const { temperature, alpha, onEvent } = this.#settings;
    const { networks } = this.#teaching;
    const [first] = networks;
    if (first === undefined) throw new ImagoError("distillClassifier: there is no teacher.");
    if (kept !== undefined) return distill({ teacher: kept, student, temperature, alpha });
    const onWarning = (text: string) => onEvent?.({ kind: "notice", text });
    // One alone is a mean of nothing, and the report would say so.
    const teacher = networks.length === 1 ? first : networks;
    return distill({ teacher, student, temperature, alpha, teacherGives: "probabilities", onWarning });
  }

  async #report(student: Model, alone: Model | undefined): Promise<DistillReport> {
    const { measured = this.#data.validation, folder, onEvent, signal } = this.#settings;
    const { x, y } = await heldOut(measured, this.#data.size, signal);
    onEvent?.({ kind: "measuring", count: y.size, of: measured.size });
    const report = await this.#distillation(student).report({ pixels: x } as never, y, {
      alone,
      batchSize: 32,
    });
    if (folder !== undefined) await writeReport(folder, report);
    return report;
  }

  #record(role: StudentRole, plan: TrainingPlan, stage: "training" | "done"): DistillRecord {
    const { pictures, ...own } = this.#identity;
    const { seed } = this.#settings;
    const training = {
      plan,
      base: undefined,
      fineTune: false,
      classWeights: "none",
      seed,
      pictures,
      stage,
    } as const;
    return { version: 1, role, ...own, training: { version: 1, ...training } };
  }

  #classifier(student: Model, role: StudentRole): Classifier {
    const { classes, size, fit, background } = this.#data;
    const { network } = this.#settings;
    const names = this.#teaching.teachers.map(({ name }) => name).join(", ");
    const made = role === "alone" ? `${network}, from scratch` : `${network}, distilled from ${names}`;
    return new Classifier(student, { version: 1, classes, size, fit, background, network: made });
  }
}
