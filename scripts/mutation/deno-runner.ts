/**
 * The functions' own tests as Stryker's test runner, in Deno as they always run. Stryker puts all mutants into one copy of
 * the sources and names the tests that meet each one. A mutant that is met while files are loaded gets a process of its
 * own, before anything is loaded; the others share one as long as it is sound: after each one that was noticed, the test
 * that noticed it has to pass again without the mutant.
 */
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

class DenoRunner implements TestRunner {
  readonly #root = process.cwd(); // Stryker starts runners in the copy
  readonly #reach = new Reach(this.#root);
  /** How long each test file takes, in ms. */
  readonly #cost = new Map<string, number>();
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
    for (const { id, file, name } of loaded.tests) {
      // Once more, if need be: some tests are about time, and a machine may be busy.
      const first = await session.run([id]);
      const ran = first?.failed ? await session.run([id]) : first;
      if (!ran || ran.failed) return failedDry(ran?.failed ?? { id, message: "the process ended" });
      this.#cost.set(file, (this.#cost.get(file) ?? 0) + (ran.times[0] ?? 0));
      tests.push({ id, name, fileName: file, timeSpentMs: ran.times[0] ?? 0, status: TestStatus.Success });
    }
    const mutantCoverage = await session.coverage();
    this.#end();
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage ? { mutantCoverage } : {}) };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const late = Promise.withResolvers<null>();
    // A little before Stryker would lose patience, and end us without a word to Deno.
    const timer = setTimeout(() => late.resolve(null), options.timeout * 0.9);
    const judged = options.testFilter ? this.#whileRunning(options, options.testFilter) : this.#whileLoading(options);
    const result = await Promise.race([judged, late.promise]);
    clearTimeout(timer);
    if (result?.status !== MutantRunStatus.Survived && result?.status !== MutantRunStatus.Killed) this.#end();
    return result ?? { status: MutantRunStatus.Timeout };
  }

  async dispose(): Promise<void> {
    this.#end();
  }

  async #whileRunning(options: MutantRunOptions, ids: string[], isSecond = false): Promise<MutantRunResult> {
    const { activeMutant, hitLimit } = options;
    this.#judged += 1;
    const session = this.#session && this.#judged <= MOST_PER_PROCESS ? this.#session : this.#fresh();
    const loaded = await session.load([...new Set(ids.map((id) => id.slice(0, id.indexOf(" > "))))]);
    if (!loaded || loaded.failed) return { status: MutantRunStatus.Error, errorMessage: told(loaded?.failed) };
    const ran = await session.run(ids, activeMutant.id, hitLimit);
    if (!ran || ran.endless) return { status: MutantRunStatus.Timeout, reason: ran ? "endless" : "the process ended" };
    if (!ran.failed) return { status: MutantRunStatus.Survived, nrOfTests: ids.length };
    const without = await session.run([ran.failed.id]);
    if (without && !without.failed) return killed(ran.failed, ran.times.length);
    this.#end();
    // Was it the mutant, or what an earlier one has left? A new process knows.
    return isSecond ? killed(ran.failed, ran.times.length) : await this.#whileRunning(options, ids, true);
  }

  async #whileLoading({ activeMutant, sandboxFileName }: MutantRunOptions): Promise<MutantRunResult> {
    const session = this.#fresh();
    let count = 0;
    const cost = (file: string) => this.#cost.get(file) ?? 0;
    // Those beside it, and within them the quickest, are the likeliest to notice soon.
    const distance = (file: string) => Number(!isBeside(join(this.#root, file), sandboxFileName));
    const files = this.#reach.of(sandboxFileName).sort((a, b) => distance(a) - distance(b) || cost(a) - cost(b));
    for (const file of files) {
      const loaded = await session.load([file], activeMutant.id);
      if (loaded?.failed) return this.#ended(killed(loaded.failed, count));
      const ran =
        loaded &&
        (await session.run(
          loaded.tests.map(({ id }) => id),
          activeMutant.id,
        ));
      if (!ran) return { status: MutantRunStatus.Timeout, reason: "the process ended" };
      count += ran.times.length;
      if (ran.failed) return this.#ended(killed(ran.failed, count));
    }
    return this.#ended({ status: MutantRunStatus.Survived, nrOfTests: count });
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
