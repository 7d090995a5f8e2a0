/** Judges mutants side by side, each worker in a clone of its own that it renews before it gets slow. */
import { using } from "../connection.ts";
import type { Lane } from "../lane.ts";
import { createTestDatabases } from "../test-databases.ts";
import { type Judge, judgeWith, type Verdict } from "./judge.ts";
import { type Mutant, readMutants } from "./mutant.ts";
import { domainFinder, orderFiles } from "./order.ts";
import { openSession } from "./session.ts";
import { readTestFiles } from "./test-file.ts";

const LIFETIME_MS = 60_000; // for as long the fixture stands and "now" stands still

export interface MutantRun {
  workers: number;
  /** Sees all there are and answers with those to judge. */
  choose: (all: Mutant[]) => Mutant[];
  onVerdict: (verdict: Verdict) => void;
}

export async function runMutants(lane: Lane, { workers, choose, onVerdict }: MutantRun): Promise<Verdict[]> {
  const databases = await createTestDatabases(lane);
  const superuser = (url: string) => lane.url("supabase_admin", new URL(url).pathname.slice(1));
  const verdicts: Verdict[] = [];
  const judge: Judge = judgeWith(orderFiles(readTestFiles(), domainFinder()));
  try {
    const all = await databases.withClone((url) => using(superuser(url), readMutants));
    const queue = choose(all);
    const work = async (url: string) => {
      const session = await openSession(superuser(url));
      try {
        while (queue.length > 0 && session.age() < LIFETIME_MS) {
          const mutant = queue.shift();
          if (!mutant) return;
          const verdict = await judge.judge(session, mutant);
          verdicts.push(verdict);
          onVerdict(verdict);
        }
      } finally {
        await session.close();
      }
    };
    const worker = async () => {
      while (queue.length > 0) await databases.withClone(work);
    };
    await Promise.all(Array.from({ length: workers }, worker));
    return verdicts;
  } finally {
    await databases.remove();
  }
}
