/** What the API offers, read from the catalog: whatever is added next year is in these lists, or its test fails. */
import type { Sql } from "postgres";

export interface ApiFunction {
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly type: string }[];
  readonly anon: boolean;
  readonly authenticated: boolean;
}

export interface ApiTable {
  readonly name: string;
  /** The column that says whose a row is; null for reference data. */
  readonly tenant: "venue_id" | "organisation_id" | "id" | null;
  /** Columns that authenticated may read. */
  readonly readable: readonly string[];
  readonly updatable: readonly string[];
  /** Columns that are no one's to write: generated and identity ones. */
  readonly generated: readonly string[];
}

export async function apiFunctions(sql: Sql): Promise<ApiFunction[]> {
  const rows = await sql<ApiFunction[]>`
    select p.proname as name, has_function_privilege('anon', p.oid, 'execute') as anon,
      has_function_privilege('authenticated', p.oid, 'execute') as authenticated,
      coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'type', format_type(a.type, null)) order by a.position)
        filter (where a.name is not null), '[]') as arguments
    from pg_proc p
    left join lateral unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) with ordinality
      as a (name, type, position) on true
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
    group by p.oid order by p.proname`;
  if (rows.length === 0) throw new Error("the catalog lists no function: the test would prove nothing");
  return [...rows];
}

export async function apiTables(sql: Sql): Promise<ApiTable[]> {
  const rows = await sql<ApiTable[]>`
    select c.relname as name,
      case when bool_or(a.attname = 'venue_id') and c.relname not in ('memberships', 'invitations') then 'venue_id'
        when bool_or(a.attname = 'organisation_id') then 'organisation_id'
        when c.relname = 'organisations' then 'id' end as tenant,
      coalesce(jsonb_agg(a.attname order by a.attnum)
        filter (where has_column_privilege('authenticated', c.oid, a.attnum, 'select')), '[]') as readable,
      coalesce(jsonb_agg(a.attname order by a.attnum)
        filter (where has_column_privilege('authenticated', c.oid, a.attnum, 'update')), '[]') as updatable,
      coalesce(jsonb_agg(a.attname) filter (where a.attgenerated <> '' or a.attidentity <> ''), '[]') as generated
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
    group by c.oid, c.relname order by c.relname`;
  if (rows.length === 0) throw new Error("the catalog lists no table: the test would prove nothing");
  return [...rows];
}

export interface Tenant {
  readonly organisationId: string;
  readonly venueId: string;
}

export const tenantFilter = ({ tenant }: ApiTable, { organisationId, venueId }: Tenant): string =>
  tenant === "venue_id" ? `venue_id=eq.${venueId}` : `${tenant}=eq.${organisationId}`;

/** One hash per table of everything a tenant has: two of them are equal when nothing changed in between. */
export async function fingerprint(
  sql: Sql,
  { venueId, organisationId }: Tenant,
  tables?: readonly ApiTable[], // read already, by whoever asks often
): Promise<Record<string, string>> {
  const hashes = (tables ?? (await apiTables(sql)))
    .filter(({ tenant }) => tenant !== null)
    .map(({ name, tenant }) => {
      const id = tenant === "venue_id" ? venueId : organisationId;
      return sql`select ${name}::text as name, md5(string_agg(t::text, '|' order by t::text)) as hash
        from public.${sql(name)} t where ${sql(tenant ?? "")} = ${id}`;
    });
  const rows = await sql<{ name: string; hash: string | null }[]>`
    ${hashes.flatMap((hash, index) => (index > 0 ? [sql` union all `, hash] : [hash]))}`;
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash ?? "empty"]));
}
