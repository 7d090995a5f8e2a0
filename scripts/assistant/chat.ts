/**
 * A question to the model behind the assistant, and what is heard of its answer while it comes: words, tools, proposals. A
 * proposal is only shown here; whether it is done is for the person to say.
 */
import { z } from "zod";
import { Refusal } from "../demo/refusal.ts";
import { refusalOf, type Servio } from "./servio.ts";
import { type Proposal, proposal } from "./tools.ts";

const LONGEST_ANSWER_MS = 200_000;

const heard = z.discriminatedUnion("type", [
  z.object({ type: z.literal("started"), conversation_id: z.string(), model: z.string() }),
  z.object({ type: z.literal("text"), delta: z.string() }),
  z.object({ type: z.literal("tool_started"), tool: z.string() }),
  z.object({ type: z.literal("tool_finished"), tool: z.string(), outcome: z.string(), rows: z.number() }),
  z.object({ type: z.literal("proposal"), proposal }),
  z.object({
    type: z.literal("usage"),
    requests: z.number(),
    input_tokens: z.number(),
    output_tokens: z.number(),
    cost_micro: z.number(),
  }),
  z.object({ type: z.literal("done"), outcome: z.string() }),
  z.object({ type: z.literal("error"), code: z.string(), status: z.number(), detail: z.string() }),
]);
export type Heard = z.output<typeof heard>;
const KNOWN = new Set(["started", "text", "tool_started", "tool_finished", "proposal", "usage", "done", "error"]);

export interface Reply {
  conversation_id: string | null;
  text: string;
  tools: { tool: string; outcome: string }[];
  proposals: Proposal[];
  usage: { requests: number; input_tokens: number; output_tokens: number; cost_micro: number } | null;
  outcome: string;
}

export interface Question {
  readonly venueId: string;
  readonly conversationId: string | null;
  readonly message: string;
}

/** Refused as everything is; what goes wrong on the way is a refusal, too. */
export async function ask(
  servio: Servio,
  { venueId, conversationId, message }: Question,
  onHeard: (event: Heard) => void = () => {},
): Promise<Reply> {
  const body = { venue_id: venueId, conversation_id: conversationId, message };
  const response = await servio.send("/functions/v1/assistant", body, LONGEST_ANSWER_MS);
  if (!response.ok || !response.body) throw await refusalOf("the question", response);
  const reply: Reply = { conversation_id: null, text: "", tools: [], proposals: [], usage: null, outcome: "cut off" };
  for await (const event of eventsOf(response.body)) {
    onHeard(event);
    if (event.type === "error") {
      const { code, status, detail } = event;
      throw new Refusal("the question", { code, status, detail, hint: null });
    }
    take(reply, event);
  }
  return reply;
}

function take(reply: Reply, event: Exclude<Heard, { type: "error" }>): void {
  if (event.type === "started") reply.conversation_id = event.conversation_id;
  else if (event.type === "text") reply.text += event.delta;
  else if (event.type === "tool_finished") reply.tools.push({ tool: event.tool, outcome: event.outcome });
  else if (event.type === "proposal") reply.proposals.push(event.proposal);
  else if (event.type === "done") reply.outcome = event.outcome;
  else if (event.type === "usage") {
    const { type: _, ...usage } = event;
    reply.usage = usage;
  }
}

/** Server-sent events, as this server words them: one event and one line of data in each; comments keep a line open. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Heard> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const pieces = text.split("\n\n");
    text = pieces.pop() ?? "";
    for (const piece of pieces) {
      const type = /^event: (.+)$/m.exec(piece)?.[1] ?? "";
      const data = /^data: (.+)$/m.exec(piece)?.[1];
      // What a newer server says besides is not for this program.
      if (data !== undefined && KNOWN.has(type)) yield heard.parse({ ...JSON.parse(data), type });
    }
  }
}
