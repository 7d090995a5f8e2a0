// A house that can be asked: the real loop and the real library, a model that follows a script, and a database that answers as
// told. Several tests share it, those of attacks too.

import type { ModelSettings } from "../_shared/model-settings.ts";
import { createModelGuard, createOpenAi } from "../_shared/openai-client.ts";
import { type Script, type ScriptedModel, scriptedModel } from "../_shared/openai-server.testing.ts";
import { Problem } from "../_shared/problem.ts";
import type { RpcName } from "../_shared/rpc.ts";
import { fakeRpc, post, type TestFunction, testFunction, testProject } from "../_shared/testing.ts";
import { askRoutes } from "./ask.ts";
import { registry } from "./registry.ts";
import { LIMITS, type Limits } from "./turn.ts";

export const VENUE = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";
export const OTHER_VENUE = "1f2e3d4c-5b6a-4c7d-8e9f-0a1b2c3d4e5f";
export const TURN = "0a6d5b1e-7c1f-4d2a-9b3c-2f4e6a8c0d1b";
export const CONVERSATION = "5c4b3a29-1807-4f6e-8d5c-4b3a29180706";

export type Answers = Partial<Record<RpcName, (args: Record<string, unknown>) => unknown>>;

export interface Heard {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface House {
  readonly call: TestFunction;
  readonly model: ScriptedModel;
  readonly token: Awaited<ReturnType<typeof testProject>>["token"];
  readonly named: ReturnType<typeof fakeRpc>["named"];
  readonly calls: ReturnType<typeof fakeRpc>["calls"];
  ask(message: string, more?: Record<string, unknown>, headers?: Record<string, string>): Promise<Response>;
  /** Asks and listens to the end. */
  hear(message: string, more?: Record<string, unknown>): Promise<Heard[]>;
}

export const refuse =
  (code: string, status: number, detail: string = code) =>
  () => {
    throw new Problem({ code, status, detail });
  };

export const settings = (url: string): ModelSettings => ({
  apiKey: "sk-tests",
  baseUrl: url,
  model: "model-of-tests",
  prices: { input: 2_000_000n, cachedInput: 1_000_000n, output: 10_000_000n },
  reasoningEffort: null,
});

interface Options {
  readonly answers?: Answers;
  readonly limits?: Partial<Limits>;
  readonly guard?: Parameters<typeof createModelGuard>[0];
  readonly settings?: Partial<ModelSettings>;
  readonly largestAnswerBytes?: number;
  readonly now?: () => number;
}

export async function withHouse(
  script: Script,
  test: (house: House) => Promise<void>,
  options: Options = {},
): Promise<void> {
  const model = await scriptedModel(...script);
  const project = await testProject();
  const authorization = `Bearer ${await project.token()}`;
  const { rpc, calls, named } = fakeRpc({
    begin_assistant_turn: () => ({
      turn_id: TURN,
      conversation_id: CONVERSATION,
      earlier: [],
      venue: {
        name: "Venue",
        currency: "GBP",
        locale: "en-GB",
        timezone: "Europe/London",
        business_date: "2026-06-01",
      },
    }),
    continue_assistant_turn: () => ({}),
    finish_assistant_turn: (args) => ({
      requests: 1,
      input_tokens: args.p_input_tokens,
      output_tokens: args.p_output_tokens,
      cost_micro: args.p_cost_micro,
    }),
    use_assistant: () => ({ venue_id: VENUE }),
    record_assistant_call: () => ({ call_id: 1 }),
    search_menu: () => ({ items: [{ name: "Soup" }, { name: "Salad" }] }),
    propose_change: () => ({ proposal_id: TURN, status: "pending" }),
    ...options.answers,
  });
  const own = { ...settings(model.url), ...options.settings };
  const routes = askRoutes({
    identify: project.identify,
    callerRpc: () => rpc,
    registry,
    now: options.now ?? (() => 0),
    model: {
      settings: own,
      openai: createOpenAi(own, options.largestAnswerBytes ? { largestAnswerBytes: options.largestAnswerBytes } : {}),
      guard: createModelGuard(options.guard),
    },
    limits: { ...LIMITS, ...options.limits },
  });
  const call = testFunction({ name: "assistant", routes, cors: true });
  const ask: House["ask"] = (message, more = {}, headers = {}) =>
    call(post("/assistant", { venue_id: VENUE, message, ...more }, { authorization, ...headers }));
  const hear: House["hear"] = async (message, more) => heardOf(await (await ask(message, more)).text());
  try {
    await test({ call, model, token: project.token, named, calls, ask, hear });
  } finally {
    await model.close();
  }
}

export const heardOf = (stream: string): Heard[] =>
  stream
    .split("\n\n")
    .filter((block) => block.startsWith("event: "))
    .map((block) => {
      const [, event = "", data = "{}"] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) };
    });

export const textOf = (heard: readonly Heard[]): string =>
  heard
    .filter(({ event }) => event === "text")
    .map(({ data }) => data.delta)
    .join("");

export const last = (heard: readonly Heard[]): string => {
  const { event = "", data = {} } = heard.at(-1) ?? {};
  return [event, data.outcome ?? data.code].join(" ");
};
