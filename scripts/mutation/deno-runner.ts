/**
 * The functions' own tests as Stryker's test runner, in Deno as they always run. Stryker puts all mutants into one copy of
 * the sources and names the tests that meet each one. A mutant that is met while files are loaded gets a process of its
 * own, before anything is loaded; the others share one as long as it is sound: after each one that was noticed, the test
 * that noticed it has to pass again without the mutant, in a new process if it had to be stopped.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from "@stryker-mutator/api/test-runner";
import { type Failure, Session } from "./session.ts";
import { isBeside, Reach, testFiles } from "./test-files.ts";

const MOST_PER_PROCESS = 100;
/** What the tests take without mutants: found out by one runner, and read by those beside it. */
const TIMES = "test-times.json";
/** A test that takes so much longer than that does not end any more. */
const LONGEST = { ms: 3_000, factor: 5 };

class DenoRunner implements TestRunner {
  readonly #root = process.cwd(); // Stryker starts runners in the copy
  readonly #reach = new Reach(this.#root);
  #times: Readonly<Record<string, number>> | null = null;
  #session: Session | null = null;
  #judged = 0;

  constructor() {
    // Whoever started us has gone, and did not say goodbye.
    process.once("disconnect", () => {
      this.#end();
      process.exit(1);
    });
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun({ files }: DryRunOptions): Promise<DryRunResult> {
    const session = this.#fresh();
    const meeting = files ? new Set(files.flatMap((file) => this.#reach.of(file))) : testFiles(this.#root);
    const loaded = await session.load([...meeting]);
    if (!loaded || loaded.failed) return failedDry(loaded?.failed ?? null);
    const tests: TestResult[] = [];
    const times: Record<string, number> = {};
    for (const { id, file, name } of loaded.tests) {
      // Once more, if need be: some tests are about time, and a machine may be busy.
      const first = await session.run([id]);
      const ran = first?.failed ? await session.run([id]) : first;
      if (!ran || ran.failed) return failedDry(ran?.failed ?? { id, message: "the process ended" });
      const timeSpentMs = ran.times[0] ?? 0;
      times[id] = timeSpentMs;
      tests.push({ id, name, fileName: file, timeSpentMs, status: TestStatus.Success });
    }
    writeFileSync(join(this.#root, TIMES), JSON.stringify(times));
    const mutantCoverage = await session.coverage();
    this.#end();
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage ? { mutantCoverage } : {}) };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const late = Promise.withResolvers<null>();
    // A little before Stryker would lose patience, and end us without a word to Deno.
    const timer = setTimeout(() => late.resolve(null), options.timeout * 0.9);
    const judged = options.testFilter
      ? this.#whileRunning(options, this.#quickestFirst(options.testFilter))
      : this.#whileLoading(options);
    const result = await Promise.race([judged, late.promise]);
    clearTimeout(timer);
    if (!result || result.status === MutantRunStatus.Error) this.#end();
    return result ?? endless("all of it took too long");
  }

  async dispose(): Promise<void> {
    this.#end();
  }

  async #whileRunning(options: MutantRunOptions, ids: string[], isSecond = false): Promise<MutantRunResult> {
    const { activeMutant, hitLimit } = options;
    this.#judged += 1;
    const session = this.#session && this.#judged <= MOST_PER_PROCESS ? this.#session : this.#fresh();
    const loaded = await session.load(filesOf(ids));
    if (session !== this.#session) return endless("all of it took too long"); // somebody else is being judged
    if (!loaded || loaded.failed) {
      this.#end();
      const error = { status: MutantRunStatus.Error as const, errorMessage: told(loaded?.failed) };
      return isSecond ? error : await this.#whileRunning(options, ids, true);
    }
    const ran = await session.run(ids, { mutant: activeMutant.id, hitLimit, patience: this.#patience(ids) });
    if (session !== this.#session) return endless("all of it took too long"); // somebody else is being judged
    if (!ran) return this.#ended(endless("the process ended"));
    if (!ran.failed) return { status: MutantRunStatus.Survived, nrOfTests: ids.length };
    const noticed = ran.endless ? endless(ran.failed.id) : killed(ran.failed, ran.times.length);
    const sound = ran.endless ? this.#fresh() : session;
    const again = [ran.failed.id];
    if (ran.endless) await sound.load(filesOf(again));
    const without = await sound.run(again, { patience: this.#patience(again) });
    if (sound !== this.#session || (without && !without.failed)) return noticed;
    this.#end();
    // Was it the mutant, or what an earlier one has left, or a busy machine? A new process knows.
    return isSecond ? noticed : await this.#whileRunning(options, ids, true);
  }

  async #whileLoading({ activeMutant, sandboxFileName }: MutantRunOptions): Promise<MutantRunResult> {
    const session = this.#fresh();
    let count = 0;
    const times = Object.entries(this.#known());
    const cost = (file: string) => times.reduce((sum, [id, ms]) => sum + (id.startsWith(`${file} > `) ? ms : 0), 0);
    // Those beside it, and within them the quickest, are the likeliest to notice soon.
    const distance = (file: string) => Number(!isBeside(join(this.#root, file), sandboxFileName));
    const files = this.#reach.of(sandboxFileName).sort((a, b) => distance(a) - distance(b) || cost(a) - cost(b));
    for (const file of files) {
      const loaded = await session.load([file], activeMutant.id);
      if (loaded?.failed) return this.#ended(killed(loaded.failed, count));
      const ids = loaded?.tests.map(({ id }) => id) ?? [];
      const ran = loaded && (await session.run(ids, { mutant: activeMutant.id, patience: this.#patience(ids) }));
      if (!ran) return this.#ended(endless("the process ended"));
      count += ran.times.length;
      if (ran.failed) return this.#ended(ran.endless ? endless(ran.failed.id) : killed(ran.failed, count));
    }
    return this.#ended({ status: MutantRunStatus.Survived, nrOfTests: count });
  }

  #known(): Readonly<Record<string, number>> {
    const path = join(this.#root, TIMES);
    this.#times ??= existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
    return this.#times ?? {};
  }

  #quickestFirst(ids: readonly string[]): string[] {
    const times = this.#known();
    return [...ids].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  }

  #patience(ids: readonly string[]): number[] {
    const times = this.#known();
    return ids.map((id) => LONGEST.ms + LONGEST.factor * (times[id] ?? LONGEST.ms));
  }

  #ended(result: MutantRunResult): MutantRunResult {
    this.#end();
    return result;
  }

  #fresh(): Session {
    this.#end();
    this.#session = new Session(this.#root);
    return this.#session;
  }

  #end(): void {
    this.#session?.end();
    this.#session = null;
    this.#judged = 0;
  }
}

const filesOf = (ids: readonly string[]): string[] => [...new Set(ids.map((id) => id.slice(0, id.indexOf(" > "))))];

const endless = (reason: string): MutantRunResult => ({ status: MutantRunStatus.Timeout, reason });

const told = (failed: Failure | null | undefined) => (failed ? `${failed.id}: ${failed.message}` : "the process ended");

const failedDry = (failed: Failure | null): DryRunResult => ({
  status: DryRunStatus.Error,
  errorMessage: told(failed),
});

const killed = ({ id, message }: Failure, nrOfTests: number): MutantRunResult => ({
  status: MutantRunStatus.Killed,
  killedBy: [id],
  failureMessage: message ?? "",
  nrOfTests,
});

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "deno", DenoRunner)];
