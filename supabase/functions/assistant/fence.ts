// Whatever others have written reaches the model as data between two marks that hold a number nobody can know beforehand, and as
// JSON of which no letter can be taken for a mark. It is still read by a model: what keeps it from doing anything is that tools
// ask the database, and that changes are proposals.

/** Marks, and letters that are not seen, or that turn round those that are. */
const HIDDEN = /[<>⟦⟧\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export interface Fence {
  readonly nonce: string;
  /** What is cut says so. */
  data(source: string, value: unknown, mostLetters?: number): string;
}

export function createFence(nonce: string = crypto.randomUUID().replaceAll("-", "")): Fence {
  return {
    nonce,
    data(source, value, mostLetters = Number.POSITIVE_INFINITY) {
      const whole = encode(value);
      const text =
        whole.length <= mostLetters
          ? whole
          : encode({ cut_after: mostLetters, of: whole.length, text: whole.slice(0, mostLetters) });
      return `⟦data ${nonce} ${source}⟧\n${text}\n⟦end ${nonce}⟧`;
    },
  };
}

const escaped = (letter: string): string =>
  letter
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

/** JSON, which stands for the same value with these letters escaped. */
const encode = (value: unknown): string => (JSON.stringify(value) ?? "null").replace(HIDDEN, escaped);
