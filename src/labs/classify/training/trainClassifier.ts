import { ImagoError } from "../../../engine/errors.js";
import type { Lock } from "../../../engine/files/lock/acquireLock.js";
import { holdFolder } from "../../../engine/files/lock/holdFolder.js";
import type { Model } from "../../../nn/models/model.js";
import type { History } from "../../../nn/training/history.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import type { ClassifierRecord } from "../../../vision/classifierRecord.js";
import { Classifier } from "../classifier.js";
import {
  baseIdentity,
  checkFree,
  classifierCheckpoint,
  digestOfPictures,
  hasClassifier,
  loadClassifier,
  saveTraining,
} from "../files/classifierFolder.js";
import { featureIdentity, featureStore } from "../files/featureStore.js";
import { learntPicturesFile } from "../files/learntPictures.js";
import { scratchModel } from "../networks/scratchModel.js";
import { type ClassifyOptions, type ClassifySettings, readClassifyOptions } from "../options.js";
import { checkLearnable, type PictureData, pictureData } from "../pictureData.js";
import { patienceOf, planTraining, type TrainingPlan } from "../plan.js";
import type { TrainingRecord } from "../trainingRecord.js";
import type { FeatureStore } from "../transfer/computeFeatures.js";
import type { TrainedHead } from "../transfer/trainHead.js";
import { transferHead } from "../transfer/transferHead.js";
import { releaseBase } from "../transfer/transferModel.js";
import { compileFor, fitNetwork } from "./fitNetwork.js";
import { sameTraining } from "./sameTraining.js";
import { epochsIn, stepTime } from "./speed.js";

/** What {@link trainClassifier} gives. */
export interface TrainedClassifier {
  readonly classifier: Classifier;
  readonly record: TrainingRecord;
  /** The head on a frozen base, where one was trained in this run. */
  readonly head: TrainedHead | undefined;
  /** The figures of each epoch; absent where only a head was trained, or nothing was left to do. */
  readonly history: History | undefined;
  /** Why it ended before all that was asked for. */
  readonly stopped: string | undefined;
}

/**
 * Trains a classifier of pictures: a network from scratch; or the head of one that others trained, and with `fineTune` all of it after
 * that.
 *
 * With `folder` everything is saved there, during training too, and `resume` goes on to the same bytes; an interrupted run loses at most
 * half a minute.
 *
 * @param data pictures, as `imageFolder` gives them, at the base's size where there is one
 * @throws ImagoError on unknown options and values outside their range; with fewer than two classes, or one without a picture; when the
 *   folder holds something else, or a training of other pictures or with other options; when the loss stops being a number
 */
export async function trainClassifier(
  data: PictureData,
  options: ClassifyOptions = {},
): Promise<TrainedClassifier> {
  pictureData.read("trainClassifier", "data", data);
  const settings = readClassifyOptions(options);
  checkLearnable(data);
  checkSize(data, settings);
  const { folder } = settings;
  if (folder === undefined) return new Training(data, settings, undefined).run();
  if (!settings.resume) await checkFree(folder);
  const lock = await holdFolder(folder);
  try {
    return await new Training(data, settings, lock).run();
  } finally {
    lock.release();
  }
}

function checkSize({ size: [height, width] }: PictureData, { base }: ClassifySettings): void {
  if (base === undefined || (base.size[0] === height && base.size[1] === width)) return;
  throw new ImagoError(
    `trainClassifier: the pictures are ${height} × ${width}, and ${base.name} is cut for ${base.size.join(" × ")}.`,
    { help: "Give imageFolder the base's size, or transferBase that of the pictures." },
  );
}

/** What the folder held. */
interface Begun {
  readonly classifier: Classifier;
  readonly record: TrainingRecord;
  readonly position: TrainingPosition | undefined;
}

class Training {
  readonly #data: PictureData;
  readonly #settings: ClassifySettings;
  readonly #lock: Lock | undefined;
  readonly #began = performance.now();
  #head: TrainedHead | undefined;
  #own: Pick<TrainingRecord, "base" | "pictures"> | undefined;
  #learnt: Uint8Array | undefined;

