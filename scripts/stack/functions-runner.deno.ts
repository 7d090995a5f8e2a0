// Runs every folder of supabase/functions as hosted would: one Web Worker per function, booted by its first call and
// renewed when its code changes. A worker that crashes takes only its own requests with it. Callers learn a stable code
// (BOOT_ERROR, WORKER_ERROR); messages and stacks stay in the log. Memory and CPU limits are not imposed.
/// <reference lib="deno.ns" />

export type ToWorker = { kind: "boot"; entry: string; token: string } | { kind: "drain" };
export type FromWorker = { kind: "listening"; port: number } | { kind: "failed"; message: string };

type Unit = {
  name: string;
  worker: Worker;
  token: string;
  giveUp: (reason: Error) => void;
  port: Promise<number>;
  booted: boolean;
  inFlight: number;
  draining: boolean;
};

const BOOT_WITHIN_MS = 30_000;
const DRAIN_WITHIN_MS = 5_000;
const SETTLE_MS = 50; // an editor saves in several steps
const REPLAYABLE_BYTES = 1024 * 1024;
const CODE_FILE = /\.(ts|tsx|js|mjs|json)$/;
const NAME = /^[A-Za-z][\w-]*$/;

const root = Deno.realPathSync(required("FUNCTIONS_DIR"));
const port = Number(required("FUNCTIONS_PORT"));
const units = new Map<string, Unit>();

function required(name: string): string {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`${name} is not set: this process is started by the stack`);
  return value;
}

function boot(name: string): Unit {
  const startedAt = performance.now();
  const token = crypto.randomUUID();
  const worker = new Worker(new URL("./functions-worker.deno.ts", import.meta.url), { type: "module", name });
  const { promise: listening, resolve, reject } = Promise.withResolvers<number>();
  const patience = setTimeout(() => reject(new Error(`no answer in ${BOOT_WITHIN_MS / 1000} s`)), BOOT_WITHIN_MS);
  const unit: Unit = {
    name,
    worker,
    token,
    port: listening,
    giveUp: reject,
    booted: false,
    inFlight: 0,
    draining: false,
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === "failed") return reject(new Error(data.message));
    clearTimeout(patience);
    unit.booted = true;
    console.log(`[${name}] booted in ${Math.round(performance.now() - startedAt)} ms`);
    resolve(data.port);
  };
  worker.onerror = (event) => {
    event.preventDefault(); // or the error would end this process, and every function with it
    console.error(`[${name}] crashed: ${event.message}`);
    reject(new Error(event.message));
    discard(unit);
  };
  listening.catch((error: Error) => {
    clearTimeout(patience);
    if (!unit.draining) console.error(`[${name}] BOOT_ERROR: ${error.message}`);
    discard(unit);
  });
  units.set(name, unit);
  send(unit, { kind: "boot", entry: new URL(`file://${root}/${name}/index.ts`).href, token });
  return unit;
}

const send = (unit: Unit, message: ToWorker) => unit.worker.postMessage(message);

function discard(unit: Unit): void {
  if (units.get(unit.name) === unit) units.delete(unit.name);
  unit.worker.terminate();
}

/** New calls get new code at once; calls under way and background work get a moment to finish with the old. */
function renew(unit: Unit): void {
  units.delete(unit.name);
  unit.draining = true;
  console.log(`[${unit.name}] changed: the next call boots it anew`);
  if (!unit.booted)
    unit.giveUp(new Error("changed while booting")); // its callers turn to the next one
  else if (unit.inFlight === 0) send(unit, { kind: "drain" });
  setTimeout(() => unit.worker.terminate(), DRAIN_WITHIN_MS);
}

function leave(unit: Unit): void {
  unit.inFlight -= 1;
  if (unit.draining && unit.inFlight === 0) send(unit, { kind: "drain" });
}

