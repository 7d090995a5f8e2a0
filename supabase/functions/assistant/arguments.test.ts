// What each tool takes, at its limits and just beyond them, and what becomes of it: one call with exactly these arguments.
// A tool that is added has its lines here, or the first test fails.
import assert from "node:assert/strict";
import { fakeRpc } from "../_shared/testing.ts";
import { type Args, CHANGES, ID, item, par, READS, REFUSED, VENUE } from "./arguments.testing.ts";
import { registry, tools } from "./registry.ts";
import type { CallerRpc, Tool } from "./tool.ts";

/** Answers in the shape that the shortening tools expect. */
const ANSWER = {
  venue_id: VENUE,
  currency: "GBP",
  from: "",
  until: "",
  tickets: [],
  tables: [],
  members: [],
  roles: [],
  stations: [],
  periods: [],
};

async function run(name: string, args: Args) {
  const answer = () => ANSWER;
  const asked = [...new Set(Object.values(READS).map(([, asks]) => asks)), "propose_change"];
  const { rpc, calls } = fakeRpc(Object.fromEntries(asked.map((one) => [one, answer])));
  const call = ((asks, parameters) => rpc(asks, parameters, {} as never)) as CallerRpc;
  await (registry.get(name) as Tool).run(call, { venue_id: VENUE, ...args });
  return calls;
}

Deno.test("every tool has its examples", () => {
  const kinds = (kind: Tool["kind"]) =>
    tools
      .filter((tool) => tool.kind === kind)
      .map(({ name }) => name)
      .sort();
  assert.deepEqual(kinds("read"), Object.keys(READS).sort());
  assert.deepEqual(kinds("change"), Object.keys(CHANGES).sort());
});

for (const [name, [takes, asks, ...becomes]] of Object.entries(READS)) {
  Deno.test(`${name} asks ${asks}, once, with what it was given`, async () => {
    assert.ok(becomes.length > 0);
    for (const [index, args] of takes.entries()) {
      const calls = await run(name, args);
      assert.deepEqual(
        calls.map((call) => call.name),
        [asks],
      );
      const expected = becomes[index];
      if (expected) assert.deepEqual(calls[0]?.args, { p_venue_id: VENUE, ...expected });
    }
  });
}

for (const [name, takes] of Object.entries(CHANGES)) {
  Deno.test(`${name} is proposed as it was wished`, async () => {
    for (const args of takes) {
      const wished = { name: "propose_change", args: { p_venue_id: VENUE, p_tool: name, p_arguments: args } };
      assert.deepEqual(await run(name, args), [wished]);
    }
  });
}

for (const [name, refused] of Object.entries(REFUSED)) {
  Deno.test(`${name} takes no more than it says`, () => {
    const first = READS[name]?.[0][0] ?? CHANGES[name]?.[0];
    for (const wrong of refused) {
      const parsed = (registry.get(name) as Tool).arguments.safeParse({ venue_id: VENUE, ...first, ...wrong });
      const blamed = parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0]);
      assert.deepEqual([...new Set(blamed)], Object.keys(wrong), JSON.stringify(wrong).slice(0, 200));
    }
  });
}

Deno.test("what is left out gets its default, and texts lose their edges", async () => {
  const proposed = async (name: string, args: Args) => (await run(name, args))[0]?.args.p_arguments;
  assert.deepEqual(await proposed("create_qr_code", { table_id: ID }), { table_id: ID, kind: "table" });
  assert.deepEqual(await proposed("create_qr_codes", { table_ids: [ID] }), { table_ids: [ID], kind: "table" });
  const { usage_days: _, ...rest } = par;
  assert.deepEqual(await proposed("set_par_levels", rest), { ...rest, usage_days: 28 });
  assert.deepEqual(await proposed("create_item", { ...item, name: " Soup ", description: " Hot " }), {
    ...item,
    description: "Hot",
  });
});
