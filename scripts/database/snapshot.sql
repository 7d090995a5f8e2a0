-- What the migrations have made, as text that is the same on every run: one statement per section, whose column name is
-- the heading. Run as postgres on a fresh clone; rows of reference tables are added by snapshot.ts.
-- Bodies of functions appear as a hash: that they changed is visible here, what changed is in the migrations.

select format('%s in %s', e.extname, e.extnamespace::regnamespace) as "extensions"
from pg_extension e order by e.extname;

select format('%s: %s', n.nspname, (
    select string_agg(format('%s to %s', privileges, grantee), ', ' order by grantee)
    from (
      select case a.grantee when 0 then 'public' else a.grantee::regrole::text end as grantee,
             string_agg(lower(a.privilege_type), ' ' order by a.privilege_type) as privileges
      from aclexplode(n.nspacl) a where a.grantee <> n.nspowner group by a.grantee) granted)) as "schemas and who may use them"
from pg_namespace n where n.nspname in ('public', 'private', 'request') order by n.nspname;

select format('%s on %s of %s: %s', a.privileges, case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' else d.defaclobjtype::text end,
              coalesce('schema ' || n.nspname, 'every schema'), a.grantee) as "default privileges of what migrations make"
from pg_default_acl d
left join pg_namespace n on n.oid = d.defaclnamespace
cross join lateral (
  select case e.grantee when 0 then 'public' else e.grantee::regrole::text end as grantee,
         string_agg(lower(e.privilege_type), ' ' order by e.privilege_type) as privileges
  from aclexplode(d.defaclacl) e group by e.grantee) a
where d.defaclrole = 'postgres'::regrole and (n.nspname is null or n.nspname in ('public', 'private'))
order by n.nspname nulls first, d.defaclobjtype, a.grantee;

select format('%s %s', t.typtype, t.oid::regtype) || coalesce(
    (select ': ' || string_agg(e.enumlabel, ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
    (select ': ' || string_agg(format('%s %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
     from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '') as "types"
from pg_type t
left join pg_class c on c.oid = t.typrelid
where t.typnamespace in ('public'::regnamespace, 'private'::regnamespace)
  and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
order by t.oid::regtype::text;

with parts as (
  select c.oid, 0 as place, format('%s %s%s%s', case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, c.oid::regclass,
           case when c.relrowsecurity then ', row level security' else '' end, case when c.relforcerowsecurity then ' forced' else '' end)
         || coalesce(E'\n    -- ' || obj_description(c.oid, 'pg_class'), '') as line
  from pg_class c
  union all
  select a.attrelid, a.attnum, format('    %s %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
           case when a.attnotnull then ' not null' else '' end,
           case when a.attidentity <> '' then ' identity' when a.attgenerated <> '' then ' generated ' || pg_get_expr(d.adbin, d.adrelid)
                else coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') end,
           coalesce('  -- ' || col_description(a.attrelid, a.attnum), ''))
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped
  union all
  select c.oid, 10000, regexp_replace(pg_get_viewdef(c.oid), '^', '    ', 'gn') from pg_class c where c.relkind in ('v', 'm')
)
select p.line as "tables, views and their columns"
from parts p join pg_class c on c.oid = p.oid
where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
order by c.oid::regclass::text, p.place;

select format('%s: %s %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as "constraints"
from pg_constraint c
where c.connamespace in ('public'::regnamespace, 'private'::regnamespace) and c.conrelid <> 0 and c.contype in ('p', 'u', 'f', 'c', 'x')
order by c.conrelid::regclass::text, c.contype, c.conname;

select pg_get_indexdef(i.indexrelid) as "indexes that no constraint makes"
from pg_index i join pg_class c on c.oid = i.indrelid
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
  and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
order by c.oid::regclass::text, i.indexrelid::regclass::text;

select format('%s.%s: %s%s for %s to %s', p.schemaname, p.tablename, p.policyname, case p.permissive when 'RESTRICTIVE' then ' (restrictive)' else '' end,
              lower(p.cmd), array_to_string(p.roles, ', '))
       || coalesce(E'\n    using ' || p.qual, '') || coalesce(E'\n    with check ' || p.with_check, '') as "policies"
from pg_policies p where p.schemaname in ('public', 'private', 'realtime', 'storage')
order by p.schemaname, p.tablename, p.policyname;

select format('%s: %s', t.tgrelid::regclass, regexp_replace(pg_get_triggerdef(t.oid), '^CREATE (CONSTRAINT )?TRIGGER ', '')) as "triggers"
from pg_trigger t join pg_proc p on p.oid = t.tgfoid
where not t.tgisinternal and p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
order by t.tgrelid::regclass::text, t.tgname;

select format('%s.%s(%s) returns %s', p.pronamespace::regnamespace, p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid))
       || format(E'\n    %s %s%s%s, body %s', l.lanname, case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
                 case when p.prosecdef then ' security definer' else '' end, coalesce(' set ' || array_to_string(p.proconfig, ', '), ''),
                 left(encode(sha256(convert_to(coalesce(p.prosrc, ''), 'UTF8')), 'hex'), 16))
       || coalesce(E'\n    granted to ' || (
            select string_agg(case a.grantee when 0 then 'public' else a.grantee::regrole::text end, ', ' order by a.grantee::regrole::text)
            from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee <> p.proowner), '')
       || coalesce(E'\n    -- ' || obj_description(p.oid, 'pg_proc'), '') as "functions"
from pg_proc p join pg_language l on l.oid = p.prolang
where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace, 'request'::regnamespace)
order by p.pronamespace::regnamespace::text, p.proname, pg_get_function_identity_arguments(p.oid);

with granted as (
  select c.oid, a.grantee, a.privilege_type, null as attname
  from pg_class c cross join lateral aclexplode(c.relacl) a where a.grantee <> c.relowner
  union all
  select c.oid, a.grantee, a.privilege_type, t.attname
  from pg_attribute t join pg_class c on c.oid = t.attrelid cross join lateral aclexplode(t.attacl) a
)
select format('%s: %s%s to %s', g.oid::regclass, lower(g.privilege_type), ' (' || string_agg(g.attname, ', ' order by g.attname) || ')',
              case g.grantee when 0 then 'public' else g.grantee::regrole::text end) as "grants on tables, views and sequences"
from granted g join pg_class c on c.oid = g.oid
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
group by g.oid, g.grantee, g.privilege_type, g.attname is null
order by g.oid::regclass::text, g.grantee::regrole::text, g.privilege_type, g.attname is null;

select format('%s  %s  %s', j.schedule, j.jobname, j.command) as "clocks" from cron.job j order by j.jobname;

select q.queue_name as "queues" from pgmq.meta q order by q.queue_name;
