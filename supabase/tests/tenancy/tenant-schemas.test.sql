-- An organisation's SQL schema: who may have one, what its role reaches, when it closes, how it follows the list of views.
-- What a session of that role can do is proved over a real connection in tenant-schemas.race.ts.
begin;
select plan(116);
select tests.fixture();
-- Roles belong to the whole server: a name of this run's own.
update public.organisations set slug = 'pgtap-' || left(md5(random()::text), 12) where id in (tests.id('org_a'), tests.id('org_b'));
create function pg_temp.name_of(p_organisation text) returns text language sql as $$ select s.schema_name from private.tenant_schemas s where s.organisation_id = tests.id(p_organisation) $$;
create function pg_temp.as_tenant(p_organisation text, p_sql text) returns tests.outcome language plpgsql as $$
declare
  v_outcome tests.outcome;
begin
  perform set_config('role', pg_temp.name_of(p_organisation), true);
  execute p_sql into v_outcome.message;
  get diagnostics v_outcome.rows = row_count;
  perform set_config('role', 'none', true);
  v_outcome.state := '00000';
  return v_outcome;
exception when others then
  get stacked diagnostics v_outcome.state = returned_sqlstate, v_outcome.message = message_text;
  return v_outcome;
end $$;
create function pg_temp.plan_of(p_organisation text, p_tier text, p_status text) returns void language sql as $$
  update public.organisations set tier = p_tier, subscription_status = p_status where id = tests.id(p_organisation)
$$;

-- who may: owners of an organisation whose plan includes it
create temporary table calls as select unnest(array['provision_tenant_schema', 'rotate_tenant_password', 'drop_tenant_schema', 'get_tenant_schema']) as name;
select tests.refused('owner_a', 'provision_tenant_schema({org_a})', 'entitlement_exceeded', 'a trial has what pro has, which is no schema');
select pg_temp.plan_of('org_a', 'pro', 'active');
select tests.refused('owner_a', name || '({org_a})', 'entitlement_exceeded', name || ': not in pro') from calls where name ~ '^(provision|rotate)';
select pg_temp.plan_of('org_a', 'enterprise', 'canceled');
select tests.refused('owner_a', name || '({org_a})', 'subscription_inactive', name || ': not when the subscription has ended') from calls where name <> 'get_tenant_schema';
select pg_temp.plan_of('org_a', 'enterprise', 'active'), pg_temp.plan_of('org_b', 'enterprise', 'active');
select tests.refused('owner_a', 'rotate_tenant_password({org_a})', 'tenant_schema_not_found', 'there is none yet to rotate');
select tests.answers('owner_a', 'get_tenant_schema({org_a})', '{"schema": null, "is_open": false, "is_included": true}', 'nor to see, but it may be had');
select tests.answers('owner_a', 'drop_tenant_schema({org_a})', '{"dropped": false}', 'dropping none drops none');
select tests.refused(a, name || '({org_a})', 'permission_denied', a || ' may not: ' || name) from calls, unnest(array['manager_a', 'cashier_a', 'manager_a1', 'owner_b', 'stranger']) a;
select tests.refused('anon', name || '({org_a})', '42501', 'guests may not: ' || name) from calls;
select is((select count(*) from private.tenant_schemas), 0::bigint, 'what was refused has made nothing');

-- provisioning
create temporary table answers as select tests.call('owner_a', 'provision_tenant_schema({org_a})') as first;
select is((select first ->> 'schema' from answers), (select 'tenant_' || replace(o.slug, '-', '_') from public.organisations o where o.id = tests.id('org_a')), 'it is named after the slug');
select matches((select first ->> 'password' from answers), '^[A-Za-z0-9_-]{43}$', 'the password has 256 random bits');
select is((select first - 'password' from answers), tests.call('owner_a', 'provision_tenant_schema({org_a})'), 'a repeat answers the same, without the password');
select tests.answers('owner_a', 'get_tenant_schema({org_a})', '{"is_open": true, "views": {"feedback_answers": {"columns": ["venue_id", "feedback_id", "question_id", "kind", "stars", "choice"]}}}', 'its owner looks at it');
select tests.call('owner_b', 'provision_tenant_schema({org_b})');
select results_eq(format($$select rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolinherit, rolconnlimit from pg_roles where rolname = %L$$, pg_temp.name_of('org_a')),
  $$values (true, false, false, false, false, false, false, 5)$$, 'the role can log in five times, and nothing else');
