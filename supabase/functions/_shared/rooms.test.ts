// Who may hold what. The service role is one file away from everything, so that the list of who imports it stays short.
import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);

function* sources(dir: URL): Generator<{ path: string; text: string }> {
  for (const entry of Deno.readDirSync(dir)) {
    if (entry.isDirectory) yield* sources(new URL(`${entry.name}/`, dir));
    else if (entry.name.endsWith(".ts") && !/(\.test|testing|\.types)\.ts$/.test(entry.name)) {
      const url = new URL(entry.name, dir);
      yield { path: url.pathname.slice(root.pathname.length), text: Deno.readTextFileSync(url) };
    }
  }
}

const files = [...sources(root)];
const holding = (pattern: RegExp) =>
  files
    .filter(({ text }) => pattern.test(text))
    .map(({ path }) => path)
    .sort();

Deno.test("the service role's client is made in one file and handed out by the wiring of machine-facing functions", () => {
  assert.deepEqual(holding(/service-client\.ts"/), [
    "ai-webhook/index.ts",
    "billing/index.ts",
    "health/index.ts",
    "payments/index.ts",
    "stripe-webhook/index.ts",
    "worker/index.ts",
  ]);
});

Deno.test("database clients are made in two files: the caller's and the service role's", () => {
  assert.deepEqual(holding(/\bcreateClient\b[^;]*from "@supabase|\bcreateClient[<(]/), [
    "_shared/caller-client.ts",
    "_shared/service-client.ts",
  ]);
});

Deno.test("secret keys are read where they are needed, and nowhere else", () => {
  assert.deepEqual(holding(/env\.SUPABASE_(SECRET_KEYS|SERVICE_ROLE_KEY)/), [
    "_shared/keyring.ts",
    "_shared/service-client.ts",
  ]);
  assert.deepEqual(holding(/Deno\.env/), ["_shared/env.ts"]);
});

Deno.test("Stripe's client is made in one file", () => {
  assert.deepEqual(holding(/new Stripe\(/), ["_shared/stripe-client.ts"]);
});

Deno.test("OpenAI's client is made in one file", () => {
  assert.deepEqual(holding(/new OpenAI\(/), ["_shared/openai-client.ts"]);
});

Deno.test("one file calls addresses that users give; whoever else leaves the process names its destination itself", () => {
  assert.deepEqual(
    holding(/\bDeno\.(connect|connectTls|startTls|resolveDns|createHttpClient)\b|"node:(https?|net|tls|dns)/),
    ["_shared/outside.ts"],
  );
  assert.deepEqual(holding(/(?<![\w.])fetch\(/), []);
  assert.deepEqual(holding(/createOutside\(/), ["_shared/outside.ts", "worker/index.ts"]);
});

/** Everything that a file imports from this repository, and what that imports, and so on. */
function reach(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const text = files.find((file) => file.path === path)?.text ?? "";
  for (const [, target = ""] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
    reach(new URL(target, new URL(path, root)).pathname.slice(root.pathname.length), seen);
  }
  return seen;
}

Deno.test("nothing that the assistant imports, however far away, can make or hand out a client of the service role", () => {
  const mine = files.filter(({ path }) => /^(assistant|mcp)\//.test(path));
  assert.ok(mine.length > 40, "the assistant's files are read");
  for (const one of ["assistant/run-tool.ts", "mcp/index.ts"])
    assert.ok(
      mine.some(({ path }) => path === one),
      one,
    );
  for (const { path } of mine) assert.ok(!reach(path).has("_shared/service-client.ts"), path);
  assert.ok(reach("worker/index.ts").has("_shared/service-client.ts"), "where it is imported, it is found");
});

Deno.test("the assistant's tools know their own words, the database's types, and nothing else", () => {
  const tools = files.filter(({ path }) => path.startsWith("assistant/tools/"));
  assert.ok(tools.length > 40, "the tools are read");
  const allowed = new Set(["zod", "../../arguments.ts", "../../tool.ts", "../../tickets.ts"]);
  for (const { path, text } of tools) {
    const imported = [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, target = ""]) => target);
    assert.deepEqual(
      imported.filter((target) => !allowed.has(target)),
      [],
      path,
    );
    assert.doesNotMatch(text, /\b(fetch|Deno|eval|import\()\b/, path);
    assert.equal([...text.matchAll(/\bcall\(/g)].length, /= read\(/.test(text) ? 1 : 0, `${path} makes one call`);
  }
});
