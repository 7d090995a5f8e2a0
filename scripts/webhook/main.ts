/** `npm run webhook`: Stripe's webhooks by hand. Exit codes: 0 answered as it should, 1 not, 2 wrong usage. */
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { readEnvironment } from "../stack/environment.ts";
import { describe } from "../stack/stack-error.ts";
import { readState } from "../stack/state.ts";
import { factsOf, fixture, fixtures, list, replay, type Sending, type Shown, send, type Target } from "./commands.ts";
import { parseDuration } from "./duration.ts";
import type { Facts } from "./facts.ts";
import { isEventType, TYPES } from "./rehearse.ts";

const HELP = `npm run webhook -- send <type> --order <id> [--twice] [--late 10m] [--bad-signature]
npm run webhook -- list [--limit 20]
npm run webhook -- replay <event id> [--bad-signature]
npm run webhook -- fixtures [<type> [--order <id>]]

  send       makes the event that Stripe would send now about the order's newest online payment, signs and delivers it
  list       what the inbox has taken in, and what it led to
  replay     delivers an event again, as the provider has it, else as the inbox has it
  fixtures   the types that can be sent; with a type, the whole event as JSON, unsent

  --twice            delivers the same event twice
  --late <time>      the event happened so long ago (90s, 10m, 2h, 3d); like every delivery of Stripe's it is signed now
  --bad-signature    signed with another secret; the endpoint should answer 400
  --amount <minor>   another amount than the payment's (or the refund's)
  --url, --secret    another endpoint and its signing secret; else the running stack's
  --database <url>   where orders and inbox are read; else the running stack's
  --payment <id>, --intent <pi_…>, --currency <code>   with --amount and without a database: what the event is about
  --json             one JSON value instead of lines
Types: ${Object.keys(TYPES).join(", ")}`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const OPTIONS = {
  order: text,
  limit: { type: "string", default: "20" },
  late: { type: "string", default: "0s" },
  amount: text,
  url: text,
  secret: text,
  database: text,
  payment: text,
  intent: text,
  currency: text,
  twice: flag,
  "bad-signature": flag,
  json: flag,
  help: flag,
} as const;
type Values = ReturnType<typeof parse>["values"];
const parse = (args: string[]) => parseArgs({ args, options: OPTIONS, allowPositionals: true });

class Usage extends Error {}
const usage = (message: string): never => {
  throw new Usage(message);
};

async function main(args: string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return complain((error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  try {
    const { ok, lines, json } = await run(positionals, values);
    console.log(values.json ? JSON.stringify(json, null, 2) : lines.join("\n"));
    return ok ? 0 : 1;
  } catch (error) {
    if (error instanceof Usage) return complain(error.message);
    console.error(describe(error));
    return 1;
  }
}

function complain(message: string): number {
  console.error(`${message}\n\n${HELP}`);
  return 2;
}

async function run([command, subject, ...rest]: string[], values: Values): Promise<Shown> {
  if (rest.length > 0) usage(`unexpected: ${rest.join(" ")}`);
  const target = targetOf(values);
  switch (command) {
    case "list":
      return list(target, wholeNumber(values.limit, "--limit"));
    case "replay":
      return replay(target, subject ?? usage("replay: which event?"), values["bad-signature"]);
    case "fixtures":
      return subject === undefined ? fixtures() : fixture(target, await sendingOf(target, subject, values, EXAMPLE));
    case "send":
      return send(target, await sendingOf(target, subject ?? usage("send: which type?"), values, null));
    default:
      return usage(command ? `no such command: ${command}` : "send, list, replay or fixtures?");
  }
}

function targetOf({ url, secret, database }: Values): Target {
  const stack = readState(readEnvironment().dir);
  const signing = secret ?? (url ? undefined : stack?.stripeWebhookSecret) ?? null;
  const address = url ?? (stack ? `${stack.url}/functions/v1/stripe-webhook` : null);
  if (url && !URL.canParse(url)) usage("--url: not a URL");
  if (url && !secret) usage("--url: needs the endpoint's signing secret, --secret");
  // Another endpoint has another provider: what the one here knows is not asked.
  return {
    stack: url ? null : stack,
    databaseUrl: database ?? (url ? null : (stack?.dbUrl ?? null)),
    endpoint: address && signing ? { url: address, secret: signing } : null,
  };
}

const EXAMPLE: Facts = {
  paymentId: "00000000-0000-4000-8000-000000000001",
  orderId: "00000000-0000-4000-8000-000000000002",
  venueId: "00000000-0000-4000-8000-000000000003",
  amountMinor: 1850,
  currency: "GBP",
  description: "Order #042",
  reference: null,
  refund: null,
};

async function sendingOf(target: Target, type: string, values: Values, example: Facts | null): Promise<Sending> {
  if (!isEventType(type)) return usage(`cannot make ${type}; npm run webhook -- fixtures lists what can be made`);
  const lateMs = parseDuration(values.late) ?? usage("--late: a number with s, m, h or d, such as 10m");
  const amountMinor = values.amount === undefined ? null : wholeNumber(values.amount, "--amount");
  const facts = values.order
    ? await factsOf(target, values.order)
    : (byHand(values, amountMinor) ?? example ?? usage("send: --order, or --payment with --amount and --currency"));
  return { type, facts, amountMinor, twice: values.twice, lateMs, forged: values["bad-signature"] };
}

function byHand({ payment, intent, currency }: Values, amountMinor: number | null): Facts | null {
  if (!payment || !currency || amountMinor === null) return null;
  const unknown = { orderId: randomUUID(), venueId: randomUUID(), description: null, refund: null };
  return { ...unknown, paymentId: payment, amountMinor, currency, reference: intent ?? null };
}

function wholeNumber(value: string, name: string): number {
  const number = Number(value);
  return Number.isSafeInteger(number) && number > 0 ? number : usage(`${name}: a whole number above 0`);
}

process.exitCode = await main(process.argv.slice(2));
