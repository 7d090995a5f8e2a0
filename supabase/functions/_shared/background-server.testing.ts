// A server that plays OpenAI's background responses: it takes a question, is looked at, and says by and by what a test wants
// it to say. The library on the other side is the real one, and so is the wire between them.
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface BackgroundServer {
  /** What OPENAI_BASE_URL is set to. */
  readonly url: string;
  readonly asked: readonly Asked[];
  readonly cancelled: readonly string[];
  /** What an answer looks like from now on; without it there is none of this name. */
  becomes(responseId: string, change: Record<string, unknown>): void;
  /** The next requests end with these statuses, 0 being no answer at all. */
  fails(...statuses: number[]): void;
  close(): Promise<void>;
}

/** The fields of an answer whose only words are these. */
export const says = (text: string, usage = { input_tokens: 100, output_tokens: 20 }) => ({
  status: "completed",
  output: [
    {
      id: "msg_1",
      type: "message",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
    },
  ],
  usage: { ...usage, total_tokens: 120 },
});

export async function backgroundServer(): Promise<BackgroundServer> {
  const responses = new Map<string, Record<string, unknown>>();
  const asked: Asked[] = [];
  const cancelled: string[] = [];
  const failures: number[] = [];
  const server = createServer(async (message, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of message) chunks.push(chunk as Uint8Array);
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const failure = failures.shift();
    if (failure === 0) return response.destroy();
    if (failure) return send(failure, { error: { message: `status ${failure}`, type: "scripted", code: null } });
    const [, id, action] = /^\/v1\/responses(?:\/([^/?]+))?(?:\/(cancel))?(?:\?.*)?$/.exec(message.url ?? "") ?? [];
    if (message.method === "POST" && id === undefined) {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      asked.push({ headers: message.headers, body });
      const made = { id: `resp_${asked.length}`, object: "response", status: "queued", output: [], model: body.model };
      responses.set(made.id, made);
      return send(200, made);
    }
    const known = responses.get(id ?? "");
    if (!known) return send(404, { error: { message: "not found", type: "invalid_request_error", code: null } });
    if (message.method === "POST" && action === "cancel") cancelled.push(id ?? "");
    else if (message.method !== "GET") return send(405, {});
    return send(200, known);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    cancelled,
    becomes: (responseId, change) => void responses.set(responseId, { ...responses.get(responseId), ...change }),
    fails: (...statuses) => void failures.push(...statuses),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
