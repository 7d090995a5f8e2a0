/**
 * The evening as it is told: acts with steps, each printed when it is done, with who did it, how long it took and what
 * came of it. The same records become the JSON document. A step that fails ends the evening: the failure carries
 * everything that a person needs to go on from there.
 */
import { colors as pc } from "../colors.ts";
import { Mismatch } from "./mismatch.ts";
import { Refusal } from "./refusal.ts";

export interface StepRecord {
  act: string;
  actor: string;
  step: string;
  outcome: string;
  ok: boolean;
  at_ms: number;
  took_ms: number;
}

export interface Step<T> {
  actor: string;
  title: string;
  /** Does the step and checks it; `say` adds to what is shown of its outcome. */
  work: (say: (...outcome: string[]) => void) => Promise<T>;
  /** Where to look when it fails. */
  look?: string;
}

export interface Timeline {
  readonly records: readonly StepRecord[];
  act(title: string): void;
  step<T>(step: Step<T>): Promise<T>;
  /** A line about what is left out, and why. */
  remark(text: string): void;
}

export class StepFailure extends Error {
  readonly record: StepRecord;
  readonly expected: unknown;
  readonly got: unknown;
  readonly look: string;

  constructor(record: StepRecord, cause: unknown, look: string) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "StepFailure";
    this.record = record;
    this.look = look;
    if (cause instanceof Mismatch) {
      this.expected = cause.expected;
      this.got = cause.got;
    } else {
      this.expected = "an answer";
      this.got = cause instanceof Refusal ? cause.facts : this.message;
    }
  }
}

const TITLE_WIDTH = 38;

export function createTimeline(print: (line: string) => void): Timeline {
  const records: StepRecord[] = [];
  const begun = performance.now();
  const sinceBegin = () => Math.round(performance.now() - begun);
  let act = "";
  return {
    records,
    act(title) {
      act = title;
      print(`\n${pc.bold(title)}`);
    },
    remark: (text) => print(pc.dim(`         ·  ${text}`)),
    async step({ actor, title, work, look }) {
      const outcomes: string[] = [];
      const at_ms = sinceBegin();
      const record = (ok: boolean): StepRecord => {
        const took_ms = sinceBegin() - at_ms;
        return { act, actor, step: title, outcome: outcomes.join(" · "), ok, at_ms, took_ms };
      };
      try {
        const value = await work((...outcome) => outcomes.push(...outcome));
        records.push(record(true));
        print(line(records.at(-1) as StepRecord)); // the one that was just pushed
        return value;
      } catch (error) {
        const failed = record(false);
        records.push(failed);
        print(line(failed));
        throw new StepFailure(failed, error, look ?? "npm run status");
      }
    },
  };
}

function line({ actor, step, outcome, ok, took_ms }: StepRecord): string {
  const time = `${String(took_ms).padStart(6)} ms`;
  const title = step.padEnd(TITLE_WIDTH);
  const mark = ok ? pc.green("✓") : pc.red("✗");
  return `${pc.dim(time)}  ${mark} ${pc.cyan(actor.padEnd(9))} ${title} ${pc.dim(outcome)}`.trimEnd();
}
