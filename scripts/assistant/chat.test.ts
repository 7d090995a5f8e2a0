/** What a person hears of a model's answer, from a stream cut anywhere; and what of it could steer their terminal. */
import { expect, test } from "vitest";
import { Refusal } from "../demo/refusal.ts";
import { ask, type Heard } from "./chat.ts";
import { runPrompt } from "./prompt.ts";
import type { Servio } from "./servio.ts";

const proposal = {
  ...{ proposal_id: "p1", tool: "update_prices", status: "pending", before: [{ price_minor: 1 }] },
  ...{ after: [{ price_minor: 2 }], impact: { items: 1 }, expires_at: "soon", can_be_undone: null },
};
const usage = { requests: 2, input_tokens: 100, output_tokens: 20, cost_micro: 3 };
const whole: [string, object][] = [
  ["started", { conversation_id: "c1", turn_id: "t1", model: "m" }],
  ["text", { delta: "Zwei Überraschungen" }],
  ["tool_started", { call_id: "1", tool: "search_menu", kind: "read" }],
  ["tool_finished", { call_id: "1", tool: "search_menu", kind: "read", outcome: "ok", rows: 1 }],
  ["a_newer_event", { of: "another server" }],
  ["tool_started", { call_id: "2", tool: "unknown", kind: "unknown" }],
  ["tool_finished", { call_id: "2", tool: "unknown", kind: "unknown", outcome: "tool_not_found", rows: 0 }],
  ["text", { delta: " \u001b[2Jhere." }],
  ["proposal", { proposal }],
  ["usage", usage],
  ["done", { outcome: "ok" }],
];

function server(events: [string, object][], pieces: number) {
  const text = `: still here\n\n${events.map(([type, data]) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`).join("")}`;
  const bytes = new TextEncoder().encode(text);
  const asked: { path: string; body: unknown }[] = [];
  const stream = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += pieces) controller.enqueue(bytes.slice(at, at + pieces));
        controller.close();
      },
    });
  const servio: Servio = {
    send: async (path, body) => {
      asked.push({ path, body });
      return new Response(stream(), { headers: { "content-type": "text/event-stream" } });
    },
    ask: () => Promise.reject(new Error("not asked")),
    rpc: async (name, args) => {
      asked.push({ path: name, body: args });
      return { ...proposal, status: "confirmed", result: {} };
    },
  };
  return { servio, asked };
}
const question = { venueId: "v1", conversationId: null, message: "What now?" };

test("an answer is the same however the stream is cut", async () => {
  for (const pieces of [1, 7, 100_000]) {
    const heard: Heard[] = [];
    const { servio, asked } = server(whole, pieces);
    const reply = await ask(servio, question, (event) => heard.push(event));
    expect(reply).toEqual({
      ...{
        conversation_id: "c1",
        text: "Zwei Überraschungen \u001b[2Jhere.",
        proposals: [proposal],
        usage,
        outcome: "ok",
      },
      tools: [
        { tool: "search_menu", outcome: "ok" },
        { tool: "unknown", outcome: "tool_not_found" },
      ],
    });
    expect(heard.map(({ type }) => type)).not.toContain("a_newer_event");
    expect(heard).toHaveLength(whole.length - 1);
    expect(asked).toEqual([
      { path: "/functions/v1/assistant", body: { venue_id: "v1", conversation_id: null, message: "What now?" } },
    ]);
  }
});

test("what goes wrong on the way is a refusal; a stream that just ends is said to be cut off", async () => {
  const error: [string, object] = ["error", { code: "model_unavailable", status: 503, detail: "Later." }];
  await expect(ask(server([...whole.slice(0, 2), error], 9).servio, question)).rejects.toSatisfy(
    (refusal) => refusal instanceof Refusal && refusal.facts.code === "model_unavailable",
  );
  expect((await ask(server(whole.slice(0, 2), 9).servio, question)).outcome).toBe("cut off");
});

test("at the prompt: words as they come, a proposal with its question, the conversation goes on", async () => {
  const { servio, asked } = server(whole, 50);
  const out: string[] = [];
  const lines = ["How are we doing?", "y", "And tomorrow?", "n"];
  const next = async (text: string) => {
    out.push(text);
    return lines.shift() ?? null;
  };
  const venue = { id: "v1", name: "Bistro", slug: "bistro", organisation: "House", permissions: [] };
  const terminal = { say: (text: string) => void out.push(`${text}\n`), write: (text: string) => void out.push(text) };
  await runPrompt({
    ...{ servio, tools: [], venues: [venue], venue, conversationId: null },
    terminal: { ...terminal, ask: next, askSecretly: next, close: () => {} },
  });
  const shown = out.join("");
  expect(shown).toContain("Zwei Überraschungen");
  expect(shown).toContain("[2Jhere.");
  expect(shown).not.toContain("\u001b[2J");
  expect(shown).toContain("unknown: tool_not_found");
  expect(asked.map(({ path }) => path)).toEqual([
    "/functions/v1/assistant",
    "confirm_proposal",
    "/functions/v1/assistant",
    "discard_proposal",
  ]);
  expect(asked[2]?.body).toMatchObject({ conversation_id: "c1", message: "And tomorrow?" });
});