select is((select count(*) from pg_auth_members m where m.member = pg_temp.name_of('org_a')::regrole), 0::bigint, 'it is a member of nothing');
select is(array(select r.rolname from pg_roles r where pg_has_role(r.oid, pg_temp.name_of('org_a'), 'member') and not r.rolsuper order by 1), array['postgres', pg_temp.name_of('org_a')]::name[], 'nobody but postgres can become it, so no token can');
select ok(private.has_tenant_settings(pg_temp.name_of('org_a')), 'it begins read-only, with timeouts and its own search path');
select results_eq($$select before, after - 'created_at' - 'updated_at' - 'password_set_at' - 'organisation_id' - 'schema_name' - 'views_version' from private.audit_events e where e.table_name = 'tenant_schemas' and e.action = 'insert' and e.organisation_id = tests.id('org_a')$$,
  $$values (null::jsonb, '{"closed_at": null}'::jsonb)$$, 'making it is in the history');
select is((select count(*) from private.audit_events e, answers a where concat(e.before, e.after) like '%' || (a.first ->> 'password') || '%'), 0::bigint, 'without the password');
select is((select count(*) from private.idempotency_keys k, answers a where k.response::text like '%' || (a.first ->> 'password') || '%'), 0::bigint, 'nor is an answer stored');
select is(private.scram_verifier('pencil', decode('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')),
  'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=', 'the verifier of the example in RFC 7677');

-- the list of views
select cmp_ok((select count(*) from private.tenant_views), '>=', 30::bigint, 'at least 30 views are on the list');
select is_empty($$select v.view_name, c from private.tenant_views v, unnest(v.shown) c where not exists (select 1 from pg_attribute a where a.attrelid = v.source and a.attname = c)$$, 'each of their columns exists');
select is_empty($$select v.view_name, c from private.tenant_views v, unnest(v.shown) c where c::text ~ '(hash|secret|token|password|reference|email|phone|note|reason|body|comment|^code$|trace_id|payload|document|details)'$$, 'no secret, no contact, nothing that people write freely');
select is_empty($$select v.view_name, c from private.tenant_views v, unnest(v.shown) c join private.personal_data d on d.column_name = c where d.table_name = v.source and d.subject in ('guest', 'member')$$, 'nobody''s personal data');
select set_eq(format($$select c.relname::text collate "default", pg_get_userbyid(c.relowner)::text, c.reloptions from pg_class c where c.relnamespace = %L::regnamespace$$, pg_temp.name_of('org_a')),
  $$select v.view_name, 'postgres', array['security_barrier=true'] from private.tenant_views v$$, 'the schema holds these views and nothing else, each with a barrier and with its owner''s rights');
select is_empty(format($$select c.relname from pg_class c where c.relnamespace = %L::regnamespace and coalesce(obj_description(c.oid, 'pg_class'), '') !~ '\.$'$$, pg_temp.name_of('org_a')), 'each says what it shows');
select is_empty($$select v.view_name from private.tenant_views v where not exists (select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
  where i.indrelid = v.source and i.indisvalid and i.indpred is null and a.attname = v.tenant_column)$$, 'an index of each table begins with what the view asks for');
create function pg_temp.plan_of_orders() returns text language plpgsql as $$
declare
  v_line text;
  v_plan text := '';
begin
  set local enable_seqscan = off; -- a handful of rows would be read as they come
  for v_line in execute format('explain (costs off) select count(*) from %I.orders where business_date = current_date', pg_temp.name_of('org_a')) loop
    v_plan := v_plan || v_line;
  end loop;
  set local enable_seqscan = on;
  return v_plan;
end $$;
select matches(pg_temp.plan_of_orders(), 'Index Cond: \(\(venue_id = ANY .*\) AND \(business_date =', 'which the index serves together with the reader''s own condition');

-- whose rows: by view, as many as the organisation has, and no other's
create temporary table counted (view_name text, organisation text, seen bigint, owned bigint, total bigint);
create function pg_temp.count_rows(p_view private.tenant_views, p_organisation text) returns void language plpgsql as $$
declare
  v_seen bigint;
  v_owned bigint;
  v_total bigint;
