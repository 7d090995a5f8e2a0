// The local payment provider as a process: `node scripts/provider/main.ts`. Configured by environment variables only;
// a missing one stops it with its name.
import { parseArgs } from "node:util";
import { readConfig } from "./config.ts";
import { startProvider } from "./start-provider.ts";

const HELP = `Usage: node scripts/provider/main.ts [--help]

Speaks Stripe's wire protocol on 127.0.0.1 for people without a Stripe account. No money moves.

Environment:
  PROVIDER_PORT            port to listen on (0 takes any free one)
  PROVIDER_SECRET_KEY      the key that clients present, for example sk_test_local
  PROVIDER_WEBHOOK_SECRET  signs the webhooks, for example whsec_local
  PROVIDER_WEBHOOK_URL     where the webhooks go
  PROVIDER_DIR             folder that keeps its state

GET /_health answers 200 when it is ready. Tests control it under /_control: docs/decisions/0003-local-payment-provider.md
`;

async function main(): Promise<number> {
  let help: boolean | undefined;
  try {
    help = parseArgs({ options: { help: { type: "boolean", short: "h" } } }).values.help;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (help) {
    console.log(HELP);
    return 0;
  }
  const config = readConfig(process.env);
  if ("problem" in config) {
    console.error(`provider: ${config.problem}`);
    return 2;
  }
  const provider = await startProvider({ ...config, log: (line) => console.error(line) });
  console.log(`provider: ready at ${provider.url}, webhooks to ${config.webhookUrl}`);
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  await provider.close();
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const inUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    const reason = inUse ? `port ${process.env.PROVIDER_PORT} is in use` : message;
    console.error(`provider: ${reason}`);
    process.exit(1);
  },
);