const failure = (status: number, code: string, message: string) => Response.json({ code, message }, { status });
const bootError = () => failure(503, "BOOT_ERROR", "Worker failed to boot (please check logs)");
const workerError = () => failure(500, "WORKER_ERROR", "Function exited due to an error (please check logs)");

async function call(name: string, request: Request, info: Deno.ServeHandlerInfo): Promise<Response> {
  if (!units.has(name) && !(await isFile(`${root}/${name}/index.ts`))) {
    return failure(404, "NOT_FOUND", "Requested function was not found");
  }
  const small = Number(request.headers.get("content-length") ?? Infinity) <= REPLAYABLE_BYTES;
  const body = request.body && small ? await request.arrayBuffer() : request.body;
  const replayable = !(body instanceof ReadableStream);

  for (let attempt = 1; ; attempt++) {
    const unit = units.get(name) ?? boot(name);
    const workerPort = await unit.port.catch(() => null);
    if (unit.draining) continue;
    if (workerPort === null) return bootError();
    const answer = await pass(unit, workerPort, request, body, info);
    if (answer instanceof Response) return answer;
    discard(unit);
    // Nobody listens: the worker ended between two calls (Deno.exit, a crash). The call never arrived, so it may be
    // made again, once. A connection that broke half way may have done its work already, and is not repeated.
    if (answer === "broken" || !replayable || attempt === 2) return workerError();
  }
}

async function pass(
  unit: Unit,
  workerPort: number,
  request: Request,
  body: BodyInit | null,
  info: Deno.ServeHandlerInfo,
): Promise<Response | "refused" | "broken"> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  headers.set("x-function-worker", unit.token);
  headers.set("accept-encoding", "identity"); // the answer is compressed once, on the way to the caller
  const hungUp = new AbortController();
  unit.inFlight += 1;
  info.completed.then(
    () => leave(unit),
    () => {
      hungUp.abort();
      leave(unit);
    },
  );
  try {
    const answer = await fetch(`http://127.0.0.1:${workerPort}${pathname}${search}`, {
      method: request.method,
      headers,
      body,
      redirect: "manual",
      signal: hungUp.signal,
    });
    if (answer.status === 421) return "refused";
    return answer;
  } catch (error) {
    if (hungUp.signal.aborted) return new Response(null, { status: 499 });
    console.error(`[${unit.name}] ${error instanceof Error ? error.message : error}`);
    return String(error).includes("(Connect)") ? "refused" : "broken";
  }
}

async function isFile(file: string): Promise<boolean> {
  return await Deno.stat(file).then(
    (info) => info.isFile,
    () => false,
  );
}

async function watchCode(): Promise<void> {
  const changed = new Set<string>();
  let settle: ReturnType<typeof setTimeout> | undefined;
  for await (const event of Deno.watchFs(root, { recursive: true })) {
    if (event.kind === "access") continue;
    for (const path of event.paths) {
      if (CODE_FILE.test(path)) changed.add(path.slice(root.length + 1).split("/", 1)[0] ?? "");
    }
    if (changed.size === 0) continue;
    clearTimeout(settle);
    settle = setTimeout(() => {
      // What lies outside the functions' own folders (_shared, deno.json) concerns all of them.
      const shared = [...changed].some((folder) => !NAME.test(folder));
      for (const unit of [...units.values()]) if (shared || changed.has(unit.name)) renew(unit);
      changed.clear();
    }, SETTLE_MS);
  }
}

Deno.serve(
  { port, hostname: "127.0.0.1", onListen: () => console.log(`[functions] listening on ${port}`) },
  (request, info) => {
    const name = new URL(request.url).pathname.split("/", 2)[1] ?? "";
    if (name === "_health") return new Response("ok");
    if (!NAME.test(name)) return failure(404, "NOT_FOUND", "Requested function was not found");
    return call(name, request, info);
  },
);
watchCode().catch((error) =>
  console.error("[functions] changes are not watched; restart after editing:", error.message),
);
