import { extname } from "node:path";
import { ImagoError } from "../../../../../engine/errors.js";
import type { StrokeItem } from "../../../../../labs/sequence/handwriting/strokeItem.js";
import { StrokeTask } from "../../../../../labs/sequence/handwriting/strokeTask.js";
import { strokeTaskConfig } from "../../../../../labs/sequence/handwriting/strokeTaskConfig.js";
import type { SkippedItem } from "../../../../../labs/sequence/kinds/tokenKind.js";
import { type Drawing, pointCount } from "../../../../../labs/sequence/strokes/drawing.js";
import { readDrawings } from "../../../../../labs/sequence/strokes/readDrawings.js";
import { strokeOffsets } from "../../../../../labs/sequence/strokes/strokeOffsets.js";
import type { StrokesConfig } from "../../../../../labs/sequence/training/taskConfig.js";
import { grouped } from "../../../shell/output.js";
import { UsageError } from "../../../shell/run.js";
import { corpusIn } from "../../corpusIn.js";
import { formatSkipped } from "../itemReport.js";
import type { Lesson, LessonOptions } from "./lesson.js";

/** Points that a drawing needs, and points of one that is learnt at most. */
const [fewest, most] = [5, 2000];

/**
 * Reads pen strokes: a JSON object a line, as Quick, Draw! has them.
 *
 * @throws ImagoError where nothing of them can be learnt; UsageError where texts and labels are both to be learnt
 */
export async function strokeLesson(
  file: string,
  { options, flags, saved }: LessonOptions<StrokesConfig>,
): Promise<Lesson> {
  const { texts = false, labels = false } = flags;
  if (texts && labels)
    throw new UsageError("--texts and --labels: a drawing has one word, which is either written or drawn.");
  const corpus = await corpusIn(file);
  const { drawings, lines, skipped: unread } = readDrawings(corpus.text);
  const skipped: SkippedItem[] = [...unread];
  const items: StrokeItem[] = [];
  drawings.forEach((drawing, at) => {
    const reason = whyNot(drawing, texts || labels);
    if (reason === undefined) items.push(itemOf(drawing));
    else skipped.push({ line: lines[at] as number, reason });
  });
  skipped.sort((a, b) => a.line - b.line);
  if (items.length === 0) throw nothingIn(file, skipped);
  const { units, layers, heldOut, seed } = options;
  const config =
    saved?.strokes ?? strokeTaskConfig(items, given({ units, layers, heldOut, seed, texts, labels }));
  const task = new StrokeTask(items, config);
  const what =
    config.letters.length > 0
      ? `${config.letters.length} different letters to be written`
      : config.labels.length > 0
        ? `${grouped(config.labels.length)} labels`
        : "no text or label is given";
  const clip = saved === undefined ? { clip: 5 } : {};
  return {
    corpus,
    task,
    saved: { kind: "strokes", strokes: config },
    counts: { learnt: task.learntItems.length, heldOut: task.heldOutItems.length },
    about: {
      network: `${config.network.layers} × LSTM ${config.network.units}, ${config.network.components} Gaussians and the pen`,
      items: what,
    },
    keys: [],
    defaults: { steps: 1000, batchSize: 32, learningRate: 0.001, ...clip },
    leftOut: (width) => formatSkipped(skipped, items.length, task.noun, width),
  };
}

/** Options without those that nobody gave. */
const given = <T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;

function whyNot(drawing: Drawing, isNamed: boolean): string | undefined {
  const points = pointCount(drawing);
  if (points < fewest) return `fewer than ${fewest} points`;
  if (points > most) return `more than ${most} points`;
  return isNamed && drawing.word === "" ? "no word says what it is" : undefined;
}

/** A drawing as it is learnt; its word is its text, and its label. */
export const itemOf = (drawing: Drawing): StrokeItem => ({
  offsets: strokeOffsets(drawing),
  text: drawing.word,
  label: drawing.word,
});

function nothingIn(file: string, skipped: readonly SkippedItem[]): ImagoError {
  const [first] = skipped;
  const why = first === undefined ? "" : ` Line ${first.line}: ${first.reason}.`;
  const help =
    extname(file) === ".ndjson"
      ? "Each line is a JSON object with word and drawing, as in Quick, Draw!'s files."
      : "Is it of another kind? Name it by --as.";
  return new ImagoError(`There is no drawing in ${file} that can be learnt.${why}`, { help });
}
