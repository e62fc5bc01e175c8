import { join } from "node:path";
import { atomicWrite } from "../../../../engine/files/atomicWrite.js";
import { makeFolder } from "../../../../engine/files/makeFolder.js";
import { Generator } from "../../../../engine/random/generator.js";
import { defaultRuntime } from "../../../../engine/runtime/default.js";
import { writeWav } from "../../../../labs/sequence/audio/wav.js";
import type { SavedSequence } from "../../../../labs/sequence/files/sequenceFolder.js";
import type { SpeechTaskConfig } from "../../../../labs/sequence/speech/speechTaskConfig.js";
import { SpeechWriter } from "../../../../labs/sequence/speech/speechWriter.js";
import { UsageError } from "../../shell/run.js";
import { refuseGiven } from "./refuseGiven.js";
import type { SampleItems } from "./sampleItems.js";

/** Words that are said where nobody says which. */
const usualWords = 5;

/** Says texts: a WAV file of each, and the time of each word. */
export async function sampleSpeech(
  call: SampleItems,
  saved: SavedSequence,
  task: SpeechTaskConfig,
): Promise<void> {
  checkCall(call);
  const { items: count, out = "", output, say, label, text, sampling } = call;
  const { random = new Generator(0), signal } = sampling;
  const writer = SpeechWriter.open(task, saved.network, await defaultRuntime());
  const texts = Array.from(
    { length: count },
    (_, at) => text ?? someWords(task, random.split("text").split(at)),
  );
  // Said before anything is made: a word that nobody learnt, a voice that is not there.
  for (const one of texts) writer.wordsOf(one);
  await makeFolder(out);
  const digits = String(count).length;
  for (const [at, said] of texts.entries()) {
    const voice = label ?? task.voices[at % task.voices.length];
    const spoken = await writer.say(said, { voice, random: random.split(at), signal });
    const name = `${String(at + 1).padStart(digits, "0")}.wav`;
    await atomicWrite(join(out, name), writeWav(spoken.samples, spoken.rate));
    const words = spoken.words.map(
      ({ text: word, begin, end, ended }) =>
        `${word} ${begin.toFixed(2)}–${end.toFixed(2)} s${ended ? "" : " (cut)"}`,
    );
    output.write(`${name}, ${voice}: ${words.join(", ")}\n`);
  }
  say(`Saved to ${out}: ${count === 1 ? "a sound" : `${count} sounds`} of 8,000 samples a second.\n`);
}

function someWords({ texts }: SpeechTaskConfig, random: Generator): string {
  return Array.from({ length: usualWords }, () => texts[random.integer(texts.length)]).join(" ");
}

/** @throws UsageError on what speech has not, and without a folder */
function checkCall(call: SampleItems): void {
  refuseGiven(
    call,
    ["--wav", "--label", "--greedy", "--top-k", "--top-p"],
    () => "speech has no such thing. Give --text WORDS, and a voice by --label.",
  );
  if (call.out === undefined)
    throw new UsageError("Speech is heard, not read: name a folder for the sounds by --out.");
}