begin
  execute format('select count(*), count(*) filter (where %s) from %s t', case p_view.tenant_column
    when 'venue_id' then format('exists (select 1 from public.venues v where v.id = t.venue_id and v.organisation_id = %L)', tests.id(p_organisation))
    else format('t.%I = %L', p_view.tenant_column, tests.id(p_organisation)) end, p_view.source) into v_total, v_owned;
  v_seen := (pg_temp.as_tenant(p_organisation, format('select count(*) from %I.%I', pg_temp.name_of(p_organisation), p_view.view_name))).message::bigint;
  insert into counted values (p_view.view_name, p_organisation, v_seen, v_owned, v_total);
end $$;
select pg_temp.count_rows(v, o) from private.tenant_views v, unnest(array['org_a', 'org_b']) o;
select is_empty($$select * from counted where seen is distinct from owned$$, 'each organisation sees its rows, all of them');
select cmp_ok((select count(*) from counted where seen > 0 and owned < total), '>=', 30::bigint, 'and the tables hold others'' rows, too');
select is(pg_temp.as_tenant('org_a', format('select string_agg(name, '','') from %I.organisation', pg_temp.name_of('org_a'))), row('00000', (select o.name from public.organisations o where o.id = tests.id('org_a')), null, 1, null)::tests.outcome, 'the organisation itself');

-- what its role reaches
create temporary table reachable as
select n.nspname || '.' || c.relname as name, c.relkind, has_table_privilege(r.oid, c.oid, 'select') or has_any_column_privilege(r.oid, c.oid, 'select') as reads,
  has_any_column_privilege(r.oid, c.oid, 'insert, update, references') or has_table_privilege(r.oid, c.oid, 'insert, update, delete, truncate, references, trigger') as writes, n.nspname, has_schema_privilege(r.oid, n.oid, 'usage') as enters
from pg_class c join pg_namespace n on n.oid = c.relnamespace, pg_roles r where r.rolname = pg_temp.name_of('org_a') and c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_temp';
select is_empty(format($$select name from reachable where reads and enters and nspname not in (%L, 'pg_catalog', 'information_schema')$$, pg_temp.name_of('org_a')), 'no relation outside of it can be read');
select set_eq($$select name from reachable where writes and enters$$, array['pg_catalog.pg_settings'], 'none written, but for one''s own session''s settings');
select is((select count(*) from reachable where nspname = pg_temp.name_of('org_a') and reads), (select count(*) from private.tenant_views), 'its own can');
select is_empty($$select name from reachable where nspname in ('public', 'private', 'auth', 'vault', 'pgmq', 'supabase_migrations') and reads$$, 'tables of ours not even by name');
select set_eq(format($$select n.nspname::text from pg_namespace n where n.nspname !~ '^pg_temp' and has_schema_privilege(%1$L, n.oid, 'usage, create')$$, pg_temp.name_of('org_a')),
  array[pg_temp.name_of('org_a'), 'pg_catalog', 'information_schema'], 'it enters no other schema');
