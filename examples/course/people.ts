import { type Generator, Tensor } from "../../src/index.js";

/** Words that posts are made of: the first 192 belong to twelve subjects, the others to none. */
export const vocabulary = 240;
const perSubject = 16;
export const postLength = 30;
export const incomeGroups = 4;

/** One kind of life: how old such people are, what they earn, how many of them are women, what they write about. */
interface Persona {
  /** Mean age in decades. */
  readonly age: number;
  /** Mean of what the income groups are cut from, in groups. */
  readonly income: number;
  /** Share of women. */
  readonly women: number;
  /** Four subjects out of the twelve. */
  readonly writesAbout: readonly number[];
}

/** Eight lives, each as likely. Neighbours share subjects, so that one post's subjects leave open who writes. */
const personas: readonly Persona[] = [
  { age: 1.8, income: 0.3, women: 0.9, writesAbout: [0, 1, 2, 3] },
  { age: 2.2, income: 0.5, women: 0.1, writesAbout: [0, 1, 4, 5] },
  { age: 2.9, income: 1.6, women: 0.85, writesAbout: [2, 4, 6, 7] },
  { age: 3.4, income: 2.4, women: 0.15, writesAbout: [3, 5, 6, 8] },
  { age: 4.3, income: 3.2, women: 0.8, writesAbout: [6, 7, 8, 9] },
  { age: 5.0, income: 2.6, women: 0.2, writesAbout: [7, 8, 9, 10] },
  { age: 6.3, income: 1.4, women: 0.9, writesAbout: [1, 9, 10, 11] },
  { age: 7.0, income: 1.8, women: 0.1, writesAbout: [2, 5, 10, 11] },
];

/** People: what they post, and what is to be told of them. */
export interface People {
  /** Word numbers, `[people, postLength]`. */
  readonly posts: Tensor<"int32">;
  readonly targets: {
    /** In decades, `[people, 1]`. */
    readonly age: Tensor<"float32">;
    /** The group from 0, `[people]`. */
    readonly income: Tensor<"int32">;
    /** 1 for women, `[people, 1]`. */
    readonly gender: Tensor<"float32">;
  };
}

/** Half the words are about the persona's subjects, the others about anything. */
function post({ writesAbout }: Persona, random: Generator): number[] {
  return Array.from({ length: postLength }, () => {
    if (random.uniform() < 1 / 2) return random.integer(vocabulary);
    const subject = writesAbout[random.integer(writesAbout.length)] as number;
    return subject * perSubject + random.integer(perSubject);
  });
}

/** Draws so many people: the same generator draws the same ones. */
export function drawPeople(count: number, random: Generator): People {
  const posts = new Tensor("int32", [count, postLength], new Int32Array(count * postLength));
  const [age, gender] = [Tensor.zeros([count, 1]), Tensor.zeros([count, 1])];
  const income = new Tensor("int32", [count], new Int32Array(count));
  for (let row = 0; row < count; row++) {
    const persona = personas[random.integer(personas.length)] as Persona;
    posts.data.set(post(persona, random), row * postLength);
    age.data[row] = Math.max(1.4, random.normal(persona.age, 0.3));
    const earned = Math.round(random.normal(persona.income, 0.4));
    income.data[row] = Math.min(incomeGroups - 1, Math.max(0, earned));
    gender.data[row] = Number(random.uniform() < persona.women);
  }
  return { posts, targets: { age, income, gender } };
}
