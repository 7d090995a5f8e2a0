/** Asks the test files about one mutant after another, until one of them notices it. */
import { type Evidence, type Red, weigh } from "./evidence.ts";
import { groupOf, type Mutant } from "./mutant.ts";
import type { Order } from "./order.ts";
import type { Session } from "./session.ts";
import type { TestFile } from "./test-file.ts";

export interface Verdict {
  mutant: Mutant;
  /** Null: nothing noticed it. */
  killedBy: "behaviour" | "contract" | null;
  /** The file and the assertion, or what noticed it without proving anything. */
  by: string | null;
  /** How many files were asked. */
  files: number;
  ms: number;
}

export interface Judge {
  judge(session: Session, mutant: Mutant): Promise<Verdict>;
}

export function judgeWith(order: Order): Judge {
  const control = new Map<TestFile, Promise<Red[]>>();

  /** A file that is red without any mutant proves nothing about one: the run is broken, and says so. */
  const proveGreen = async (session: Session, file: TestFile, mutant: Mutant) => {
    const known = control.get(file);
    if (known) return known;
    const running = session.become(null).then(() => session.run(file));
    control.set(file, running);
    const reds = await running;
    await session.become(mutant.statement);
    return reds;
  };

  return {
    async judge(session, mutant) {
      const begun = performance.now();
      const result: Verdict = { mutant, killedBy: null, by: null, files: 0, ms: 0 };
      const isGoal = (evidence: Evidence) =>
        evidence === "behaviour" || (evidence === "contract" && groupOf(mutant) === "doors");
      await session.become(mutant.statement).catch((error: Error) => {
        throw new Error(`${mutant.name} cannot be made: ${error.message}\n  ${mutant.statement}`);
      });
      for (const file of order.of(mutant)) {
        result.files++;
        const reds = await session.run(file, (found) => found.some((red) => isGoal(weigh(red, file, mutant))));
        if (reds.length === 0) continue;
        const [unproved] = await proveGreen(session, file, mutant);
        if (unproved) throw new Error(`${file.name} is red without a mutant: ${unproved.assertion}`);
        const best = (["behaviour", "contract"] as const).find((evidence) =>
          reds.some((red) => weigh(red, file, mutant) === evidence),
        );
        const red = reds.find((found) => weigh(found, file, mutant) === (best ?? "list"));
        if (best || !result.by) result.by = `${file.name}: ${red?.assertion}`;
        if (best) {
          result.killedBy = best;
          order.learn(mutant, file);
          if (isGoal(best)) break; // a guard that only a contract has noticed may still be noticed by behaviour
        }
      }
      result.ms = Math.round(performance.now() - begun);
      return result;
    },
  };
}