select is_empty(format($$select n.nspname from pg_namespace n where has_schema_privilege(%L, n.oid, 'create')$$, pg_temp.name_of('org_a')), 'and makes nothing in any');
select is_empty(format($$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'private') and has_function_privilege(%L, p.oid, 'execute')
  and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')$$, pg_temp.name_of('org_a')), 'it calls no function of ours');
select results_eq(format($$select has_database_privilege(%1$L, current_database(), 'connect'), has_database_privilege(%1$L, current_database(), 'temporary'), has_database_privilege(%1$L, current_database(), 'create')$$, pg_temp.name_of('org_a')),
  $$values (true, false, false)$$, 'it may connect, and make neither temporary tables nor schemas');
select is_empty(format($$select n.oid::regnamespace, a from pg_namespace n, unnest(array['anon', 'authenticated', 'service_role', %2$L]) a where n.nspname = %1$L and has_schema_privilege(a, n.oid, 'usage')$$, pg_temp.name_of('org_a'), pg_temp.name_of('org_b')), 'and no API role, and no other tenant''s, enters its schema');
select is((pg_temp.as_tenant('org_a', s)).state, '42501', 'refused: ' || s)
from unnest(array['select count(*) from public.orders', 'select count(*) from private.audit_events', 'select count(*) from auth.users', 'select private.venues_with(''orders.read'')',
  format('select count(*) from %I.orders', pg_temp.name_of('org_b')), format('delete from %I.orders', pg_temp.name_of('org_a')), format('update %I.menu_items set name = name', pg_temp.name_of('org_a')),
  format('insert into %I.kpi_items select * from %1$I.kpi_items', pg_temp.name_of('org_a')), 'create temporary table t ()']) s;

-- rotation
create temporary table rotated as select tests.call('owner_a', 'rotate_tenant_password({org_a})') as answer;
select isnt((select answer ->> 'password' from rotated), (select first ->> 'password' from answers), 'rotating gives another password');
select is((select answer - 'password' - 'password_set_at' from rotated), (select first - 'password' - 'password_set_at' from answers), 'and changes nothing else');
select cmp_ok((select (answer ->> 'password_set_at')::timestamptz from rotated), '>', (select (first ->> 'password_set_at')::timestamptz from answers), 'but the time');
select set_config('role', pg_temp.name_of('org_a'), true);
do $$ begin execute format('alter role %I set statement_timeout = 0', current_user); execute format('alter role %I in database %I set work_mem = ''1GB''', current_user, current_database()); end $$;
select set_config('role', 'none', true);
select ok(not private.has_tenant_settings(pg_temp.name_of('org_a')), 'a user may change the settings of their role');
select lives_ok('select private.keep_tenant_schemas()', 'until the clock comes');
select ok(private.has_tenant_settings(pg_temp.name_of('org_a')), 'then they are as they were');

-- the plan ends, and comes back
create function pg_temp.state_of(p_organisation text) returns text language sql as $$
  select format('%s %s %s', case when s.closed_at is null then 'open' else 'closed' end, case when r.rolcanlogin then 'login' else 'nologin' end,
    (pg_temp.as_tenant(p_organisation, format('select (select count(*) from %1$I.venues) + (select count(*) from %1$I.organisation) + (select count(*) from %1$I.orders)', s.schema_name))).message::bigint > 0)
  from private.tenant_schemas s join pg_roles r on r.rolname = s.schema_name where s.organisation_id = tests.id(p_organisation)
$$;
select is(pg_temp.state_of('org_a'), 'open login t', 'open');
select pg_temp.plan_of('org_a', 'pro', 'active');
select is(pg_temp.state_of('org_a'), 'closed nologin f', 'a downgrade closes it at once: no login, and not a row for who is in');
select tests.refused('owner_a', 'provision_tenant_schema({org_a})', 'entitlement_exceeded', 'then it cannot be provisioned');
select tests.refused('owner_a', 'rotate_tenant_password({org_a})', 'entitlement_exceeded', 'nor opened by rotating');
select tests.answers('owner_a', 'get_tenant_schema({org_a})', '{"is_open": false, "is_included": false}', 'its owner sees that it is closed');
select is(pg_temp.state_of('org_b'), 'open login t', 'other organisations'' stay open');
select pg_temp.plan_of('org_a', 'enterprise', 'active');
select is(pg_temp.state_of('org_a'), 'open login t', 'an upgrade opens it again');
select pg_temp.plan_of('org_a', 'enterprise', 'canceled');
select is(pg_temp.state_of('org_a'), 'closed nologin f', 'so does the end of the subscription close it');
select tests.answers('owner_a', 'get_tenant_schema({org_a})', '{"is_open": false}', 'which its owner still sees');
select pg_temp.plan_of('org_a', 'enterprise', 'active');
alter table public.organisations disable trigger settle_tenant_schema; -- as time passes, without a change
update public.organisations set subscription_status = 'past_due', past_due_since = now() - interval '8 days' where id = tests.id('org_a');
alter table public.organisations enable trigger settle_tenant_schema;
select private.keep_tenant_schemas();
select is(pg_temp.state_of('org_a'), 'closed nologin f', 'the clock closes it when the days of grace are over');
update public.organisations set subscription_status = 'active', past_due_since = null where id = tests.id('org_a');
select is(pg_temp.state_of('org_a'), 'open login t', 'a late payment opens it');

-- the views follow the list
create function pg_temp.columns_of(p_organisation text, p_view text) returns text language sql as $$
  select string_agg(a.attname, ' ' order by a.attnum) from pg_attribute a where a.attrelid = to_regclass(pg_temp.name_of(p_organisation) || '.' || p_view) and a.attnum > 0
$$;
select is(private.upgrade_tenant_schemas(), 0, 'what is up to date stays as it is');
update private.tenant_views set shown = array['venue_id', 'id', 'number'] where view_name = 'orders';
delete from private.tenant_views where view_name = 'shifts';
insert into private.tenant_views values ('stocktakes', 'public.stocktakes', 'venue_id', array['id', 'status'], 'Counts.');
select is(private.upgrade_tenant_schemas(), 2, 'a changed list upgrades every schema');
select is(pg_temp.columns_of('org_a', 'orders'), 'venue_id id number', 'columns as listed');
select is(pg_temp.columns_of('org_b', 'shifts'), null, 'a view that left the list is gone');
select is((pg_temp.as_tenant('org_b', format('select count(*) from %I.stocktakes', pg_temp.name_of('org_b')))).state, '00000', 'a new one can be read');
select is(private.clear_tenant_schemas(), 2, 'for a migration every schema is cleared');
select is((select count(*) from pg_class c where c.relnamespace = pg_temp.name_of('org_a')::regnamespace), 0::bigint, 'of all views');
alter table public.orders alter column number type bigint;
select private.keep_tenant_schemas();
select is(pg_temp.columns_of('org_a', 'orders'), 'venue_id id number', 'and the clock brings them back, should the migration not');
do $$ begin execute format('drop schema %I cascade', pg_temp.name_of('org_b')); execute format('drop owned by %I', pg_temp.name_of('org_b')); execute format('drop role %I', pg_temp.name_of('org_b')); end $$;
select is(private.upgrade_tenant_schemas(), 1, 'a backup that was restored without roles');
select is((select r.rolcanlogin from pg_roles r where r.rolname = pg_temp.name_of('org_b')), false, 'gets one that nobody can use');
select matches(tests.call('owner_b', 'rotate_tenant_password({org_b})') ->> 'password', '.', 'before its owner rotates');
select is(pg_temp.state_of('org_b'), 'open login t', 'and then everything is as it was');

-- names
select is(private.tenant_schema_name('a-b-c', gen_random_uuid()), 'tenant_a_b_c', 'hyphens become underscores');
select is(private.tenant_schema_name(repeat('x', 56), gen_random_uuid()), 'tenant_' || repeat('x', 56), 'a name of 63 bytes fits');
select is(private.tenant_schema_name(repeat('x', 57), '00000000-0000-0000-0000-000000000001'), 'tenant_' || repeat('x', 38) || '__' || left(md5('00000000-0000-0000-0000-000000000001'), 16), 'a longer one ends in a digest of the id');
update public.organisations set slug = slug || '-x' where id = tests.id('org_b');
update public.organisations set slug = (select left(slug, -2) from public.organisations where id = tests.id('org_b')) where id = tests.id('org_a');
select isnt(pg_temp.name_of('org_b'), null, 'a schema keeps its name when the slug changes');
select tests.answers('owner_a', 'drop_tenant_schema({org_a})', '{"dropped": true}', 'dropping');
select tests.answers('owner_a', 'drop_tenant_schema({org_a})', '{"dropped": false}', 'twice drops once');
select tests.call('owner_a', 'provision_tenant_schema({org_a})');
select is(pg_temp.name_of('org_a'), pg_temp.name_of('org_b') || '__' || left(md5(tests.id('org_a')::text), 16), 'who takes over a slug gets a name of their own');

-- the end
create temporary table names as select s.schema_name as name from private.tenant_schemas s;
select pg_temp.plan_of('org_a', 'pro', 'active');
update private.tenant_schemas set closed_at = now() - interval '29 days' where organisation_id = tests.id('org_a');
select private.keep_tenant_schemas();
select is((select count(*) from private.tenant_schemas), 2::bigint, 'a closed schema is kept for 30 days');
update private.tenant_schemas set closed_at = now() - interval '31 days' where organisation_id = tests.id('org_a');
select private.keep_tenant_schemas();
select set_eq($$select organisation_id from private.tenant_schemas$$, $$values (tests.id('org_b'))$$, 'then the clock drops it, and no other');
select tests.keep('org_s', (tests.call('stranger', $$create_organisation('Small', 'pgtap-$$ || left(md5(random()::text), 12) || $$')$$) ->> 'id')::uuid), pg_temp.plan_of('org_s', 'enterprise', 'active');
select tests.call('stranger', 'provision_tenant_schema({org_s})');
insert into names select pg_temp.name_of('org_s');
delete from public.organisations where id = tests.id('org_s');
select tests.call('owner_b', 'drop_tenant_schema({org_b})');
select is_empty($$select name from names where to_regrole(name) is not null or to_regnamespace(name) is not null$$, 'with the row, or the organisation, go role and schema');
select is((select count(*) from names), 3::bigint, 'of three');
select is((select count(*) from private.audit_events e where e.table_name = 'tenant_schemas' and e.action = 'delete'), 4::bigint, 'and each is in the history');

select * from finish();
rollback;
