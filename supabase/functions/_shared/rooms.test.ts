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

Deno.test("one file calls addresses that users give; whoever else leaves the process names its destination itself", () => {
  assert.deepEqual(
    holding(/\bDeno\.(connect|connectTls|startTls|resolveDns|createHttpClient)\b|"node:(https?|net|tls|dns)/),
    ["_shared/outside.ts"],
  );
  assert.deepEqual(holding(/(?<![\w.])fetch\(/), []);
  assert.deepEqual(holding(/createOutside\(/), ["_shared/outside.ts", "worker/index.ts"]);
});
