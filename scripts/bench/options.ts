/** What a benchmark run can be told. */
import { parseArgs } from "node:util";

export const PARTS = ["orders", "payments", "queue", "reads"] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  json: boolean;
  /** Seconds that one lane is measured at one number of clients, spread over the rounds. */
  seconds: number;
  clients: number[];
  rounds: number;
  venues: number;
  orders: number;
  assert: boolean;
  parts: Part[];
  /** Instead of measuring: so many operations, none of which may fail. */
  operations: number | null;
}

export const help = `npm run bench -- [options]

Measures Servio on a stack of its own with durable settings, all lanes side by side in one run.

  --seconds N    seconds per lane and number of clients (default 9)
  --rounds N     turns the lanes take within that time (default 3)
  --clients A,B  numbers of clients (default 1,8,32)
  --venues N     venues in the database (default 1000)
  --orders N     orders already there (default 1000000)
  --parts A,B    orders, payments, queue, reads (default all)
  --operations N instead: N settlements, collections and refunds by 32 clients; fails if one fails or the books are wrong
  --no-assert    report missed targets without failing
  --json         one JSON document on standard output, nothing else
  --help         this text`;

export function readOptions(args: string[]): BenchOptions | "help" {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: "string", default: "9" },
      rounds: { type: "string", default: "3" },
      clients: { type: "string", default: "1,8,32" },
      venues: { type: "string", default: "1000" },
      orders: { type: "string", default: "1000000" },
      parts: { type: "string", default: PARTS.join(",") },
      operations: { type: "string" },
      "no-assert": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  return {
    json: values.json,
    assert: !values["no-assert"],
    seconds: positive("--seconds", values.seconds),
    rounds: positive("--rounds", values.rounds),
    clients: values.clients.split(",").map((text) => positive("--clients", text)),
    venues: atLeast(21, "--venues", positive("--venues", values.venues)),
    orders: atLeast(10_000, "--orders", positive("--orders", values.orders)),
    operations: values.operations === undefined ? null : positive("--operations", values.operations),
    parts: values.parts.split(",").map(toPart),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name}: "${text}" is not a positive whole number`);
  return value;
}

function atLeast(least: number, name: string, value: number): number {
  if (value < least) throw new RangeError(`${name}: the data set needs at least ${least}`);
  return value;
}

function toPart(text: string): Part {
  const part = PARTS.find((one) => one === text);
  if (!part) throw new RangeError(`--parts: "${text}" is none of ${PARTS.join(", ")}`);
  return part;
}
