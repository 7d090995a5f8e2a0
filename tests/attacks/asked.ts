/**
 * A person asks, and the model that answers is played by a script. Everything between the two is the real thing: the loop, the
 * tools, the official library on a real wire, and the database over HTTP with that person's own token.
 */
import { createCallerClient } from "../../supabase/functions/_shared/caller-client.ts";
import { createModelGuard, createOpenAi } from "../../supabase/functions/_shared/openai-client.ts";
import {
  type Script,
  type ScriptedRequest,
  scriptedModel,
} from "../../supabase/functions/_shared/openai-server.testing.ts";
import { createDatabaseGuard, createRpc } from "../../supabase/functions/_shared/rpc.ts";
import { post, testFunction } from "../../supabase/functions/_shared/testing.ts";
import { type Heard, heardOf, settings } from "../../supabase/functions/assistant/ask.testing.ts";
import { askRoutes } from "../../supabase/functions/assistant/ask.ts";
import { registry } from "../../supabase/functions/assistant/registry.ts";
import { LIMITS, type Limits } from "../../supabase/functions/assistant/turn.ts";
import type { Role } from "../support/venue.ts";
import { personOf, type Scene } from "./attack.ts";

export interface Asked {
  readonly heard: readonly Heard[];
  readonly requests: readonly ScriptedRequest[];
  /** "tool outcome", in the order in which they ended. */
  readonly tools: readonly string[];
  /** "done ok", "error model_unavailable". */
  readonly end: string;
}

export async function ask(
  scene: Scene,
  by: Role | "owner",
  script: Script,
  question: { readonly message?: string; readonly conversation_id?: string; readonly limits?: Partial<Limits> } = {},
): Promise<Asked> {
  const { message = "Please help", limits = {}, ...rest } = question;
  const { userId, token } = personOf(scene, by);
  if (userId === null || token === null) throw new Error("a person has a token");
  const model = await scriptedModel(...script);
  const own = settings(model.url);
  const env = { SUPABASE_URL: scene.stack.url, SUPABASE_PUBLISHABLE_KEYS: { default: scene.stack.publishableKey } };
  const guard = createDatabaseGuard();
  const routes = askRoutes({
    identify: async () => ({ outcome: "matched", kind: "user", userId, token }),
    callerRpc: (caller) => createRpc(createCallerClient(env, caller), guard),
    registry,
    now: () => performance.now(),
    model: { settings: own, openai: createOpenAi(own), guard: createModelGuard() },
    limits: { ...LIMITS, ...limits },
  });
  const call = testFunction({ name: "assistant", routes, cors: true });
  try {
    const response = await call(post("/assistant", { venue_id: scene.mine.venueId, message, ...rest }));
    const text = await response.text();
    if (response.status !== 200) throw new Error(`the question itself was refused: ${response.status} ${text}`);
    const heard = heardOf(text);
    const { event = "", data = {} } = heard.at(-1) ?? {};
    return {
      heard,
      requests: model.requests,
      tools: heard
        .filter((one) => one.event === "tool_finished")
        .map(({ data: { tool, outcome } }) => `${tool} ${outcome}`),
      end: `${event} ${data.outcome ?? data.code}`,
    };
  } finally {
    await model.close();
  }
}
