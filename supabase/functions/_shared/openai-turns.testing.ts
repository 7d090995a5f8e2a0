// What a scripted model says in one turn, and the events of the Responses API that say it.

export interface ScriptedCall {
  readonly name: string;
  /** A text is sent as it is: JSON that is none. */
  readonly arguments: unknown;
}

export interface Turn {
  /** What the model says, a word at a time. */
  readonly text?: string;
  readonly calls?: readonly ScriptedCall[];
  readonly refusal?: string;
  /** A thought that is handed back with the next round, as it came. */
  readonly reasoning?: string;
  readonly usage?: { readonly input: number; readonly cached?: number; readonly output: number };
  /** How it ends, if not well: cut off by its limit, failed, connection gone half-way, or never. */
  readonly ends?: "incomplete" | "failed" | "disconnect" | "never";
  /** Between the pieces. */
  readonly everyMs?: number;
  /** An answer of another kind altogether. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of events, as it is. */
  readonly raw?: string;
}

export const says = (text: string, more: Omit<Turn, "text"> = {}): Turn => ({ text, ...more });
export const asks = (name: string, args: unknown, more: Omit<Turn, "calls"> = {}): Turn => ({
  calls: [{ name, arguments: args }],
  ...more,
});
export const fails = (status: number, headers: Record<string, string> = {}): Turn => ({ status, headers });

const DEFAULT_USAGE = { input: 100, output: 20 };

function itemsOf(turn: Turn, round: number): Record<string, unknown>[] {
  const { text, calls = [], refusal, reasoning } = turn;
  const content = [
    ...(text === undefined ? [] : [{ type: "output_text", text, annotations: [], logprobs: [] }]),
    ...(refusal === undefined ? [] : [{ type: "refusal", refusal }]),
  ];
  return [
    ...(reasoning ? [{ type: "reasoning", id: `rs_${round}`, summary: [], encrypted_content: reasoning }] : []),
    ...(content.length > 0
      ? [{ type: "message", id: `msg_${round}`, role: "assistant", status: "completed", content }]
      : []),
    ...calls.map(({ name, arguments: args }, index) => ({
      type: "function_call",
      id: `fc_${round}_${index}`,
      call_id: `call_${round}_${index}`,
      name,
      arguments: typeof args === "string" ? args : JSON.stringify(args),
      status: "completed",
    })),
  ];
}

export function responseOf(turn: Turn, round: number, model: string, status: string): Record<string, unknown> {
  const { input, output, cached = 0 } = { cached: 0, ...(turn.usage ?? DEFAULT_USAGE) };
  const usage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
  return {
    id: `resp_${round}`,
    object: "response",
    created_at: 1_780_000_000,
    model,
    status,
    error: status === "failed" ? { code: "server_error", message: "scripted" } : null,
    incomplete_details: status === "incomplete" ? { reason: "max_output_tokens" } : null,
    output: status === "in_progress" ? [] : itemsOf(turn, round),
    usage: status === "in_progress" ? null : usage,
  };
}

type Event = Record<string, unknown> & { readonly type: string };

export function eventsOf(turn: Turn, round: number, model: string): Event[] {
  const events: Event[] = [
    { type: "response.created", response: responseOf(turn, round, model, "in_progress") },
    ...itemsOf(turn, round).flatMap((item, output_index) => [
      { type: "response.output_item.added", output_index, item: { ...item, status: "in_progress" } },
      ...deltasOf(item, output_index),
      { type: "response.output_item.done", output_index, item },
    ]),
  ];
  if (turn.ends === "disconnect" || turn.ends === "never") return events.slice(0, -1);
  const status = turn.ends ?? "completed";
  return [...events, { type: `response.${status}`, response: responseOf(turn, round, model, status) }];
}

function deltasOf(item: Record<string, unknown>, output_index: number): Event[] {
  const place = { item_id: item.id, output_index };
  const pieces = (text: string) => text.match(/\S+\s*|\s+/g) ?? [];
  if (item.type === "function_call") {
    const all = String(item.arguments);
    const deltas = pieces(all).map((delta) => ({ type: "response.function_call_arguments.delta", ...place, delta }));
    return [...deltas, { type: "response.function_call_arguments.done", ...place, arguments: all }];
  }
  const parts = item.type === "message" ? (item.content as { text?: string; refusal?: string }[]) : [];
  return parts.flatMap(({ text, refusal }, content_index): Event[] => {
    const kind = text === undefined ? "refusal" : "output_text";
    const all = text ?? refusal ?? "";
    const where = { ...place, content_index };
    const deltas = pieces(all).map((delta) => ({ type: `response.${kind}.delta`, ...where, delta, logprobs: [] }));
    return [...deltas, { type: `response.${kind}.done`, ...where, [text === undefined ? "refusal" : "text"]: all }];
  });
}
