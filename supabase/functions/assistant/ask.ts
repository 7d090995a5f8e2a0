// POST /: a person asks, the model answers by streaming, with the tools of the registry and the rights of whoever asks. What is
// refused before the model is asked is refused as everywhere; what goes wrong later is the last event of the stream.
import { z } from "zod";
import { parseJson, readBytes } from "../_shared/body.ts";
import { type Problem, problem } from "../_shared/problem.ts";
import type { Call, FunctionOptions } from "../_shared/serve.ts";
import { id, text, venueId } from "./arguments.ts";
import type { ModelClient } from "./ask-model.ts";
import { createFence } from "./fence.ts";
import { INSTRUCTIONS } from "./instructions.ts";
import { modelTools } from "./model-tools.ts";
import { type AssistantDependencies, explain, LARGEST_BODY_BYTES, member } from "./run-tool.ts";
import type { CallerRpc } from "./tool.ts";
import { heldFor, LIMITS, type Limits, runTurn, type Turn } from "./turn.ts";
import { beginTurn } from "./turn-account.ts";
import { type Emit, problemEvent, streamEvents } from "./turn-events.ts";
import { inputOf, recent } from "./turn-input.ts";
import { modelUnavailable, turnProblem, withResetTime } from "./turn-problems.ts";

export interface AskDependencies extends AssistantDependencies {
  /** Null: no model is set up. */
  readonly model: ModelClient | null;
  readonly limits?: Limits;
}

const body = z.strictObject({ venue_id: venueId, conversation_id: id.nullish(), message: text(8_000) });

export function askRoutes(dependencies: AskDependencies): FunctionOptions["routes"] {
  const { model, limits = LIMITS, registry, now } = dependencies;
  const tools = modelTools(registry);
  return {
    "POST /": async (call) => {
      const caller = await member(dependencies, call.request);
      const parsed = body.safeParse(parseJson(await readBytes(call.request, LARGEST_BODY_BYTES)));
      if (!parsed.success) throw problem("invalid_input", { detail: explain(parsed.error) });
      if (!model) throw problem("model_not_configured");
      if (model.guard.state() === "open") throw modelUnavailable();
      const { venue_id, conversation_id = null, message } = parsed.data;
      const startedAt = now();
      const rpc = dependencies.callerRpc(caller);
      const callRpc: CallerRpc = (name, args) => rpc(name, args, call.trace);
      const fence = createFence();
      const question = {
        instructions: INSTRUCTIONS,
        tools,
        mostOutputTokens: limits.outputTokens,
        safetyIdentifier: await anonymous(caller.userId),
        input: inputOf(fence, message),
      };
      const account = await beginTurn(callRpc, {
        venueId: venue_id,
        conversationId: conversation_id,
        text: message,
        model: model.settings.model,
        prices: model.settings.prices,
        // What was said earlier is known only afterwards, and is never more than this.
        held: heldFor(question, model, limits.earlierTokens),
      }).catch((error) => {
        throw withResetTime(error, Date.now());
      });
      const { venue, earlier, ...ids } = account.begun;
      const input = inputOf(fence, message, { venue, earlier: recent(earlier, limits.earlierTokens) });
      const context = { ...dependencies, caller, venueId: venue_id, call };
      const known = {
        client: model,
        account,
        question: { ...question, input },
        context,
        fence,
        limits,
        said: [],
        tools: {},
      };
      return streamEvents((emit, signal) => {
        emit({ type: "started", ...ids, model: model.settings.model });
        return answered({ ...known, emit, signal }, call, () => now() - startedAt);
      }, call.request.signal);
    },
  };
}

/** Whatever happens, the turn is finished: what was used is paid for, and what was said is kept. */
async function answered(turn: Turn, call: Pick<Call, "log" | "fault">, elapsed: () => number): Promise<void> {
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(modelUnavailable()), turn.limits.turnMs);
  const signal = AbortSignal.any([turn.signal, clock.signal]);
  let failure: Problem | null = null;
  let outcome = "cancelled";
  try {
    outcome = await runTurn({ ...turn, signal });
  } catch (error) {
    if (!turn.signal.aborted) {
      failure = turnProblem(error, call, Date.now());
      outcome = failure.code;
    }
  } finally {
    clearTimeout(timer);
  }
  failure = (await finished(turn, outcome, elapsed(), call)) ?? failure;
  turn.emit(failure ? problemEvent(failure.fields) : { type: "done", outcome });
}

async function finished(
  { account, said, tools, emit }: Pick<Turn, "account" | "said" | "tools"> & { emit: Emit },
  outcome: string,
  latencyMs: number,
  call: Pick<Call, "log" | "fault">,
): Promise<Problem | null> {
  try {
    const used = await account.finish({ outcome, text: said.join("\n\n"), tools, latencyMs });
    emit({ type: "usage", ...used });
    call.log.write("info", "turn", { outcome, requests: used.requests, ms: Math.round(latencyMs) });
    return null;
  } catch (error) {
    // What it holds of the budget is free again when its lease ends.
    call.log.write("warn", "turn not finished", { outcome });
    return turnProblem(error, call, Date.now());
  }
}

/** The provider may tell its users apart, and learns nothing else of them. */
async function anonymous(userId: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`servio:${userId}`));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
