// Runs one edge function inside a Web Worker of its own, so that its crash is nobody else's. Deno.serve is redirected to
// a free loopback port that only the runner knows the token for; EdgeRuntime.waitUntil is what hosted offers.
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import type { FromWorker, ToWorker } from "./functions-runner.deno.ts";

const TOKEN_HEADER = "x-function-worker";
const tell = (message: FromWorker) => self.postMessage(message);
const background = new Set<Promise<unknown>>();
let token = "";
let server: Deno.HttpServer | undefined;

const edgeRuntime = {
  /** Keeps the worker alive for work that outlives its response. */
  waitUntil<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = work.then(
      () => background.delete(settled),
      (error) => {
        background.delete(settled);
        console.error("background task failed:", error);
      },
    );
    background.add(settled);
    return work;
  },
};
Object.defineProperty(globalThis, "EdgeRuntime", { value: edgeRuntime });

const serve = Deno.serve;
type Options = Partial<Deno.ServeTcpOptions> & { handler?: Deno.ServeHandler };

function serveHere(first: Options | Deno.ServeHandler, second?: Deno.ServeHandler): Deno.HttpServer {
  const options = typeof first === "function" ? {} : first;
  const handler = typeof first === "function" ? first : (second ?? options.handler);
  if (typeof handler !== "function") throw new TypeError("Deno.serve needs a handler");
  server = serve(
    {
      ...(options.onError && { onError: options.onError }),
      ...(options.signal && { signal: options.signal }),
      port: 0,
      hostname: "127.0.0.1",
      onListen: ({ port }) => tell({ kind: "listening", port }),
    },
    // A port is reused after its worker is gone: the token proves that the runner meant this function.
    (request, info) =>
      request.headers.get(TOKEN_HEADER) === token
        ? handler(request, info as unknown as Deno.ServeHandlerInfo)
        : new Response(null, { status: 421 }),
  );
  return server;
}
Object.defineProperty(Deno, "serve", { value: serveHere });

// Uncaught errors end this worker; the log must hold more than the one line that reaches the runner.
self.addEventListener("error", (event) => console.error(event.error ?? event.message));
self.addEventListener("unhandledrejection", (event) => console.error("unhandled rejection:", event.reason));

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "drain") {
    await server?.shutdown(); // an answer being wound up still runs the function's code
    while (background.size > 0) await Promise.allSettled([...background]);
    return self.close();
  }
  token = data.token;
  try {
    const module: { default?: { fetch?: Deno.ServeHandler } } = await import(data.entry);
    const fetchHandler = module.default?.fetch?.bind(module.default);
    if (fetchHandler && !server) Deno.serve(fetchHandler);
    if (!server) throw new Error("the module neither calls Deno.serve nor exports a default { fetch }");
  } catch (error) {
    console.error(error);
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
};
