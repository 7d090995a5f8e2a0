/** A real session of a tenant's role: it sees its organisation's rows and no others, and can do nothing but look. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { must } from "../../../tests/support/api.ts";
import { meal, place, scan } from "../../../tests/support/guests.ts";
import {
  connect,
  determined,
  enterprise,
  forgetTenants,
  leave,
  provision,
  refusal,
  type Tenant,
} from "../../../tests/support/tenant.ts";
import type { Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(4);
let venue: Venue;
let other: Venue;
let tenant: Tenant;
let stranger: Tenant;

beforeAll(async () => {
  venue = await enterprise(world);
  other = await enterprise(world);
  for (const { tables, menu } of [venue, other]) {
    const session = await scan(world.api, tables[0].qr);
    must(await place(world.api, session, meal(menu, "pay_later")));
    must(await place(world.api, session, meal(menu, "pay_later")));
  }
  tenant = await provision(world, venue);
  stranger = await provision(world, other);
});
afterEach(() => leave(world));
afterAll(async () => {
  await forgetTenants(world);
  await world.close();
});

test("it sees its organisation's rows, without naming the schema, and no others", async () => {
  const sql = connect(world, tenant);
  const seen = await sql`select distinct venue_id from orders`;
  expect(seen).toEqual([{ venue_id: venue.venueId }]);
  expect(await sql`select count(*)::int as lines from order_lines`).toEqual([{ lines: 4 }]);
  expect(await sql`select id from organisation`).toEqual([{ id: venue.organisationId }]);
  expect(await sql`select count(*)::int as count from orders where venue_id = ${other.venueId}`).toEqual([
    { count: 0 },
  ]);
  expect(await connect(world, stranger)`select distinct venue_id from orders`).toEqual([{ venue_id: other.venueId }]);
});

test("as it begins it is read-only and limited in time", async () => {
  const sql = connect(world, tenant);
  expect(await refusal(sql.unsafe("alter role current_user set work_mem = '1GB'"))).toBe("25006");
  const [settings] = await sql`select current_setting('statement_timeout') as statement,
    current_setting('idle_in_transaction_session_timeout') as idle, current_setting('lock_timeout') as lock`;
  expect(settings).toEqual({ statement: "1min", idle: "1min", lock: "5s" });
});

const REFUSED: Record<string, readonly string[]> = {
  "42501": [
    // writing
    "delete from orders",
    "update menu_items set price_minor = 1",
    "insert into kpi_items select * from kpi_items",
    "truncate public.orders",
    "begin; lock table orders in access exclusive mode",
    "create table mine ()",
    "create temporary table mine ()",
    "create function pg_temp.f() returns int language sql as 'select 1'",
    "create or replace view orders as select 1 as id",
    "drop view orders",
    "alter view orders set (security_barrier = false)",
    "do $$ begin create schema mine; end $$",
    "create publication mine for all tables",
    // other schemas
    "select 1 from public.orders",
    "select 1 from private.tenant_schemas",
    "select private.venues_with('orders.read')",
    "select public.get_health()",
    "select 1 from auth.users",
    "select 1 from vault.decrypted_secrets",
    "select 1 from cron.job",
    "select cron.schedule('mine', '* * * * *', 'select 1')",
    "select net.http_get('http://127.0.0.1')",
    "select pgmq.read('mail', 1, 1)",
    "select 1 from realtime.messages",
    "select 1 from extensions.pg_stat_statements",
    "select extensions.gen_random_bytes(1)",
    // becoming somebody
    "set role postgres",
    "set role authenticated",
    "set role service_role",
    "set session authorization postgres",
    "create role mine",
    "create database mine",
    "create extension dblink",
    "alter role current_user createrole",
    "alter role current_user bypassrls",
    "alter role current_user superuser",
    "alter role current_user connection limit 1000",
    "alter role postgres password 'mine'",
    "grant postgres to current_user",
    // the server
    "copy (select 1) to program 'true'",
    "copy orders to '/tmp/orders'",
    "select pg_read_file('postgresql.conf')",
    "select pg_ls_dir('.')",
    "select lo_import('/etc/passwd')",
    "set session_replication_role = replica",
    "set log_statement = 'none'",
    "alter system set log_statement = 'none'",
    "select pg_reload_conf()",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
    // catalogs
    "select 1 from pg_authid",
    "select 1 from pg_shadow",
    "select 1 from pg_statistic",
    "select 1 from pg_user_mapping",
    "select 1 from pg_largeobject",
    "select subconninfo from pg_subscription",
    "select 1 from pg_hba_file_rules",
    "select 1 from pg_file_settings",
    "select 1 from pg_config",
    "select 1 from pg_backend_memory_contexts",
  ],
};

test.each(Object.entries(REFUSED))("whatever its user sets, %s is the answer to", async (code, statements) => {
  const sql = await determined(world, tenant);
  const answers: Record<string, string> = {};
  for (const statement of statements) {
    answers[statement] = await refusal(sql.unsafe(statement));
    await sql`rollback`;
  }
  expect(answers).toEqual(Object.fromEntries(statements.map((statement) => [statement, code])));
  expect(await sql`select count(*)::int as count from orders`).toEqual([{ count: 2 }]);
});

test("it reads neither others' statements, nor statistics of tables, nor another tenant's views", async () => {
  await world.sql`analyze public.orders`;
  const sql = await determined(world, tenant);
  const [seen] = await sql`select
    (select count(*)::int from pg_stat_activity where usename <> current_user and query not in ('<insufficient privilege>', '')) as queries,
    (select count(*)::int from pg_stats where schemaname in ('public', 'private', 'auth')) as statistics,
    (select count(*)::int from information_schema.tables where table_schema in ('public', 'private', 'auth')) as tables`;
  expect(seen).toEqual({ queries: 0, statistics: 0, tables: 0 });
  expect(await refusal(sql.unsafe(`select 1 from ${stranger.schema}.orders`))).toBe("42501");
  expect(await refusal(sql.unsafe(`set role ${stranger.role}`))).toBe("42501");
});

test("the barrier: a condition of the reader's own sees no row that is not theirs", async () => {
  await world.sql.unsafe(`create schema leak; grant usage on schema leak to public;
    create function leak.tell(uuid) returns boolean language plpgsql cost 0.0000001 as $$ begin raise notice '%', $1; return true; end $$;
    grant execute on function leak.tell(uuid) to public`);
  const told = new Set<string>();
  const sql = connect(world, tenant, (message) => void told.add(message));
  await sql`select count(*) from orders where leak.tell(venue_id)`;
  expect([...told]).toEqual([venue.venueId]);
});
