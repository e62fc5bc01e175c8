import {
  type Corpus,
  corpusOf,
  largestCorpus,
  readCorpus,
} from "../../../labs/sequence/text/files/readCorpus.js";
import { isStandard, readStandardInput } from "../shell/standard.js";

/** The text in a file, or what comes on standard input. @throws ImagoError as {@link readCorpus} */
export async function corpusIn(file: string): Promise<Corpus> {
  if (!isStandard(file)) return await readCorpus(file);
  return corpusOf("standard input", await readStandardInput(largestCorpus));
}
