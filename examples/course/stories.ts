import { type Generator, Tensor } from "../../src/index.js";

const people = ["mary", "john", "sandra"];
const verbs = ["went", "moved", "ran"];
/** Where one can be: the answers. */
export const places = ["kitchen", "garden", "office", "bathroom", "hallway", "bedroom"];

/** All words, by their numbers; 0 is for what was never said. */
export const words = ["", "where", "is", "to", "the", ...people, ...verbs, ...places];

/** Words of one sentence, and of a question. */
const [sentenceLength, questionLength] = [5, 3];

/** A story in sentences, a question about one of its people, and the number of the place where they are. */
export interface Story {
  readonly sentences: readonly string[];
  readonly question: string;
  readonly answer: number;
}

/** Someone goes somewhere, so many times. The question is about someone who went, and the answer where they went last. */
export function tell(sentences: number, random: Generator): Story {
  const one = (list: readonly string[]): string => list[random.integer(list.length)] as string;
  const told = Array.from({ length: sentences }, () => ({
    who: one(people),
    where: one(places),
    how: one(verbs),
  }));
  const { who } = told[random.integer(told.length)] as { readonly who: string };
  const last = told.findLast((each) => each.who === who);
  return {
    sentences: told.map((each) => `${each.who} ${each.how} to the ${each.where}`),
    question: `where is ${who}`,
    answer: places.indexOf(last?.where ?? ""),
  };
}

/** Stories as the network sees them. */
export interface Stories {
  readonly data: { readonly text: Tensor<"int32">; readonly question: Tensor<"int32"> };
  readonly answers: Tensor<"int32">;
  readonly first: Story;
}

const numbers = (text: string): number[] => text.split(" ").map((word) => words.indexOf(word));

/** So many stories: the same generator tells the same ones. */
export function tellMany(count: number, sentences: number, random: Generator): Stories {
  const stories = Array.from({ length: count }, () => tell(sentences, random));
  const texts = stories.flatMap((story) => numbers(story.sentences.join(" ")));
  const questions = stories.flatMap((story) => numbers(story.question));
  return {
    data: {
      text: new Tensor("int32", [count, sentences * sentenceLength], Int32Array.from(texts)),
      question: new Tensor("int32", [count, questionLength], Int32Array.from(questions)),
    },
    answers: new Tensor(
      "int32",
      [count],
      Int32Array.from(stories, ({ answer }) => answer),
    ),
    first: stories[0] as Story,
  };
}
