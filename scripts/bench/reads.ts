/**
 * The reads that screens repeat all evening, in two databases side by side: one with 10,000 orders, one with as many as
 * asked for. The venues looked at are the same in both, so what differs is what their neighbours have: a tenant must not
 * feel them. In SQL, because a stack serves one database only; on one that keeps a template, and is thrown away: who reads
 * waits for no disk.
 */
import postgres from "postgres";
import type { StackState } from "../stack/state.ts";
import { acquireStack, templateOf } from "../stack/test-stack.ts";
import { copyDatabase, databaseUrl, loadFiles } from "./databases.ts";
import { emptyLoad, type Load, runLoad, type Send, summarize } from "./load.ts";
import type { BenchOptions } from "./options.ts";
import { median } from "./policies.ts";

export const SMALL = 10_000;
const CLIENTS = 32;
const READER = JSON.stringify({ sub: "00000000-0000-4000-8000-00000000be02", role: "authenticated" });
const BIG_TABLES = [
  ...["orders", "order_lines", "kitchen_tickets", "payments", "table_sessions", "tables", "published_menu_items"],
  ...["menu_items", "kpi_quarters", "kpi_items", "kpi_payments", "guest_devices", "published_menus"],
];

export interface ReadResult {
  read: string;
  orders: { small: number; large: number };
  p95Ms: { small: number; large: number };
  p50Ms: { small: number; large: number };
  /** Median of the rounds' ratios of p95, large over small, within each round. */
  growth: number;
  errors: number;
  /** Big tables that a single call read from end to end. */
  scans: string[];
}

interface Read {
  name: string;
  role: "anon" | "authenticated";
  call(sql: postgres.Sql, venue: { venue_id: string; slug: string }): postgres.PendingQuery<postgres.Row[]>;
}

const READS: Read[] = [
  { name: "get_menu, 200 items", role: "anon", call: (sql, { slug }) => sql`select public.get_menu(${slug})` },
  { name: "get_floor", role: "authenticated", call: (sql, v) => sql`select public.get_floor(${v.venue_id})` },
  {
    name: "get_kitchen_board",
    role: "authenticated",
    call: (sql, v) => sql`select public.get_kitchen_board(${v.venue_id})`,
  },
  {
    name: "get_dashboard, today",
    role: "authenticated",
    call: (sql, v) => sql`select public.get_dashboard(${v.venue_id})`,
  },
  {
    name: "get_kpis, a month",
    role: "authenticated",
    call: (sql, v) => sql`select public.get_kpis(${v.venue_id}, current_date - 30, current_date)`,
  },
];

export async function measureReads(options: BenchOptions, progress: (text: string) => void) {
  const stack = await acquireStack({ functions: false, provider: false });
  try {
    return await measureOn(stack, options, progress);
  } finally {
    await stack.stop();
  }
}

async function measureOn(state: StackState, options: BenchOptions, progress: (text: string) => void) {
  const begun = performance.now();
  const { venues, orders } = options;
  const small = await copyDatabase(state, templateOf(state), "bench_small");
  await loadFiles(databaseUrl(state.adminDbUrl, small), ["tenants.sql"], { venues });
  const large = await copyDatabase(state, small, "bench_large");
  const urls = [databaseUrl(state.dbUrl, small), databaseUrl(state.dbUrl, large)];
  for (const [database, count] of [[small, SMALL] as const, [large, orders] as const]) {
    progress(`loading ${count} orders of ${venues} venues to read from`);
    await loadFiles(databaseUrl(state.adminDbUrl, database), ["reads.sql"], { orders: count });
  }
  const loadSeconds = Math.round((performance.now() - begun) / 1000);
  const results: ReadResult[] = [];
  for (const read of READS) {
    progress(`${read.name} at ${CLIENTS} clients, ${SMALL} | ${orders} orders`);
    results.push(await compare(read, urls, options));
  }
  return { loadSeconds, results };
}

async function compare(read: Read, urls: string[], options: BenchOptions): Promise<ReadResult> {
  const [small, large] = await Promise.all(urls.map((url) => open(read, url)));
  if (!small || !large) throw new Error("two databases are compared");
  try {
    const growths: number[] = [];
    const totals = [emptyLoad(), emptyLoad()] as const;
    for (let round = -1; round < options.rounds; round += 1) {
      const loads: Load[] = [];
      for (const [i, side] of [small, large].entries()) {
        const load = emptyLoad();
        await runLoad(load, side.clients, round < 0 ? 0.5 : options.seconds / options.rounds / 3);
        loads.push(load);
        if (round < 0) continue; // the first turn warms connections, caches and plans
        const total = totals[i === 0 ? 0 : 1];
        total.histogram.add(load.histogram);
        total.seconds += load.seconds;
        for (const [message, count] of load.errors) total.errors.set(message, (total.errors.get(message) ?? 0) + count);
      }
      const [a, b] = loads.map((load) => load.histogram.getValueAtPercentile(95));
      if (round >= 0 && a !== undefined && b !== undefined) growths.push(b / a);
    }
    const [a, b] = [summarize(totals[0]), summarize(totals[1])];
    return {
      read: read.name,
      orders: { small: SMALL, large: options.orders },
      p50Ms: { small: a.p50Ms, large: b.p50Ms },
      p95Ms: { small: a.p95Ms, large: b.p95Ms },
      growth: median(growths),
      errors: a.errors + b.errors,
      scans: await large.scans(),
    };
  } finally {
    await Promise.all([small.close(), large.close()]);
  }
}

async function open(read: Read, url: string) {
  const claims = read.role === "anon" ? '{"role":"anon"}' : READER;
  const connect = (role: string) =>
    postgres(url, { max: 1, onnotice: () => {}, connection: { role, "request.jwt.claims": claims } });
  const owner = connect("postgres");
  const venues = await owner<{ venue_id: string; slug: string }[]>`
    select b.venue_id, v.slug from bench.venues b join public.venues v on v.id = b.venue_id where b.i <= 20`;
  let next = 0;
  const venue = () => {
    const one = venues[next++ % venues.length];
    if (!one) throw new Error("the data set has no venues");
    return one;
  };
  const connections = Array.from({ length: CLIENTS }, () => connect(read.role));
  const clients: Send[] = connections.map((sql) => async () => void (await read.call(sql, venue())));
  await Promise.all(connections.map((sql) => sql`select 1`));
  return {
    clients,
    /** What one more call of this read scans, counted by the server within its own transaction. */
    scans: () =>
      owner.begin(async (sql) => {
        await sql`select set_config('role', ${read.role}, true)`;
        await read.call(sql as unknown as postgres.Sql, venue());
        await sql`select set_config('role', 'postgres', true)`;
        const rows = await sql<{ relname: string }[]>`
          select relname from pg_stat_xact_user_tables
          where schemaname in ('public', 'private') and seq_scan > 0 and relname in ${sql(BIG_TABLES)} order by relname`;
        return rows.map((row) => row.relname);
      }),
    close: () => Promise.all([owner, ...connections].map((sql) => sql.end())),
  };
}