  constructor(data: PictureData, settings: ClassifySettings, lock: Lock | undefined) {
    this.#data = data;
    this.#settings = settings;
    this.#lock = lock;
  }

  async run(): Promise<TrainedClassifier> {
    const begun = await this.#begun();
    if (begun?.record.stage === "done") return this.#result(begun.classifier, begun.record, undefined);
    const { base, fineTune, onEvent } = this.#settings;
    if (this.#data.validation.size === 0) {
      const text =
        "There are no pictures to validate on: training ends after all its epochs, and nothing says how good it is.";
      onEvent?.({ kind: "notice", text });
    }
    if (base === undefined) return this.#train(begun, () => this.#scratch());
    if (begun !== undefined) return this.#train(begun, () => begun.classifier.model);
    const model = await this.#transfer();
    const record = this.#record(this.#plan(), fineTune ? "head" : "done");
    await this.#save(model, record);
    if (!fineTune) return this.#result(this.#classifier(model), record, undefined);
    return this.#train(undefined, () => model);
  }

  /** What an earlier run left, where this one is to go on with it. */
  async #begun(): Promise<Begun | undefined> {
    const { folder, resume, onEvent } = this.#settings;
    if (!resume || folder === undefined) return undefined;
    if (!(await hasClassifier(folder))) {
      await checkFree(folder);
      onEvent?.({ kind: "notice", text: `Nothing was saved in ${folder} yet: beginning anew.` });
      return undefined;
    }
    const { classifier, record, training, notice } = await loadClassifier(folder);
    if (notice !== undefined) onEvent?.({ kind: "notice", text: notice });
    if (record === undefined)
      throw new ImagoError(`${folder} holds a classifier that no training is recorded of.`);
    const seen = { saved: classifier.record, given: this.#data };
    sameTraining(folder, record, { ...this.#identity(), record: seen }, this.#settings);
    // A frozen base that was done can be fine-tuned afterwards.
    const isMore = record.stage === "done" && this.#settings.fineTune && !record.fineTune;
    return { classifier, record: isMore ? { ...record, stage: "head" } : record, position: training };
  }

  /** What it is of: worked out once, since it hashes the base's file and the names of all pictures. */
  #identity(): Pick<TrainingRecord, "base" | "pictures"> {
    const { base } = this.#settings;
    if (this.#own === undefined) {
      this.#own = { pictures: digestOfPictures(this.#data), base: base && baseIdentity(base) };
      this.#learnt = learntPicturesFile(this.#data.train);
    }
    return this.#own;
  }

  #record(plan: TrainingPlan, stage: TrainingRecord["stage"]): TrainingRecord {
    const { fineTune, classWeights, seed } = this.#settings;
    return { version: 1, plan, ...this.#identity(), fineTune, classWeights, seed, stage };
  }

  #plan(): TrainingPlan {
    const isTransfer = this.#settings.base !== undefined;
    return planTraining(this.#settings, { pictures: this.#data.train.size, isTransfer });
  }

  #scratch(): Model {
    const { network = "small", seed } = this.#settings;
    const { size, classes } = this.#data;
    return scratchModel(network, { size, classes: classes.length, seed });
  }

