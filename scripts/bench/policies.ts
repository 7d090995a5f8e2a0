/**
 * What row level security costs on the list that every screen shows: the newest 50 orders of one venue among a million
 * of a thousand venues, as a member of twenty venues and as the owner of the table. Both run the same loop inside the
 * server in turns, and the member's plan must come from the index.
 */
import postgres from "postgres";
import type { StackState } from "../stack/state.ts";

export interface PolicyResult {
  ownerMs: number;
  memberMs: number;
  ratio: number;
  indexScan: boolean;
  plan: string[];
}

const READER = "00000000-0000-4000-8000-00000000be02";
const TIMES = 200;

export async function measurePolicies(state: StackState, rounds: number): Promise<PolicyResult> {
  const claims = JSON.stringify({ sub: READER, role: "authenticated" });
  const options = { max: 1, onnotice: () => {} };
  const owner = postgres(state.dbUrl, { ...options, connection: { role: "postgres" } });
  const member = postgres(state.dbUrl, {
    ...options,
    connection: { role: "authenticated", "request.jwt.claims": claims },
  });
  try {
    const [venue] = await owner<{ venue_id: string }[]>`select venue_id from bench.venues where i = 7`;
    if (!venue) throw new Error("the data set has fewer than 7 venues");
    const once = async (sql: postgres.Sql) => {
      const [row] = await sql<{ ms: number }[]>`select bench.list_orders(${venue.venue_id}, ${TIMES}) as ms`;
      return row?.ms ?? Number.NaN;
    };
    const times: { owner: number[]; member: number[] } = { owner: [], member: [] };
    for (let round = -1; round < rounds; round += 1) {
      const [ownerMs, memberMs] = [await once(owner), await once(member)];
      if (round < 0) continue; // the first turn warms the caches
      times.owner.push(ownerMs);
      times.member.push(memberMs);
    }
    const rows = await member.unsafe(
      `explain (analyze, costs off, timing off, summary off) select o.*
       from public.orders o where o.venue_id = '${venue.venue_id}' order by o.created_at desc, o.id desc limit 50`,
    );
    const plan = rows.map((row) => String(row["QUERY PLAN"]));
    // The fastest round of each is the one that nothing else on the machine disturbed.
    const [ownerMs, memberMs] = [Math.min(...times.owner), Math.min(...times.member)];
    return {
      ownerMs,
      memberMs,
      ratio: memberMs / ownerMs,
      indexScan:
        plan.some((line) => line.includes("Index Scan using orders_by_venue")) &&
        !plan.some((line) => line.includes("Seq Scan on orders")),
      plan,
    };
  } finally {
    await Promise.all([owner.end(), member.end()]);
  }
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}
