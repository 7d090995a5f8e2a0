/** What was measured against what we promise, as a table for people. */
import { colors } from "../colors.ts";
import type { LoadResult } from "./load.ts";
import type { PaymentResult } from "./payments.ts";
import type { PolicyResult } from "./policies.ts";
import type { QueueResult } from "./queue.ts";
import type { ReadResult } from "./reads.ts";

export interface LaneResult extends LoadResult {
  lane: string;
  clients: number;
  /** The first errors by message, so that a number of them is never a riddle. */
  errorMessages: string[];
}

export interface Target {
  name: string;
  measured: number | string;
  wanted: string;
  met: boolean;
}

export interface OrderLanes {
  loadSeconds: number;
  lanes: LaneResult[];
  menu: LaneResult[];
  /** Throughput of a lane over the floor's at the same number of clients. */
  ratios: { clients: number; bOverA: number; cOverA: number }[];
  policies: PolicyResult;
}

/** Of the parts, those that were asked for. */
export interface Measured {
  venues: number;
  orders: number;
  orderLanes?: OrderLanes;
  payments?: PaymentResult;
  queue?: QueueResult[];
  reads?: { loadSeconds: number; results: ReadResult[] };
}

export interface BenchReport extends Measured {
  coldStartMs: number;
  warmStartMs: number;
  targets: Target[];
}

const atLeast = (name: string, measured: number | undefined, limit: number): Target => ({
  name,
  measured: measured ?? "not measured",
  wanted: `at least ${limit}`,
  met: measured !== undefined && measured >= limit,
});
const atMost = (name: string, measured: number | undefined, limit: number): Target => ({
  name,
  measured: measured ?? "not measured",
  wanted: `at most ${limit}`,
  met: measured !== undefined && measured <= limit,
});
const holds = (name: string, met: boolean): Target => ({ name, measured: String(met), wanted: "true", met });

export function targetsOf({ coldStartMs, orderLanes, payments, queue, reads }: BenchReport): Target[] {
  const targets = [atMost("cold start, ms", coldStartMs, 8000)];
  if (orderLanes) {
    const { lanes, menu, ratios, policies } = orderLanes;
    const [single, most] = [ratios[0], ratios.at(-1)];
    const http = lanes.filter((lane) => lane.lane.startsWith("c")).at(-1);
    targets.push(
      atLeast(`b/a at ${single?.clients} clients`, single?.bOverA, 0.3),
      atLeast(`b/a at ${most?.clients} clients`, most?.bOverA, 0.3),
      atMost(`order over HTTP, p95 ms at ${http?.clients} clients`, http?.p95Ms, 100),
      atMost("policy ratio of the order list", policies.ratio, 1.1),
      holds("order list from the index", policies.indexScan),
      atMost("errors of orders and menus", errorsOf([...lanes, ...menu]), 0),
    );
  }
  if (payments) {
    const { lanes, ratios, webhook } = payments;
    targets.push(
      atLeast("settle over its rows alone", ratios.settle, 0.4),
      atMost("webhook, p95 ms at 50 events a second", webhook.paced.p95Ms, 50),
      atMost("errors of payments", errorsOf([...lanes, webhook.paced, webhook.most]), 0),
    );
  }
  for (const { workers, ratio } of queue ?? []) {
    targets.push(atLeast(`jobs over raw messages, ${workers} worker${workers > 1 ? "s" : ""}`, ratio, 0.6));
  }
  for (const { read, growth, scans } of reads?.results ?? []) {
    targets.push(atMost(`growth of ${read}`, growth, 1.3), holds(`${read} from indexes`, scans.length === 0));
  }
  if (reads) targets.push(atMost("errors of reads", errorsOf(reads.results), 0));
  return targets;
}

const errorsOf = (results: { errors: number }[]) => results.reduce((sum, { errors }) => sum + errors, 0);

const line = (text = "") => console.log(text);
const row = (cells: (string | number)[]) =>
  line(`  ${cells.map((cell, i) => (i === 0 ? String(cell).padEnd(26) : String(cell).padStart(9))).join("")}`);

export function printReport(report: BenchReport): void {
  const { venues, orders, coldStartMs, warmStartMs, orderLanes, payments, queue, reads } = report;
  line(`${venues} venues, ${orders} orders, durable settings; starts: cold ${coldStartMs} ms, warm ${warmStartMs} ms`);
  if (orderLanes) printOrderLanes(orderLanes);
  if (payments) printPayments(payments);
  if (queue) {
    line();
    row(["queue", "workers", "raw/s", "jobs/s", "ratio"]);
    for (const { workers, rawPerSecond, jobsPerSecond, ratio } of queue)
      row(["claim_jobs + finish_job", workers, rawPerSecond, jobsPerSecond, ratio.toFixed(2)]);
  }
  if (reads) {
    line();
    row(["read, 32 clients, SQL", "p50 ms", "p95 ms", "p50 ms", "p95 ms", "growth", "errors"]);
    for (const { read, p50Ms, p95Ms, growth, errors, scans } of reads.results) {
      row([read, p50Ms.small, p95Ms.small, p50Ms.large, p95Ms.large, growth.toFixed(2), errors]);
      if (scans.length > 0) line(colors.red(`    reads from end to end: ${scans.join(", ")}`));
    }
    const [first] = reads.results;
    if (first) line(colors.dim(`    left: ${first.orders.small} orders in the database, right: ${first.orders.large}`));
  }
  line();
  for (const { name, measured, wanted, met } of report.targets) {
    const mark = met ? colors.green("met   ") : colors.red("missed");
    line(
      `  ${mark} ${name}: ${typeof measured === "number" ? Math.round(measured * 100) / 100 : measured} (${wanted})`,
    );
  }
}

function printLanes(lanes: LaneResult[]): void {
  line();
  row(["lane", "clients", "per s", "p50 ms", "p95 ms", "p99 ms", "errors"]);
  for (const lane of lanes) {
    row([lane.lane, lane.clients, lane.perSecond, lane.p50Ms, lane.p95Ms, lane.p99Ms, lane.errors]);
    for (const message of lane.errorMessages) line(colors.red(`    ${message}`));
  }
}

function printPayments({ lanes, ratios, webhook }: PaymentResult): void {
  printLanes([...lanes, webhook.paced, webhook.most]);
  const { settle, collect, refund, ledger, idempotency } = ratios;
  line();
  line(
    `  over their rows alone: settle ${settle.toFixed(2)}   collect ${collect.toFixed(2)}   refund ${refund.toFixed(2)}`,
  );
  line(`  with over without: ledger ${ledger.toFixed(2)}   idempotency key ${idempotency.toFixed(2)}`);
}

function printOrderLanes({ lanes, menu, ratios, policies }: OrderLanes): void {
  printLanes([...lanes, ...menu]);
  line();
  for (const { clients, bOverA, cOverA } of ratios) {
    line(`  at ${String(clients).padStart(2)} clients: b/a ${bOverA.toFixed(2)}   c/a ${cOverA.toFixed(2)}`);
  }
  const { ownerMs, memberMs, ratio, plan } = policies;
  line(`  order list: owner ${ownerMs.toFixed(3)} ms, member ${memberMs.toFixed(3)} ms, ratio ${ratio.toFixed(2)}`);
  for (const step of plan) line(colors.dim(`    ${step}`));
}