  async #transfer(): Promise<Model> {
    const { seed, classWeights, augment, signal, onEvent } = this.#settings;
    const base = this.#settings.base;
    if (base === undefined) throw new ImagoError("trainClassifier: there is no base");
    const { model, head } = await transferHead(base, this.#data, {
      ...{
        seed,
        signal,
        isBalanced: classWeights === "balanced",
        isMirrored: (augment ?? "photo") === "photo",
      },
      store: (part) => this.#store(part),
      onPictures: (done, total) => onEvent?.({ kind: "features", done, total }),
    });
    this.#head = head;
    onEvent?.({ kind: "head", penalty: head.penalty, validation: head.validation });
    return model;
  }

  /** Features on disk, where there is a folder. */
  #store(part: string): FeatureStore | undefined {
    const { folder } = this.#settings;
    const { base, pictures } = this.#identity();
    if (folder === undefined || base === undefined) return undefined;
    return featureStore(folder, featureIdentity(base, pictures, this.#data, part));
  }

  async #train(begun: Begun | undefined, make: () => Model): Promise<TrainedClassifier> {
    const { callbacks = [], onEvent, signal, seed, classWeights, minutes } = this.#settings;
    const isUnderWay = begun?.record.stage === "training";
    const model = isUnderWay ? begun.classifier.model : make();
    const plan = isUnderWay ? begun.record.plan : await this.#timed(this.#plan());
    const steps = this.#data.train.batches({ batchSize: plan.batchSize }).steps;
    if (!isUnderWay) {
      releaseBase(model);
      compileFor(model, plan, steps);
    }
    const record = this.#record(plan, "training");
    const classifier = this.#classifier(model);
    const from = isUnderWay ? begun.position : undefined;
    onEvent?.({ kind: "plan", plan, from, weights: weightsOf(model) });
    const { folder } = this.#settings;
    const saving =
      this.#lock === undefined || folder === undefined
        ? []
        : [classifierCheckpoint(this.#lock, { folder, classifier, record, learnt: this.#learnt })];
    const seconds = minutes === undefined ? undefined : Math.max(0.001, this.#left(minutes) / 1000);
    const history = await fitNetwork(model, this.#data, {
      ...{ plan, seed, classWeights, resume: from, seconds, signal },
      callbacks: [...callbacks, ...saving],
    });
    return this.#ended(model, record, history);
  }

  async #ended(model: Model, record: TrainingRecord, history: History): Promise<TrainedClassifier> {
    const { stopped } = history;
    if (stopped?.startsWith("stopOnNonFinite") === true) {
      throw new ImagoError(`trainClassifier: ${stopped}`, { help: "Try a lower learning rate." });
    }
    const isOver = stopped === undefined || /^(earlyStopping|timeLimit)/.test(stopped);
    const last = isOver ? this.#record(record.plan, "done") : record;
    if (isOver) await this.#save(model, last);
    return this.#result(this.#classifier(model), last, history);
  }

  /** The plan with as many epochs as the time allows. */
  async #timed(plan: TrainingPlan): Promise<TrainingPlan> {
    const { minutes, base, epochs: asked, patience } = this.#settings;
    // A network that is fine-tuned is dear, and its time is cut by the clock alone.
    if (minutes === undefined || base !== undefined) return plan;
    const { train, validation, size } = this.#data;
    const { steps } = train.batches({ batchSize: plan.batchSize });
    const trial = this.#scratch();
    compileFor(trial, plan, steps);
    const perStep = await stepTime(trial, size, Math.min(plan.batchSize, train.size));
    await trial.dispose();
    const load = {
      steps,
      batchSize: plan.batchSize,
      pictures: train.size,
      validationPictures: validation.size,
    };
    const most = asked ?? Math.max(plan.epochs, 100);
    const epochs = Math.min(most, epochsIn(this.#left(minutes), perStep, load));
    return { ...plan, epochs, patience: patience ?? patienceOf(epochs) };
  }

  /** Milliseconds that are left of so many minutes. */
  #left(minutes: number): number {
    return minutes * 60_000 - (performance.now() - this.#began);
  }

  async #save(model: Model, record: TrainingRecord): Promise<void> {
    const { folder } = this.#settings;
    if (folder === undefined || this.#lock === undefined) return;
    this.#lock.confirm();
    await saveTraining({ folder, classifier: this.#classifier(model), record, learnt: this.#learnt });
  }

  #classifier(model: Model): Classifier {
    const { classes, size, fit, background } = this.#data;
    const { base, fineTune, network = "small" } = this.#settings;
    const made =
      base === undefined
        ? `${network}, from scratch`
        : `${base.name}, ${fineTune ? "fine-tuned" : "frozen, and a head"}`;
    const record: ClassifierRecord = { version: 1, classes, size, fit, background, network: made };
    return new Classifier(model, record);
  }

  #result(classifier: Classifier, record: TrainingRecord, history: History | undefined): TrainedClassifier {
    return { classifier, record, head: this.#head, history, stopped: history?.stopped };
  }
}

const weightsOf = ({ variables }: Model): number =>
  variables.reduce((sum, { variable }) => sum + variable.shape.reduce((a, b) => a * b, 1), 0);
