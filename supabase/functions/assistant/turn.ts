// A question, its answer, and the rounds of tools between them. Every round is bounded: in number, in time, in tools, in
// letters, in money. Reads of one round run side by side; changes, which are proposals, one after the other.

import { TaskCancelledError } from "cockatiel";
import type OpenAI from "openai";
import { isGuardRefusal } from "../_shared/guard.ts";
import { costMicro, estimateTokens } from "../_shared/model-settings.ts";
import { ModelTrouble } from "../_shared/openai-client.ts";
import { type Answer, askModel, inputTokens, type ModelCall, type ModelClient, type Question } from "./ask-model.ts";
import { callTool, refused, type ToolAnswer, type ToolContext } from "./call-tool.ts";
import type { Fence } from "./fence.ts";
import type { Held, TurnAccount } from "./turn-account.ts";
import type { Emit } from "./turn-events.ts";

type InputItem = OpenAI.Responses.ResponseInputItem;

export interface Limits {
  /** How often the model may see what tools have answered. */
  readonly rounds: number;
  readonly callsPerRound: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly earlierTokens: number;
  readonly toolLetters: number;
  readonly turnMs: number;
}

export const LIMITS: Limits = {
  rounds: 8,
  callsPerRound: 16,
  inputTokens: 80_000,
  outputTokens: 4_000,
  earlierTokens: 6_000,
  toolLetters: 16_000,
  turnMs: 180_000,
};

export interface Turn {
  readonly client: ModelClient;
  readonly account: TurnAccount;
  readonly question: Omit<Question, "mayCallTools">;
  readonly context: ToolContext;
  readonly fence: Fence;
  readonly limits: Limits;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** What was said and called so far: kept whatever happens. */
  readonly said: string[];
  readonly tools: Record<string, Record<string, number>>;
}

/** Ends with ok, cut_off (by the model's limit) or rounds_exhausted; what goes wrong is thrown. */
export async function runTurn(turn: Turn): Promise<"ok" | "cut_off" | "rounds_exhausted"> {
  const { account, client, limits } = turn;
  let input = turn.question.input;
  for (let round = 0; ; round += 1) {
    const mayCallTools = round < limits.rounds;
    const question = { ...turn.question, input, mayCallTools };
    if (round > 0) await account.next(heldFor(question, client));
    const answer = await asked(turn, question);
    if (answer.calls.length === 0) return answer.isWhole ? "ok" : "cut_off";
    if (!mayCallTools) return "rounds_exhausted";
    const outputs = await runCalls(turn, answer.calls);
    input = trimmed([...input, ...answer.items, ...outputs], turn);
  }
}

/** The most that a request can come to: taken before it is made. */
export function heldFor(
  question: Omit<Question, "mayCallTools">,
  { settings }: Pick<ModelClient, "settings">,
  moreTokens = 0,
): Held {
  const read = inputTokens(question) + moreTokens;
  const most = { inputTokens: read, cachedTokens: 0, outputTokens: question.mostOutputTokens };
  return { tokens: most.inputTokens + most.outputTokens, costMicro: costMicro(settings.prices, most) };
}

async function asked(turn: Turn, question: Question): Promise<Answer> {
  let spoken = "";
  try {
    const answer = await askModel(turn.client, question, turn.signal, (delta) => {
      spoken += delta;
      turn.emit({ type: "text", delta });
    });
    turn.account.add(answer.usage);
    return answer;
  } catch (error) {
    // Nobody says what a request has used that ended in the middle: as much as it looks like.
    const isTooSlow = error instanceof TaskCancelledError;
    const neverReached = (isGuardRefusal(error) && !isTooSlow) || (error instanceof ModelTrouble && !error.begun);
    if (!neverReached) {
      turn.account.add({ inputTokens: inputTokens(question), cachedTokens: 0, outputTokens: estimateTokens(spoken) });
    }
    throw error;
  } finally {
    if (spoken.trim() !== "") turn.said.push(spoken.trim());
  }
}

async function runCalls(turn: Turn, calls: readonly ModelCall[]): Promise<InputItem[]> {
  const { context, limits, fence } = turn;
  let changes: Promise<unknown> = Promise.resolve();
  const answerTo = (call: ModelCall, index: number): Promise<ToolAnswer> => {
    const tool = context.registry.get(call.name) ?? null;
    if (index >= limits.callsPerRound) {
      return Promise.resolve(refused(tool, "invalid_input", `At most ${limits.callsPerRound} calls at once.`));
    }
    if (tool?.kind !== "change") return observed(turn, call);
    const mine = changes.then(() => observed(turn, call));
    changes = mine.catch(() => {}); // whoever waits for it learns it there
    return mine;
  };
  const answers = await Promise.all(
    calls.map(async (call, index) => ({ call_id: call.callId, ...(await answerTo(call, index)) })),
  );
  return answers.map(({ call_id, tool, outcome, answer }) => {
    const name = tool?.name ?? "unknown";
    const counts = turn.tools[name] ?? {};
    turn.tools[name] = { ...counts, [outcome]: (counts[outcome] ?? 0) + 1 };
    const output = fence.data(name, answer, limits.toolLetters);
    return { type: "function_call_output", call_id, output };
  });
}

async function observed({ context, emit, signal }: Turn, call: ModelCall): Promise<ToolAnswer> {
  signal.throwIfAborted();
  const known = context.registry.get(call.name);
  const about = { call_id: call.callId, tool: known?.name ?? "unknown", kind: known?.kind ?? "unknown" };
  emit({ type: "tool_started", ...about });
  const answer = await callTool(call, context);
  emit({ type: "tool_finished", ...about, outcome: answer.outcome, rows: answer.rows });
  if (known?.kind === "change" && answer.outcome === "ok") {
    emit({ type: "proposal", proposal: (answer.answer as { result: unknown }).result });
  }
  return answer;
}

/** What tools have answered longest ago is forgotten first. */
export function trimmed(
  items: readonly InputItem[],
  { question, limits, fence }: Pick<Turn, "question" | "limits" | "fence">,
) {
  const fitted = [...items];
  const tokens = () => inputTokens({ ...question, input: fitted });
  for (const [index, item] of fitted.entries()) {
    if (tokens() <= limits.inputTokens) break;
    if (!("type" in item) || item.type !== "function_call_output") continue;
    fitted[index] = {
      ...item,
      output: fence.data("earlier", "left out: too much was read; ask again for what is needed"),
    };
  }
  return fitted;
}
