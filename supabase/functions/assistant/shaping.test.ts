// Tools that shorten what the database says: what they leave out, and that what the database did not promise is a fault.
import assert from "node:assert/strict";
import type { RpcName } from "../_shared/rpc.ts";
import { fakeRpc } from "../_shared/testing.ts";
import { registry } from "./registry.ts";
import type { CallerRpc } from "./tool.ts";

const VENUE = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";

async function run(tool: string, answers: Partial<Record<RpcName, unknown>>, args: Record<string, unknown> = {}) {
  const { rpc, calls } = fakeRpc(
    Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, () => answer])),
  );
  const call = ((name, parameters) => rpc(name, parameters, {} as never)) as CallerRpc;
  const result = (await registry.get(tool)?.run(call, { venue_id: VENUE, ...args })) as Record<string, unknown>;
  return { result, calls };
}

const board = {
  shown_at: "now",
  tickets: [
    { ticket_id: "a", status: "new", age: "red" },
    { ticket_id: "b", status: "ready", age: "red" },
    { ticket_id: "c", status: "held", age: null },
    { ticket_id: "d", status: "in_progress", age: "green" },
  ],
};
const ids = ({ tickets }: Record<string, unknown>) =>
  (tickets as { ticket_id: string }[]).map(({ ticket_id }) => ticket_id);

Deno.test("the queue is what is to be done, overdue is what is red and not ready, a station's tickets are all", async () => {
  const answers = { get_kitchen_board: board };
  assert.deepEqual(ids((await run("list_kitchen_queue", answers)).result), ["a", "d"]);
  assert.deepEqual(ids((await run("list_overdue_tickets", answers)).result), ["a"]);
  const all = await run("list_station_tickets", answers, { station_id: VENUE });
  assert.deepEqual(ids(all.result), ["a", "b", "c", "d"]);
  assert.deepEqual(all.calls[0]?.args, { p_venue_id: VENUE, p_station_id: VENUE });
  assert.deepEqual((await run("list_station_tickets", answers)).calls[0]?.args, { p_venue_id: VENUE });
});

Deno.test("at most 200 tickets, and how many there are", async () => {
  const tickets = Array.from({ length: 250 }, (_, n) => ({ ticket_id: `${n}`, status: "new", age: "green" }));
  const { result } = await run("list_kitchen_queue", { get_kitchen_board: { tickets } });
  assert.deepEqual([ids(result).length, result.total], [200, 250]);
});

Deno.test("tables of a state, with seats enough", async () => {
  const tables = [
    { label: "1", state: "free", seats: 2 },
    { label: "2", state: "occupied", seats: 6 },
    { label: "3", state: "free", seats: 6 },
  ];
  const labels = async (args: Record<string, unknown>) =>
    ((await run("list_tables", { get_floor: { tables } }, args)).result.tables as typeof tables).map(
      ({ label }) => label,
    );
  assert.deepEqual(await labels({}), ["1", "2", "3"]);
  assert.deepEqual(await labels({ state: "free" }), ["1", "3"]);
  assert.deepEqual(await labels({ seats: 4 }), ["2", "3"]);
  assert.deepEqual(await labels({ seats: 6 }), ["2", "3"]);
  assert.deepEqual(await labels({ state: "free", seats: 4 }), ["3"]);
});

Deno.test("hours of all days together, busiest first", async () => {
  const period = (local_time: string, orders: number) => ({ local_time, orders, gross_minor: orders * 100 });
  const periods = [period("12:00", 3), period("19:00", 8), period("12:00", 4), period("late", 1)];
  const kpis = { venue_id: VENUE, currency: "GBP", from: "2026-06-01", until: "2026-06-02", periods, total: {} };
  const { result, calls } = await run(
    "list_peak_hours",
    { get_kpis: kpis },
    { from: "2026-06-01", until: "2026-06-02" },
  );
  assert.deepEqual(result.hours, [
    { hour: "19", orders: 8, gross_minor: 800 },
    { hour: "12", orders: 7, gross_minor: 700 },
    { hour: "late", orders: 1, gross_minor: 100 },
  ]);
  assert.equal(calls[0]?.args.p_granularity, "hour");
});

Deno.test("a team without what roles may do, roles without the team, waiting without items", async () => {
  const team = { venue_id: VENUE, members: [{ name: "Ada" }], roles: [{ role: "owner" }] };
  assert.deepEqual(Object.keys((await run("list_team", { get_team: team })).result), ["venue_id", "members"]);
  assert.deepEqual(Object.keys((await run("list_roles", { get_team: team })).result), ["venue_id", "roles"]);
  const window = { from: "2026-06-01T00:00:00Z", until: "2026-06-02T00:00:00Z" };
  const times = { venue_id: VENUE, ...window, stations: [], items: [{ name: "Soup" }] };
  const { result } = await run("get_wait_times", { get_prep_times: times }, window);
  assert.deepEqual(Object.keys(result), ["venue_id", "from", "until", "stations"]);
});

Deno.test("an answer that is not what the database promised is a fault", async () => {
  for (const tool of ["list_kitchen_queue", "list_overdue_tickets", "list_station_tickets"]) {
    for (const tickets of ["none", [{ status: "new" }], [{ age: null }]]) {
      await assert.rejects(run(tool, { get_kitchen_board: { tickets } }), { name: "ZodError" });
    }
  }
  for (const floor of [null, {}, { tables: [{ label: "1", seats: 2 }] }, { tables: [{ label: "1", state: "free" }] }]) {
    await assert.rejects(run("list_tables", { get_floor: floor }), { name: "ZodError" }, JSON.stringify(floor));
  }
});
