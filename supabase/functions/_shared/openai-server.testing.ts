// A server that speaks OpenAI's Responses API and plays the model by a script, one turn for each request, well or badly. It
// knows nothing of what calls it: the official library on the other side is the real one, and so is the wire between them.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { eventsOf, responseOf, type Turn } from "./openai-turns.testing.ts";

export { asks, fails, says, type Turn } from "./openai-turns.testing.ts";

export interface InputItem {
  readonly type?: string;
  readonly role?: string;
  readonly content?: unknown;
  readonly call_id?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly output?: string;
}

export interface ScriptedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>> & {
    readonly model: string;
    readonly stream?: boolean;
    readonly instructions?: string;
    readonly input: readonly InputItem[];
    readonly tools?: readonly { readonly name: string; readonly strict: boolean; readonly parameters: unknown }[];
  };
  /** Whoever asked has hung up before the answer was over. */
  readonly hungUp: () => boolean;
  /** The exchange is over, one way or the other. */
  readonly over: Promise<void>;
}

/** A turn, or what it depends on: a model that reads before it speaks. */
export type Script = readonly (Turn | ((request: ScriptedRequest) => Turn))[];

export interface ScriptedModel {
  /** What OPENAI_BASE_URL is set to. */
  readonly url: string;
  readonly requests: readonly ScriptedRequest[];
  /** Turns that have not been played. */
  left(): number;
  play(...turns: Script): void;
  close(): Promise<void>;
}

export async function scriptedModel(...script: Script): Promise<ScriptedModel> {
  const turns = [...script];
  const requests: ScriptedRequest[] = [];
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const wait = (ms: number) => new Promise<void>((resolve) => timers.add(setTimeout(resolve, ms)));
  const server = createServer((message, response) => {
    response.on("error", () => {}); // the other end is gone
    answer(message, response).catch((error) => response.destroy(error));
  });

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of message) chunks.push(chunk as Uint8Array);
    const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as ScriptedRequest["body"];
    const over = new Promise<void>((resolve) => response.once("close", () => resolve()));
    const hungUp = () => response.destroyed && !response.writableEnded;
    const request: ScriptedRequest = { path: message.url ?? "", headers: message.headers, body, hungUp, over };
    requests.push(request);
    const next = turns.shift();
    const turn = typeof next === "function" ? next(request) : next;
    const known = message.method === "POST" && request.path === "/v1/responses";
    if (!known) return send(response, 404, problem("no such path"));
    if (!turn) return send(response, 500, problem("the script is over"));
    if (turn.raw !== undefined)
      return void response.writeHead(turn.status ?? 200, turn.headers ?? EVENTS).end(turn.raw);
    if (turn.status !== undefined) return send(response, turn.status, problem(`status ${turn.status}`), turn.headers);
    if (body.stream !== true) return send(response, 200, responseOf(turn, requests.length, body.model, "completed"));
    response.writeHead(200, EVENTS);
    for (const [number, event] of eventsOf(turn, requests.length, body.model).entries()) {
      if (turn.everyMs && number > 0) await wait(turn.everyMs);
      if (response.destroyed) return;
      response.write(`event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: number })}\n\n`);
    }
    // Left open, to be closed by the other end or with the server.
    if (turn.ends === "never") return;
    // The pieces have left before the connection does.
    if (turn.ends === "disconnect") return void setTimeout(() => response.destroy(), 20);
    response.end();
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    left: () => turns.length,
    play: (...more) => void turns.push(...more),
    async close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What tools have answered, as the model of this request reads it. */
export const toolOutputs = ({ body }: ScriptedRequest): string[] =>
  body.input.filter(({ type }) => type === "function_call_output").map(({ output }) => output ?? "");

const EVENTS = { "content-type": "text/event-stream", "cache-control": "no-store" };
const problem = (message: string) => ({ error: { message, type: "scripted", code: null, param: null } });

function send(response: ServerResponse, status: number, body: unknown, headers: Turn["headers"] = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
