// One question to the model and its answer, word by word. What comes back is somebody else's output: it is parsed, what we did
// not ask for is dropped, and what is passed on is made anew from the parts we know.
import type OpenAI from "openai";
import { z } from "zod";
import type { Guard } from "../_shared/guard.ts";
import { estimateTokens, type ModelSettings, providerUsage, type TokenUsage } from "../_shared/model-settings.ts";
import { ModelTrouble, mayAskAgain, modelTrouble } from "../_shared/openai-client.ts";
import { retry } from "../_shared/retry.ts";

type InputItem = OpenAI.Responses.ResponseInputItem;

export interface Question {
  readonly instructions: string;
  readonly input: readonly InputItem[];
  readonly tools: OpenAI.Responses.FunctionTool[];
  readonly mayCallTools: boolean;
  readonly mostOutputTokens: number;
  /** Says nothing about who it is. */
  readonly safetyIdentifier: string;
}

export interface ModelCall {
  readonly callId: string;
  readonly name: string;
  readonly arguments: string;
}

export interface Answer {
  readonly text: string;
  readonly calls: readonly ModelCall[];
  /** What the model reads again when it goes on. */
  readonly items: readonly InputItem[];
  readonly usage: TokenUsage;
  /** It was cut off by its limit. */
  readonly isWhole: boolean;
}

export interface ModelClient {
  readonly openai: Pick<OpenAI, "responses">;
  readonly settings: ModelSettings;
  readonly guard: Guard;
}

/** In letters: more than its tokens can be, unless it does not keep to them. */
const LONGEST_ANSWER = 40_000;

const item = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message"),
    content: z.array(
      z.union([
        z.object({ type: z.literal("output_text"), text: z.string() }).transform(({ text }) => text),
        z.object({ type: z.literal("refusal"), refusal: z.string() }).transform(({ refusal }) => refusal),
      ]),
    ),
  }),
  z.object({
    type: z.literal("function_call"),
    call_id: z.string().min(1).max(200),
    name: z.string().max(200),
    arguments: z.string(),
  }),
  z.object({ type: z.literal("reasoning"), id: z.string(), encrypted_content: z.string().nullish() }),
  z.object({ type: z.literal("other") }),
]);
const known = new Set<unknown>(["message", "function_call", "reasoning"]);
const final = z.object({
  output: z.array(
    z.preprocess((one) => (known.has((one as { type?: unknown } | null)?.type) ? one : { type: "other" }), item),
  ),
  usage: providerUsage.nullish(),
});

/** Tried again only if nothing has come back yet. `onText` gets the words as they come. */
export async function askModel(
  client: ModelClient,
  question: Question,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<Answer> {
  return await retry(
    () =>
      client.guard.run((over) => ask(client, question, AbortSignal.any([signal, over]), onText), { repeatable: false }),
    { isTransient: mayAskAgain, attempts: 2, firstDelayMs: 200, withinMs: 10_000, signal },
  );
}

async function ask(
  { openai, settings }: ModelClient,
  question: Question,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<Answer> {
  let spoken = "";
  const say = (text: string) => {
    if (spoken.length + text.length > LONGEST_ANSWER) throw new ModelTrouble("invalid", true);
    spoken += text;
    if (text !== "") onText(text);
  };
  let begun = false;
  try {
    const events = await openai.responses.create(requestOf(question, settings), { signal });
    begun = true;
    for await (const event of events) {
      if (event.type === "response.output_text.delta" || event.type === "response.refusal.delta")
        say(String(event.delta));
      else if (event.type === "response.completed" || event.type === "response.incomplete") {
        const answer = read(event.response, question, event.type === "response.completed");
        // A server that does not stream says everything at the end.
        if (spoken === "") say(answer.text);
        return answer;
      } else if (event.type === "response.failed") throw new ModelTrouble("outage", true);
    }
    throw new ModelTrouble("outage", begun); // an end without an ending
  } catch (error) {
    signal.throwIfAborted();
    throw modelTrouble(error, begun);
  }
}

function requestOf(question: Question, { model, reasoningEffort }: ModelSettings) {
  return {
    model,
    instructions: question.instructions,
    input: [...question.input],
    tools: question.tools,
    tool_choice: question.mayCallTools ? ("auto" as const) : ("none" as const),
    parallel_tool_calls: true,
    max_output_tokens: question.mostOutputTokens,
    safety_identifier: question.safetyIdentifier,
    stream: true as const,
    // Conversations are kept here, and nowhere else.
    store: false,
    ...(reasoningEffort
      ? { reasoning: { effort: reasoningEffort }, include: ["reasoning.encrypted_content" as const] }
      : {}),
  };
}

function read(response: unknown, question: Question, isWhole: boolean): Answer {
  const parsed = final.safeParse(response);
  if (!parsed.success) throw new ModelTrouble("invalid", true, { cause: parsed.error });
  const { output, usage } = parsed.data;
  const texts: string[] = [];
  const calls: ModelCall[] = [];
  const items: InputItem[] = [];
  for (const one of output) {
    if (one.type === "message") {
      const content = one.content.join("");
      texts.push(content);
      items.push({ role: "assistant", content });
    } else if (one.type === "function_call") {
      calls.push({ callId: one.call_id, name: one.name, arguments: one.arguments });
      // What is too long to be run is too long to be read again.
      const echoed = one.arguments.length > LONGEST_ANSWER ? "{}" : one.arguments;
      items.push({ type: "function_call", call_id: one.call_id, name: one.name, arguments: echoed });
    } else if (one.type === "reasoning" && one.encrypted_content) {
      items.push({ type: "reasoning", id: one.id, summary: [], encrypted_content: one.encrypted_content });
    }
  }
  return {
    text: texts.join("\n\n"),
    calls,
    items,
    isWhole,
    usage: usage ?? {
      inputTokens: inputTokens(question),
      cachedTokens: 0,
      outputTokens: estimateTokens(JSON.stringify(output)),
    },
  };
}

/** More than the question really has. */
export const inputTokens = ({
  instructions,
  input,
  tools,
}: Pick<Question, "instructions" | "input" | "tools">): number =>
  estimateTokens(instructions) + estimateTokens(JSON.stringify(input)) + estimateTokens(JSON.stringify(tools));
