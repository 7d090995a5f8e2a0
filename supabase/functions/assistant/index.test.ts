// The function as the platform starts it: from its environment alone, with a database and a model that listen on this machine.
// What leaves it carries the caller's token and the publishable key, and never the secret one.
import assert from "node:assert/strict";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { says, scriptedModel } from "../_shared/openai-server.testing.ts";
import { assertProblem, KEYS, post, USER_ID } from "../_shared/testing.ts";
import { CONVERSATION, heardOf, last, TURN, textOf, VENUE } from "./ask.testing.ts";
import { tools } from "./registry.ts";

const ANSWERS: Record<string, unknown> = {
  use_assistant: { venue_id: VENUE },
  search_menu: { items: [{ name: "Soup" }] },
  record_assistant_call: { call_id: 1 },
  begin_assistant_turn: {
    turn_id: TURN,
    conversation_id: CONVERSATION,
    earlier: [],
    venue: { name: "Venue", currency: "GBP", locale: "en-GB", timezone: "Europe/London", business_date: "2026-06-01" },
  },
  finish_assistant_turn: { requests: 1, input_tokens: 1, output_tokens: 1, cost_micro: 1 },
};

interface Asked {
  readonly name: string;
  readonly args: Record<string, unknown>;
  readonly headers: Headers;
}
const asked: Asked[] = [];
const database = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
  const name = new URL(request.url).pathname.replace("/rest/v1/rpc/", "");
  asked.push({ name, args: await request.json(), headers: request.headers });
  return Response.json(ANSWERS[name] ?? { message: "no such function" }, { status: name in ANSWERS ? 200 : 404 });
});
database.unref();
const model = await scriptedModel(says("Yes."));

const url = `http://127.0.0.1:${database.addr.port}`;
const keys = await generateKeyPair("ES256", { extractable: true });
const ENVIRONMENT = {
  SUPABASE_URL: url,
  SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: KEYS.publishable }),
  SUPABASE_SECRET_KEYS: JSON.stringify({ default: KEYS.secret }),
  SUPABASE_JWKS: JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), alg: "ES256", kid: "k1" }] }),
  STRIPE_SECRET_KEY: "sk_test_assistant",
  STRIPE_WEBHOOK_SECRET: "whsec_assistant",
};
const WITH_MODEL = {
  OPENAI_API_KEY: "sk-tests",
  OPENAI_BASE_URL: model.url,
  OPENAI_MODEL: "model-of-tests",
  OPENAI_PRICE_INPUT: "1",
  OPENAI_PRICE_OUTPUT: "1",
};

const lines: Record<string, unknown>[] = [];

/** What the platform gets to serve, when it loads the function with these variables. */
async function started(environment: Record<string, string>, load: () => Promise<unknown>) {
  const { serve } = Deno;
  const { log } = console;
  const before = Object.entries(environment).map(([name]) => [name, Deno.env.get(name)] as const);
  let handler: (request: Request) => Promise<Response> = () => assert.fail("it serves nothing");
  const keep = (served: typeof handler) => {
    handler = served;
  };
  Object.assign(Deno, { serve: keep });
  console.log = (line: string) => void lines.push(JSON.parse(line));
  for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
  try {
    await load();
  } finally {
    Object.assign(Deno, { serve });
    console.log = log;
    for (const [name, value] of before) value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  }
  return handler;
}
// Here, and not within a test: a module is loaded once, whoever asks for it.
const without = await started({ ...ENVIRONMENT, OPENAI_API_KEY: "" }, () => import("./index.ts"));
const within = await started({ ...ENVIRONMENT, ...WITH_MODEL }, () => import("./index.ts?with-a-model"));

const token = await new SignJWT({ role: "authenticated" })
  .setProtectedHeader({ alg: "ES256", kid: "k1" })
  .setIssuer(`${url}/auth/v1`)
  .setAudience("authenticated")
  .setSubject(USER_ID)
  .setExpirationTime("1h")
  .sign(keys.privateKey);
const authorization = `Bearer ${token}`;

function asTheCaller(names: string[]) {
  assert.deepEqual(
    asked.map(({ name }) => name),
    names,
  );
  for (const { headers } of asked.splice(0)) {
    assert.equal(headers.get("authorization"), authorization);
    assert.equal(headers.get("apikey"), KEYS.publishable);
    assert.ok(!JSON.stringify([...headers]).includes(KEYS.secret));
  }
}

Deno.test("a tool runs with the token of whoever asks, is timed, and leaves a line in the log", async () => {
  const response = await without(
    post("/assistant/tools/search_menu", { venue_id: VENUE, query: "" }, { authorization }),
  );
  assert.deepEqual(await response.json(), { tool: "search_menu", kind: "read", result: ANSWERS.search_menu });
  assert.equal(response.headers.get("access-control-allow-origin"), "*", "browsers may ask");
  const latency = asked.at(-1)?.args.p_latency_ms;
  assert.ok(Number.isInteger(latency) && Number(latency) < 60_000, `${latency} ms`);
  asTheCaller(["use_assistant", "search_menu", "record_assistant_call"]);
  assert.deepEqual([...new Set(lines.map((line) => line.function))], ["assistant"]);
});

Deno.test("all tools are listed for members, and for nobody else", async () => {
  const listed = await without(new Request("http://127.0.0.1:9/assistant/tools", { headers: { authorization } }));
  assert.equal(((await listed.json()) as { tools: unknown[] }).tools.length, tools.length);
  for (const headers of [{}, { authorization: `Bearer ${KEYS.secret}` }, { apikey: KEYS.publishable }]) {
    await assertProblem(
      await without(new Request("http://127.0.0.1:9/assistant/tools", { headers })),
      401,
      "not_authenticated",
    );
  }
});

Deno.test("without a key for a model there is none", async () => {
  const response = await without(post("/assistant", { venue_id: VENUE, message: "Soup?" }, { authorization }));
  await assertProblem(response, 503, "model_not_configured");
  assert.deepEqual(asked, []);
});

Deno.test("with a key, the model of the environment answers; the database is asked as the caller all the same", async () => {
  try {
    const response = await within(post("/assistant", { venue_id: VENUE, message: "Soup?" }, { authorization }));
    const heard = heardOf(await response.text());
    assert.deepEqual([textOf(heard), last(heard)], ["Yes.", "done ok"]);
    const [{ headers, body } = assert.fail("it was not asked")] = model.requests;
    assert.deepEqual([headers.authorization, body.model], ["Bearer sk-tests", "model-of-tests"]);
    asTheCaller(["begin_assistant_turn", "finish_assistant_turn"]);
  } finally {
    await model.close();
  }
});
