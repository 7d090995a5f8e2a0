/** The session and the catalog against a real database: everything else about mutants is tested without one. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, using } from "../connection.ts";
import type { Lane } from "../lane.ts";
import { openPg17 } from "../lane-pg17.ts";
import { createTestDatabases, type TestDatabases } from "../test-databases.ts";
import { testFile } from "./fixture.ts";
import { readMutants } from "./mutant.ts";
import { openSession } from "./session.ts";

let lane: Lane;
let databases: TestDatabases;
beforeAll(async () => {
  lane = await openPg17();
  databases = await createTestDatabases(lane);
});
afterAll(async () => {
  await databases?.remove();
  await lane?.stop();
});
const inClone = <T>(work: (superuser: string, url: string) => Promise<T>) =>
  databases.withClone((url) => work(lane.url("supabase_admin", new URL(url).pathname.slice(1)), url));

const ranks = testFile(
  "tenancy/ranks.test.sql",
  `select plan(1);
   select throws_ok($$insert into public.roles (role, rank) values ('x', 0)$$, '23514', null, 'a rank is positive');
   select * from finish();`,
);
const drop = "alter table public.roles drop constraint rank_is_positive";

test("a mutant is noticed while it is there, and leaves nothing behind", () =>
  inClone(async (superuser) => {
    const session = await openSession(superuser);
    expect(await session.run(ranks)).toEqual([]);
    await session.become(drop);
    for (const _ of [1, 2]) expect(await session.run(ranks)).toMatchObject([{ assertion: "a rank is positive" }]);
    await session.become(null);
    expect(await session.run(ranks)).toEqual([]);
    await expect(session.become("drop policy no_such on public.roles")).rejects.toThrow("no_such");
    await session.close();
    const rest = await connect(superuser);
    expect(
      (await rest.query("select count(*)::int as n from public.organisations where slug like 'pgtap%'")).rows,
    ).toEqual([{ n: 0 }]);
    await rest.end();
  }));

test("what is new in the catalogs is a mutant; what another key implies is none", () =>
  inClone(async (superuser, url) => {
    const names = async () => new Set((await using(superuser, readMutants)).map(({ name }) => name));
    const before = await names();
    await using(url, (client) =>
      client.query(`create table public.spoons (id uuid primary key, venue_id uuid not null, size integer,
        constraint size_is_real check (size > 0), constraint one_size unique (venue_id, size), unique (venue_id, id));
        alter table public.spoons enable row level security;
        create policy select_all on public.spoons for select to anon using (size > 1);
        create trigger stamp before update on public.spoons for each row execute function private.set_updated_at();
        grant select on public.spoons to anon; grant update (size) on public.spoons to authenticated`),
    );
    const added = [...(await names())].filter((name) => !before.has(name));
    expect(added.filter((name) => !/^(insert|delete|truncate|select|update) /.test(name)).sort()).toEqual([
      "check size_is_real of public.spoons",
      "policy select_all on public.spoons removed",
      "policy select_all on public.spoons using (true)",
      "trigger stamp on public.spoons",
      "unique one_size of public.spoons",
    ]);
    expect(added).toContain("select on public.spoons to service_role");
    expect(added).toContain("update (venue_id) on public.spoons to authenticated");
    expect(added).not.toContain("select on public.spoons to anon");
  }));
