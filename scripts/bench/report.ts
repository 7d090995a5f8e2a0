/** What was measured against what we promise, as a table for people. */
import { colors } from "../colors.ts";
import type { LoadResult } from "./load.ts";
import type { PolicyResult } from "./policies.ts";

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

export interface BenchReport {
  coldStartMs: number;
  warmStartMs: number;
  loadSeconds: number;
  venues: number;
  orders: number;
  lanes: LaneResult[];
  menu: LaneResult[];
  /** Throughput of a lane over the floor's at the same number of clients. */
  ratios: { clients: number; bOverA: number; cOverA: number }[];
  policies: PolicyResult;
  targets: Target[];
}

export function targetsOf(report: Omit<BenchReport, "targets">): Target[] {
  const most = report.ratios.at(-1);
  const single = report.ratios[0];
  const http = report.lanes.filter((lane) => lane.lane.startsWith("c")).at(-1);
  const errors = [...report.lanes, ...report.menu].reduce((sum, lane) => sum + lane.errors, 0);
  const target = (name: string, measured: number | undefined, limit: number, relation: "at least" | "at most") => ({
    name,
    measured: measured ?? "not measured",
    wanted: `${relation} ${limit}`,
    met: measured !== undefined && (relation === "at least" ? measured >= limit : measured <= limit),
  });
  return [
    target(`b/a at ${single?.clients} clients`, single?.bOverA, 0.3, "at least"),
    target(`b/a at ${most?.clients} clients`, most?.bOverA, 0.3, "at least"),
    target("policy ratio of the order list", report.policies.ratio, 1.1, "at most"),
    {
      name: "order list from the index",
      measured: String(report.policies.indexScan),
      wanted: "true",
      met: report.policies.indexScan,
    },
    target(`order over HTTP, p95 ms at ${http?.clients} clients`, http?.p95Ms, 100, "at most"),
    target("cold start, ms", report.coldStartMs, 8000, "at most"),
    target("errors", errors, 0, "at most"),
  ];
}

export function printReport(report: BenchReport): void {
  const line = (text = "") => console.log(text);
  const row = (cells: (string | number)[]) =>
    line(`  ${cells.map((cell, i) => (i === 0 ? String(cell).padEnd(26) : String(cell).padStart(9))).join("")}`);
  line(
    `${report.venues} venues, ${report.orders} orders, durable settings; starts: cold ${report.coldStartMs} ms, warm ${report.warmStartMs} ms`,
  );
  line();
  row(["lane", "clients", "per s", "p50 ms", "p95 ms", "p99 ms", "errors"]);
  for (const lane of [...report.lanes, ...report.menu]) {
    row([lane.lane, lane.clients, lane.perSecond, lane.p50Ms, lane.p95Ms, lane.p99Ms, lane.errors]);
    for (const message of lane.errorMessages) line(colors.red(`    ${message}`));
  }
  line();
  for (const { clients, bOverA, cOverA } of report.ratios) {
    line(`  at ${String(clients).padStart(2)} clients: b/a ${bOverA.toFixed(2)}   c/a ${cOverA.toFixed(2)}`);
  }
  const { ownerMs, memberMs, ratio } = report.policies;
  line(`  order list: owner ${ownerMs.toFixed(3)} ms, member ${memberMs.toFixed(3)} ms, ratio ${ratio.toFixed(2)}`);
  for (const step of report.policies.plan) line(colors.dim(`    ${step}`));
  line();
  for (const { name, measured, wanted, met } of report.targets) {
    const mark = met ? colors.green("met   ") : colors.red("missed");
    line(
      `  ${mark} ${name}: ${typeof measured === "number" ? Math.round(measured * 100) / 100 : measured} (${wanted})`,
    );
  }
}
