// The local payment provider as tests meet it: a process of its own, spoken to over HTTP alone. One per test file, emptied
// before each test.
import type Stripe from "stripe";
import { clientOf, controlOf, SECRET_KEY, WEBHOOK_SECRET } from "../../../scripts/provider/testing.ts";

export interface ProviderProcess {
  readonly url: string;
  readonly stripe: Stripe;
  /** Trouble for the next requests: scripts/provider/faults.ts. */
  fault(...faults: object[]): Promise<void>;
  /** No more trouble. */
  mend(): Promise<void>;
  reset(): Promise<void>;
  stop(): void;
}

const ENTRY = new URL("../../../scripts/provider/main.ts", import.meta.url).pathname;

export async function startProviderProcess(): Promise<ProviderProcess> {
  const dir = Deno.makeTempDirSync({ prefix: "provider-" });
  const child = new Deno.Command("node", {
    args: [ENTRY],
    env: {
      PROVIDER_PORT: "0",
      PROVIDER_SECRET_KEY: SECRET_KEY,
      PROVIDER_WEBHOOK_SECRET: WEBHOOK_SECRET,
      PROVIDER_WEBHOOK_URL: "http://127.0.0.1:9/nobody-listens",
      PROVIDER_DIR: dir,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const url = await readyUrl(child.stdout);
  const control = controlOf(url);
  return {
    url,
    stripe: clientOf(url),
    async fault(...faults) {
      await control("POST", "/faults", faults);
    },
    async mend() {
      await control("DELETE", "/faults");
    },
    async reset() {
      await control("POST", "/reset", {});
    },
    stop() {
      child.kill("SIGKILL");
      Deno.removeSync(dir, { recursive: true });
    },
  };
}

async function readyUrl(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let said = "";
  const reader = stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (true) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the payment provider did not start: ${said}`);
    said += value;
    const url = /ready at (http:\S+?),/.exec(said)?.[1];
    if (url) return url;
  }
}
