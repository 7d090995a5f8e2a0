// One Deno process in which mutants are judged: it collects what test files hand to Deno.test, and runs of it what it is
// told, with a mutant on or off. `deno test` would be a process and a load of everything for each of thousands of mutants.
// Trusts who started it; everything else that is written to its output is the tests' own.
interface Registered {
  readonly file: string;
  readonly name: string;
  readonly run: () => unknown;
}
interface Switch {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: unknown;
}
type Command =
  | { do: "load"; root: string; files: string[]; mutant?: string }
  | { do: "run"; ids: string[]; mutant?: string; hitLimit?: number; patience?: number[] }
  | { do: "coverage" };

const MARK = "\u0001";
const stryker: Switch = {};
Object.assign(globalThis, { __stryker__: stryker });
const [wait, forget] = [setTimeout, clearTimeout]; // tests replace them
const tests = new Map<string, Registered>();
let loading = "";
let astray: unknown[] = [];

function register(...given: unknown[]): void {
  const fields = given.filter((one) => typeof one === "object" && one !== null) as Partial<Deno.TestDefinition>[];
  const { name, fn, ignore } = Object.assign({}, ...fields) as Partial<Deno.TestDefinition>;
  const title = given.find((one) => typeof one === "string") ?? name;
  const run = (given.find((one) => typeof one === "function") ?? fn) as () => unknown;
  const id = `${loading} > ${title}`;
  if (tests.has(id)) throw new Error(`two tests are called: ${id}`);
  if (!ignore) tests.set(id, { file: loading, name: String(title), run });
}
Deno.test = Object.assign(register, Deno.test);

for (const event of ["unhandledrejection", "error"] as const) {
  globalThis.addEventListener(event, (happened: PromiseRejectionEvent | ErrorEvent) => {
    happened.preventDefault();
    astray.push("reason" in happened ? happened.reason : happened.error);
  });
}

const said = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** What a test did wrong, or null. What it set in motion and did not wait for is its own, too. */
async function attempt({ run }: Registered): Promise<string | null> {
  astray = [];
  try {
    await run();
  } catch (error) {
    astray.push(error);
  }
  await new Promise((done) => wait(done, 0));
  return astray.length > 0 ? said(astray[0]) : null;
}

const LATE = Symbol("it has not ended");

async function attemptWithin(test: Registered, ms: number | undefined): Promise<string | null | typeof LATE> {
  if (ms === undefined) return await attempt(test);
  const { promise: late, resolve } = Promise.withResolvers<typeof LATE>();
  const timer = wait(() => resolve(LATE), ms);
  const message = await Promise.race([attempt(test), late]);
  forget(timer);
  return message;
}

async function load({ root, files, mutant }: Command & { do: "load" }) {
  stryker.activeMutant = mutant;
  stryker.currentTestId = undefined;
  for (const file of files) {
    loading = file;
    try {
      await import(`file://${root}/${file}`);
    } catch (error) {
      return { failed: { id: file, message: said(error) }, tests: [] };
    }
  }
  const loaded = [...tests].filter(([, { file }]) => files.includes(file));
  return { failed: null, tests: loaded.map(([id, { file, name }]) => ({ id, file, name })) };
}

/** Until the first that fails. */
async function run({ ids, mutant, hitLimit, patience = [] }: Command & { do: "run" }) {
  Object.assign(stryker, { activeMutant: mutant, hitCount: hitLimit === undefined ? undefined : 0, hitLimit });
  const times: number[] = [];
  for (const [index, id] of ids.entries()) {
    const test = tests.get(id);
    if (!test) throw new Error(`no such test: ${id}`);
    stryker.currentTestId = id;
    const begun = performance.now();
    const message = await attemptWithin(test, patience[index]);
    times.push(performance.now() - begun);
    const isEndless = (stryker.hitCount ?? 0) > (stryker.hitLimit ?? Number.POSITIVE_INFINITY);
    if (message === LATE || isEndless) return { failed: { id, message: null }, times, endless: true };
    if (message !== null) return { failed: { id, message }, times, endless: false };
  }
  stryker.activeMutant = undefined;
  return { failed: null, times, endless: false };
}

const obey = (command: Command) =>
  command.do === "load" ? load(command) : command.do === "run" ? run(command) : stryker.mutantCoverage;

/** Messages of tests hold any letters, also those that end a line for some readers. */
const plain = (json: string): string =>
  json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

let rest = "";
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const answer = plain(JSON.stringify(await obey(JSON.parse(line) as Command)) ?? "null");
    Deno.stdout.writeSync(new TextEncoder().encode(`\n${MARK}${answer}\n`));
  }
}
Deno.exit(0); // says goodbye to those that wait for "unload"
