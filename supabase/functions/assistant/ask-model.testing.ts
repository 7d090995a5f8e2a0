// One question to a scripted model, through the real library and the real guard.
import type OpenAI from "openai";
import type { ModelSettings } from "../_shared/model-settings.ts";
import { createModelGuard, createOpenAi } from "../_shared/openai-client.ts";
import { type Script, type ScriptedModel, scriptedModel, type Turn } from "../_shared/openai-server.testing.ts";
import { settings } from "./ask.testing.ts";
import { type Answer, askModel, type Question } from "./ask-model.ts";

export const tool: OpenAI.Responses.FunctionTool = {
  type: "function",
  name: "search_menu",
  description: "Finds.",
  strict: true,
  parameters: { type: "object" },
};
export const question: Question = {
  instructions: "Be brief.",
  input: [{ role: "user", content: "Soup?" }],
  tools: [tool],
  mayCallTools: true,
  mostOutputTokens: 900,
  safetyIdentifier: "somebody",
};

export interface Asking {
  readonly question?: Partial<Question>;
  readonly settings?: Partial<ModelSettings>;
  readonly guard?: Parameters<typeof createModelGuard>[0];
  readonly signal?: AbortSignal;
  readonly onText?: (text: string) => void;
}

/** Asks once; what came of it is in `test`'s hands, whichever way it ended. */
export async function ask(
  script: Script,
  test: (ask: Promise<Answer>, model: ScriptedModel) => Promise<void>,
  asking: Asking = {},
) {
  const model = await scriptedModel(...script);
  const own = { ...settings(model.url), ...asking.settings };
  const client = { settings: own, openai: createOpenAi(own), guard: createModelGuard(asking.guard) };
  const { signal = new AbortController().signal, onText = () => {} } = asking;
  try {
    await test(askModel(client, { ...question, ...asking.question }, signal, onText), model);
  } finally {
    await model.close();
  }
}

/** An answer that comes at once, without a word on its way. */
export const whole = (output: unknown[], more: object = {}): Turn => ({
  raw: `data: ${JSON.stringify({ type: "response.completed", response: { output, ...more } })}\n\n`,
});
export const message = (...texts: string[]) => ({
  type: "message",
  content: texts.map((text) => ({ type: "output_text", text })),
});
