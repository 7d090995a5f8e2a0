-- Every RPC, read from the catalog, called with nothing: a registered refusal is the only answer, never a success and
-- never an internal error. A token without a subject is nobody, wherever a member is asked for.
begin;
select plan(920);
select tests.fixture();

create temporary table rpcs as
select p.proname::text collate "default" as name, format('%s(%s)', p.proname, (select coalesce(string_agg('null', ', '), '') from generate_series(1, p.pronargs))) as call,
  has_function_privilege('anon', p.oid, 'execute') as is_for_guests, has_function_privilege('authenticated', p.oid, 'execute') as is_for_members, has_function_privilege('service_role', p.oid, 'execute') as is_for_machines
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' and p.prokind = 'f' and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e');
select cmp_ok((select count(*) from rpcs), '>=', 35::bigint, 'the catalog lists them');

select tests.refused('authenticated', call, 'not_authenticated', 'a token without a subject: ' || name) from rpcs where is_for_members and not is_for_guests order by name;
create function pg_temp.is_refused(p_actor text, p_call text, p_name text) returns text language sql as $$
  select tests.verdict(o, o.state ~ '^PT4' and exists (select 1 from private.errors e where e.code = o.message), format('%s, with nothing: %s', p_actor, p_name)) from tests.attempt(p_actor, p_call) o
$$;
select pg_temp.is_refused('anon', call, name) from rpcs where is_for_guests order by name;
select pg_temp.is_refused(a, call, name) from rpcs, unnest(array['stranger', 'owner_a']) a where is_for_members and not is_for_guests and name <> 'get_access_context' order by name, a;
select pg_temp.is_refused('service_role', call, name) from rpcs where is_for_machines and name not in ('relay_outbox', 'get_health', 'claim_webhooks', 'list_quarantined_events', 'request_reconciliation', 'get_reconciliation_status') order by name;
-- and nobody reaches what is not theirs, with whatever arguments
select tests.refused('anon', call, '42501', 'not for guests: ' || name) from rpcs where not is_for_guests order by name;
select tests.refused('owner_a', call, '42501', 'not for members: ' || name) from rpcs where not is_for_members order by name;
select tests.refused('service_role', call, '42501', 'not for machines: ' || name) from rpcs where not is_for_machines order by name;

select * from finish();
rollback;
