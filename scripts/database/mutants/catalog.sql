-- Every mutant of the migrated database, read from its catalogs: one thing removed, loosened or opened. Each row is
-- (kind, name, relation, object, statement). What a new migration adds is in the answer without a line here.
-- Not here: NOT NULL and foreign keys (the catalog contracts are about them), primary keys (nothing could be addressed
-- without them), and unique keys that a smaller unique key already implies: no row could tell that they are gone (two rows
-- with a null in the smaller key never meet in the larger one either).
with rooms as (
  select n.oid, n.nspname from pg_namespace n where n.nspname in ('public', 'private', 'request')
), relations as (
  select c.oid, c.relname, r.nspname, c.relkind, c.oid::regclass::text as short, format('%I.%I', r.nspname, c.relname) as name
  from pg_class c join rooms r on r.oid = c.relnamespace where c.relkind in ('r', 'p')
), api_roles as (
  select role from unnest(array['anon', 'authenticated', 'service_role']) role
), policies as (
  select p.polname, p.polqual is not null and pg_get_expr(p.polqual, p.polrelid) <> 'true' as has_using, p.polwithcheck is not null as has_check,
    format('%I.%I', n.nspname, c.relname) as name, format('%I on %I.%I', p.polname, n.nspname, c.relname) as target
  from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private', 'realtime', 'storage')
), uniques as (
  select i.indexrelid, i.indrelid, (i.indkey::smallint[])[0:i.indnkeyatts - 1] as keys, i.indexprs, i.indpred, i.indisexclusion, i.indnullsnotdistinct as is_strict
  from pg_index i where i.indisunique or i.indisexclusion or i.indisprimary
), functions as (
  select p.oid, p.proname, p.prosecdef, p.proconfig, format('%I.%I(%s)', r.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as name,
    coalesce(p.proacl, acldefault('f', p.proowner)) as acl
  from pg_proc p join rooms r on r.oid = p.pronamespace
  where p.prokind = 'f' and not exists (select 1 from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
), grants_of_tables as (
  select r.oid, r.name, a.role, v.privilege, has_any_column_privilege(a.role, r.oid, v.privilege) as is_partial
  from relations r, api_roles a, unnest(array['select', 'insert', 'update']) v (privilege)
  where not has_table_privilege(a.role, r.oid, v.privilege)
)
select 'policy removed' as kind, format('policy %s removed', target) as name, name as relation, polname::text as object, format('drop policy %s', target) as statement from policies
union all
select 'policy loosened', format('policy %s using (true)', target), name, polname, format('alter policy %s using (true)', target) from policies where has_using
union all
select 'policy loosened', format('policy %s with check (true)', target), name, polname, format('alter policy %s with check (true)', target) from policies where has_check
union all
select case k.contype when 'c' then 'check' else 'exclude' end, format('%s %s of %s', case k.contype when 'c' then 'check' else 'exclusion' end, k.conname, r.name), r.name, k.conname,
  format('alter table %s drop constraint %I', r.name, k.conname)
from pg_constraint k join relations r on r.oid = k.conrelid where k.contype in ('c', 'x')
union all
select 'unique', format('unique %s of %s', c.relname, r.name), r.name, c.relname,
  case when k.oid is null then format('drop index %I.%I', r.nspname, c.relname) else format('alter table %s drop constraint %I', r.name, k.conname) end
from uniques u join relations r on r.oid = u.indrelid join pg_class c on c.oid = u.indexrelid left join pg_constraint k on k.conindid = u.indexrelid and k.contype in ('p', 'u', 'x')
where not u.indisexclusion and k.contype is distinct from 'p'
  and not (u.indexprs is null and not u.is_strict and exists (
    select 1 from uniques s where s.indrelid = u.indrelid and s.indexrelid <> u.indexrelid and s.keys <@ u.keys and s.indexprs is null and s.indpred is null and not s.indisexclusion
      and not s.is_strict))
union all
select 'trigger', format('trigger %s on %s', t.tgname, r.name), r.name, t.tgname, format('drop trigger %I on %s', t.tgname, r.name)
from pg_trigger t join relations r on r.oid = t.tgrelid where not t.tgisinternal
union all
select 'permission taken', format('%s without %s', p.role, p.permission), 'public.role_permissions', p.permission,
  format('delete from public.role_permissions where role = %L and permission = %L', p.role, p.permission) from public.role_permissions p
union all
select 'permission given', format('%s with %s', r.role, p.permission), 'public.role_permissions', p.permission,
  format('insert into public.role_permissions (role, permission) values (%L, %L)', r.role, p.permission)
from public.roles r cross join public.permissions p where not exists (select 1 from public.role_permissions x where x.role = r.role and x.permission = p.permission)
union all
select 'subscription rule', format('%s %s a subscription', p.permission, case when p.needs_subscription then 'without' else 'needing' end), 'public.permissions', p.permission,
  format('update public.permissions set needs_subscription = not needs_subscription where permission = %L', p.permission) from public.permissions p
union all
select 'entitlement', format('%s %s %s', e.tier, v.verb, e.entitlement), 'public.tier_entitlements', e.entitlement, format(v.statement, e.tier, e.entitlement)
from public.tier_entitlements e cross join (values ('without', 'delete from public.tier_entitlements where tier = %L and entitlement = %L'),
  ('with unlimited', 'update public.tier_entitlements set max_count = null where tier = %L and entitlement = %L')) v (verb, statement)
where v.verb = 'without' or e.max_count is not null
union all
select 'grant on a function', format('execute on %s to %s', f.name, g.role), f.name, f.proname, format('grant execute on function %s to %s', f.name, g.role)
from functions f cross join (select role from api_roles union all select 'public') g
where case g.role when 'public' then not exists (select 1 from aclexplode(f.acl) a where a.grantee = 0) else not has_function_privilege(g.role, f.oid, 'execute') end
union all
select 'search path', format('search path of %s', f.name), f.name, f.proname, format('alter function %s reset search_path', f.name)
from functions f where f.prosecdef and f.proconfig::text ~ 'search_path'
union all
select 'grant on a table', format('%s on %s to %s', g.privilege, g.name, g.role), g.name, g.privilege, format('grant %s on %s to %s', g.privilege, g.name, g.role)
from grants_of_tables g where not g.is_partial
union all
select 'grant on a table', format('%s on %s to %s', v.privilege, r.name, a.role), r.name, v.privilege, format('grant %s on %s to %s', v.privilege, r.name, a.role)
from relations r, api_roles a, unnest(array['delete', 'truncate']) v (privilege) where not has_table_privilege(a.role, r.oid, v.privilege)
union all
select 'grant on a column', format('%s (%s) on %s to %s', g.privilege, a.attname, g.name, g.role), g.name, a.attname, format('grant %s (%I) on %s to %s', g.privilege, a.attname, g.name, g.role)
from grants_of_tables g join pg_attribute a on a.attrelid = g.oid and a.attnum > 0 and not a.attisdropped
where g.is_partial and not has_column_privilege(g.role, g.oid, a.attnum, g.privilege)
union all
select 'grant on a schema', format('usage on schema %s to %s', n.nspname, a.role), n.nspname, n.nspname, format('grant usage on schema %I to %s', n.nspname, a.role)
from pg_namespace n, api_roles a where n.nspname in ('private', 'pgmq', 'cron') and not has_schema_privilege(a.role, n.oid, 'usage')
union all
select 'grant on a schema', format('create on schema %s to %s', n.nspname, a.role), n.nspname, n.nspname, format('grant create on schema %I to %s', n.nspname, a.role)
from pg_namespace n, api_roles a where n.nspname in ('public', 'private', 'request', 'pgmq', 'cron') and not has_schema_privilege(a.role, n.oid, 'create')
union all
select 'grant on a sequence', format('usage on %I.%I to %s', n.nspname, c.relname, a.role), format('%I.%I', n.nspname, c.relname), c.relname, format('grant usage on sequence %I.%I to %s', n.nspname, c.relname, a.role)
from pg_class c join pg_namespace n on n.oid = c.relnamespace, api_roles a where n.nspname in ('public', 'private', 'pgmq') and c.relkind = 'S' and not has_sequence_privilege(a.role, c.oid, 'usage')
order by 1, 2
