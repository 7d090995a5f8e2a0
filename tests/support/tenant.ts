/** An organisation's SQL schema, and sessions of its role as a BI tool opens them: over TCP, with the password. */
import postgres, { type Sql } from "postgres";
import type { Actor } from "./actors.ts";
import { must } from "./api.ts";
import type { SqlApi } from "./sql-api.ts";
import { until } from "./until.ts";
import { buildVenue, type Venue } from "./venue.ts";
import type { cloneWorld, World } from "./world.ts";

export interface Tenant {
  readonly schema: string;
  readonly role: string;
  readonly database: string;
  readonly is_open: boolean;
  /** In the one answer that shows it. */
  readonly password?: string;
}
export type Clone = Awaited<ReturnType<typeof cloneWorld>>;

/** A venue whose organisation has the plan that includes a schema. */
export async function enterprise(world: World<SqlApi>): Promise<Venue> {
  const venue = await buildVenue(world);
  await setPlan(world, venue, "enterprise");
  return venue;
}

export const setPlan = (world: World<SqlApi>, { organisationId }: Pick<Venue, "organisationId">, tier: string) =>
  world.sql`update public.organisations set tier = ${tier}, subscription_status = 'active' where id = ${organisationId}`;

export const ask = async (world: World<SqlApi>, owner: Actor, name: string, organisationId: string): Promise<Tenant> =>
  must(await world.api.rpc<Tenant>(owner, name, { p_organisation_id: organisationId }));

export const provision = (world: World<SqlApi>, { owner, organisationId }: Venue): Promise<Tenant> =>
  ask(world, owner, "provision_tenant_schema", organisationId);

const open = new Set<Sql>();

/** One session. Nothing is prepared in advance, as through a pooler. */
export function connect(
  { url }: Pick<Clone, "url">,
  { role, password }: Tenant,
  onNotice: (message: string) => void = () => {},
) {
  const login = Object.assign(new URL(url), { username: role, password: password ?? "" }).href;
  const onnotice = ({ message = "" }) => onNotice(message);
  const sql = postgres(login, { max: 1, prepare: false, onnotice, idle_timeout: 0 });
  open.add(sql);
  return sql;
}

/** A session whose user has lifted every limit that a user can lift. */
export async function determined(world: Clone, tenant: Tenant): Promise<Sql> {
  const sql = connect(world, tenant);
  await sql`set default_transaction_read_only = off`;
  await sql`set statement_timeout = 0`;
  await sql`set idle_in_transaction_session_timeout = 0`;
  return sql;
}

/** Closes them all and waits until the server knows: a role has only so many. */
export async function leave({ sql }: Pick<Clone, "sql">): Promise<void> {
  await Promise.all([...open].map((session) => session.end({ timeout: 1 })));
  open.clear();
  await until("all sessions have ended", async () => {
    const left = await sql`select 1 from pg_stat_activity a join private.tenant_schemas s on s.schema_name = a.usename`;
    return left.length === 0;
  });
}

/** What a statement is refused with: its SQLSTATE, or what the driver says when the session was ended. */
export async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "ok";
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
}

/** Drops every schema of this clone: its roles are the whole server's. */
export async function forgetTenants(world: Clone): Promise<void> {
  await leave(world);
  await world.sql`delete from private.tenant_schemas`;
}
