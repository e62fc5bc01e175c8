import { join } from "node:path";
import sharp from "sharp";
import { ImagoError } from "../../../../engine/errors.js";
import { atomicWrite } from "../../../../engine/files/atomicWrite.js";
import { makeFolder } from "../../../../engine/files/makeFolder.js";
import { readTextChecked } from "../../../../engine/files/readFileChecked.js";
import { defaultRuntime } from "../../../../engine/runtime/default.js";
import type { SavedSequence } from "../../../../labs/sequence/files/sequenceFolder.js";
import { Symbols } from "../../../../labs/sequence/items/symbols.js";
import type { TokenTaskConfig } from "../../../../labs/sequence/items/tokenTaskConfig.js";
import { TokenWriter, type WrittenTokens } from "../../../../labs/sequence/items/tokenWriter.js";
import type { ItemFormat, TokenKind } from "../../../../labs/sequence/kinds/tokenKind.js";
import { tokenKindOf } from "../../../../labs/sequence/kinds/tokenKinds.js";
import type { TaskConfig } from "../../../../labs/sequence/training/taskConfig.js";
import { grouped, lineWidth, type Output, printable } from "../../shell/output.js";
import { UsageError } from "../../shell/run.js";
import { formatJudgement } from "./itemReport.js";
import type { SampleItems } from "./sampleItems.js";

/** A network for items of tokens, ready to write. */
export interface OpenTokens extends SavedSequence {
  readonly task: TokenTaskConfig;
  readonly kind: TokenKind;
  readonly symbols: Symbols;
  readonly writer: TokenWriter;
}

const isTokenTask = (task: TaskConfig): task is TokenTaskConfig => "tokens" in task;

/** Opens what `write train` learnt; `undefined` where it is not made of tokens. */
export async function openTokens(saved: SavedSequence): Promise<OpenTokens | undefined> {
  const { task } = saved.record;
  if (!isTokenTask(task)) return undefined;
  const kind = tokenKindOf(task.kind, { speakers: task.speakers });
  const symbols = new Symbols(task.tokens);
  const writer = TokenWriter.open(task.network, symbols, saved.network, await defaultRuntime());
  return { ...saved, task, kind, symbols, writer };
}

/** Writes items, to standard output or into a folder. */
export async function sampleTokens(call: SampleItems, open: OpenTokens): Promise<void> {
  const { items: count, strict, out, output, say, sampling } = call;
  const { kind, writer, learnt } = open;
  checkFormats(kind, call.formats);
  const prompt = kind.tokens(await promptOf(call, open));
  const grammar = strict ? kind.grammar(open.symbols.tokens) : undefined;
  const longest = call.longest ?? Math.max(kind.defaults.longest, prompt.length + 1);
  const written: WrittenTokens[] = [];
  for await (const item of writer.items({ ...sampling, count, longest, prompt, grammar })) {
    written.push(item);
    const text = item.tokens.join("");
    if (out === undefined)
      output.write(
        `${item.index === 0 ? "" : kind.separator}${forOutput(kind.shown(text, item.index), output)}`,
      );
  }
  if (out === undefined) output.write("\n");
  const texts = written.map(({ tokens }) => tokens.join(""));
  // Kept before anything is done with them that may fail.
  if (out !== undefined) await writeItems(out, kind, texts);
  const judged = written.map(({ ended }, at) => ({ text: texts[at] ?? "", ended }));
  say(formatJudgement(await kind.judge(judged, learnt), kind.noun, lineWidth(output)));
  if (out !== undefined) await writeFiles(call, kind, texts);
}

async function writeItems(out: string, kind: TokenKind, texts: readonly string[]): Promise<void> {
  await makeFolder(out);
  const all = texts.map((text, index) => kind.shown(text, index)).join(kind.separator);
  await atomicWrite(join(out, `items${kind.extension}`), `${all}\n`);
}

const forOutput = (text: string, { isTerminal }: Output): string => (isTerminal ? printable(text) : text);

function checkFormats(kind: TokenKind, formats: readonly (ItemFormat | "png")[]): void {
  for (const format of formats) {
    const needed = format === "png" ? "svg" : format;
    if (kind.renderers[needed] === undefined)
      throw new UsageError(`--${format}: ${kind.noun[1]} have no such form.`);
  }
}

/** What every item begins with. @throws UsageError on two that contradict each other, and on labels that no item bears */
async function promptOf(call: SampleItems, { kind, task }: OpenTokens): Promise<string> {
  const { prompt, goOnFrom, like, label, say } = call;
  const given = {
    "--prompt": prompt === "" ? undefined : prompt,
    "--continue": goOnFrom,
    "--like": like,
    "--label": label,
  };
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (names.length > 1)
    throw new UsageError(`${names.join(" and ")} both say what items begin with; give one.`);
  if (goOnFrom !== undefined) return takenFrom(goOnFrom, kind, say);
  if (like !== undefined) {
    const beginning = kind.beginning(await takenFrom(like, kind, say));
    if (beginning === undefined)
      throw new UsageError(
        `--like: ${kind.noun[1]} have no manner to be taken over. Finish one by --continue.`,
      );
    return beginning;
  }
  if (label === undefined) return prompt;
  const labels = task.labels ?? [];
  if (labels.includes(label)) return kind.labelled(label);
  const known =
    labels.length === 0 ? `the ${kind.noun[1]} that were learnt bear none` : `they are ${labels.join(", ")}`;
  throw new UsageError(`--label: "${label}" is no label of what was learnt: ${known}.`);
}

/** The first item of a file. */
async function takenFrom(file: string, kind: TokenKind, say: (text: string) => void): Promise<string> {
  const text = await readTextChecked(file, { maxBytes: 2 ** 22 });
  const count = kind.pieces(text).length;
  if (count > 1) say(`${file} holds ${grouped(count)} ${kind.noun[1]}; the first is taken.\n`);
  return kind.taken(text);
}

async function writeFiles(call: SampleItems, kind: TokenKind, texts: readonly string[]): Promise<void> {
  const { out = "", formats, say } = call;
  const name = `items${kind.extension}`;
  let files = 1;
  let refused = 0;
  for (const format of formats) {
    const renderer = kind.renderers[format === "png" ? "svg" : format];
    if (renderer === undefined) continue;
    const shown = texts.map((text, index) => kind.shown(text, index));
    const groups = renderer.isEach ? shown.map((text) => [text]) : [shown];
    for (const [index, group] of groups.entries()) {
      const base = renderer.isEach ? String(index + 1).padStart(String(texts.length).length, "0") : "items";
      try {
        const bytes = await renderer.draw(group);
        await atomicWrite(
          join(out, `${base}.${format === "midi" ? "mid" : format}`),
          format === "png" ? await png(bytes) : bytes,
        );
        files++;
      } catch (error) {
        if (!(error instanceof ImagoError) || /npm install/.test(error.message)) throw error;
        if (refused++ === 0) say(`Not made: ${base}.${format}: ${error.message}\n`);
      }
    }
  }
  const left = refused === 0 ? "" : ` ${grouped(refused)} could not be made, for such reasons.`;
  say(
    `Saved to ${out}: ${name}${files === 1 ? "" : ` and ${grouped(files - 1)} more ${files === 2 ? "file" : "files"}`}.${left}\n`,
  );
}

const png = async (svg: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await sharp(svg, { density: 144 }).flatten({ background: "#fff" }).png().toBuffer());
