import {
  conv1d,
  dense,
  dropout,
  globalMaxPooling1d,
  input,
  type Model,
  maxPooling1d,
  model,
  type Runtime,
  type SymbolicTensor,
  Tensor,
} from "../src/index.js";
import { SpeechFrames, speechBands } from "../src/labs/sequence/speech/speechFrames.js";
import type { SpeechItem } from "../src/labs/sequence/speech/speechItem.js";

/** Frames that are looked at: a second. */
const frames = 64;

/** Tells spoken digits: three convolutions over 40 log-mel bands, trained on recordings. */
export class Recogniser {
  readonly #network: Model;
  readonly #analysis = new SpeechFrames();

  constructor(network: Model) {
    this.#network = network;
  }

  /** Frames of sounds in the middle of a second, with mean 0 and deviation 1, `[sounds, 64, 40]`. */
  features(sounds: readonly Float32Array[]): Tensor<"float32"> {
    const size = frames * speechBands;
    const result = Tensor.full([sounds.length, frames, speechBands], -3);
    sounds.forEach((sound, row) => {
      const own = this.#analysis.analyse(sound);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length) || 1;
      const from = Math.max(0, Math.floor((frames - own.length / speechBands) / 2)) * speechBands;
      own.subarray(0, size - from).forEach((value, at) => {
        result.data[row * size + from + at] = (value - mean) / deviation;
      });
    });
    return result as Tensor<"float32">;
  }

  async recognise(sound: Float32Array): Promise<string> {
    const [said = ""] = await this.recogniseAll([sound]);
    return said;
  }

  async recogniseAll(sounds: readonly Float32Array[]): Promise<string[]> {
    const shares = (await this.#network.predict(
      this.features(sounds) as never,
    )) as unknown as Tensor<"float32">;
    return sounds.map((_, row) => {
      const own = shares.data.subarray(row * 10, (row + 1) * 10);
      return String(own.indexOf(Math.max(...own)));
    });
  }

  /** The share of recordings that are told right. */
  async accuracy(items: readonly SpeechItem[]): Promise<number> {
    const said = await this.recogniseAll(items.map(({ samples }) => samples));
    return said.filter((one, at) => one === items[at]?.text).length / items.length;
  }
}

/** Trains one on recordings of digits, 40 times over. */
export async function trainRecogniser(items: readonly SpeechItem[], runtime: Runtime): Promise<Recogniser> {
  const x = input({ shape: [frames, speechBands] });
  const block = (y: SymbolicTensor, filters: number, rate: number): SymbolicTensor =>
    dropout({ rate })(
      maxPooling1d({ poolSize: 2 })(
        conv1d({ filters, kernelSize: 5, padding: "same", activation: "relu" })(y),
      ),
    );
  const deep = conv1d({ filters: 96, kernelSize: 5, padding: "same", activation: "relu" })(
    block(block(x, 64, 0.2), 96, 0.3),
  );
  const y = dense({ units: 10, activation: "softmax" })(dropout({ rate: 0.4 })(globalMaxPooling1d()(deep)));
  const network = model({ inputs: x, outputs: y, seed: 3, runtime });
  network.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  const recogniser = new Recogniser(network as unknown as Model);
  const sounds = recogniser.features(items.map(({ samples }) => samples));
  await network.fit(sounds as never, items.map(({ text }) => Number(text)) as never, {
    epochs: 40,
    batchSize: 32,
  });
  return recogniser;
}
