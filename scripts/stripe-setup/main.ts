// `npm run stripe-setup`: makes the provider sell what the tier file says. Idempotent; `--dry-run` only tells.
import { parseArgs } from "node:util";
import pc from "picocolors";
import Stripe from "stripe";
import { readEnvironment } from "../stack/environment.ts";
import { readState } from "../stack/state.ts";
import { readSold } from "./plans.ts";
import { type Step, setUp } from "./set-up.ts";

const HELP = `Usage: npm run stripe-setup -- [--dry-run] [--json] [--webhook-url <url>]

Makes Stripe sell what supabase/functions/_shared/plans.json says: products, prices, the customers' portal, and with
--webhook-url the endpoint that events go to. Running it again changes nothing; a changed amount makes a new price.

  --dry-run            tell what would be done, and do nothing
  --webhook-url <url>  also make (or update) this webhook endpoint; a new one's secret is shown once
  --json               the steps as JSON

STRIPE_SECRET_KEY says which account; without it, the local provider of the running stack is set up.
`;

/** The account that the environment names, or else the running stack's own provider. */
function clientFor({ dir, variables }: ReturnType<typeof readEnvironment>): Stripe | string {
  const key = variables.STRIPE_SECRET_KEY;
  const state = key ? null : readState(dir);
  const secret = key ?? state?.stripeSecretKey;
  if (!secret) return "STRIPE_SECRET_KEY is not set, and no local stack with a payment provider is running";
  const api = key ? variables.STRIPE_API_URL : state?.providerUrl;
  if (!api) return new Stripe(secret, { maxNetworkRetries: 2, telemetry: false });
  const { hostname, port, protocol } = new URL(api);
  const scheme = protocol === "http:" ? "http" : "https";
  return new Stripe(secret, { host: hostname, port, protocol: scheme, maxNetworkRetries: 2, telemetry: false });
}

function tell(step: Step): string {
  const colour = { keep: pc.dim, create: pc.green, update: pc.yellow, replace: pc.yellow, retire: pc.red }[step.action];
  const variable = step.object === "webhook" ? "STRIPE_WEBHOOK_SECRET" : "STRIPE_CONNECT_WEBHOOK_SECRET";
  const secret = step.secret === undefined ? "" : `\n  ${variable}=${step.secret}`;
  return `${colour(step.action.padEnd(8))}${step.object} ${step.name}${step.id === null ? "" : ` (${step.id})`}${secret}`;
}

async function main(args: string[]): Promise<number> {
  const flag = { type: "boolean", default: false } as const;
  let values: { help: boolean; json: boolean; "dry-run": boolean; "webhook-url"?: string };
  try {
    const options = {
      help: { ...flag, short: "h" },
      json: flag,
      "dry-run": flag,
      "webhook-url": { type: "string" },
    } as const;
    values = parseArgs({ args, options }).values;
    if (values["webhook-url"] !== undefined) new URL(values["webhook-url"]);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const stripe = clientFor(readEnvironment());
  if (typeof stripe === "string") {
    console.error(stripe);
    return 2;
  }
  const steps = await setUp({
    stripe,
    sold: readSold(),
    dryRun: values["dry-run"],
    webhookUrl: values["webhook-url"],
  });
  console.log(values.json ? JSON.stringify(steps, null, 2) : steps.map(tell).join("\n"));
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
