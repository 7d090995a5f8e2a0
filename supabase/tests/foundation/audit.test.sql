-- The history of changes: who, what, before, after, in which request; no secret in it, and nobody rewrites it.
begin;
select plan(39);
select tests.fixture();
create function pg_temp.last_event(p_table text, p_row text) returns private.audit_events language sql as $$
  select e from private.audit_events e where e.table_name = p_table and e.row_id = tests.id(p_row) order by e.id desc limit 1
$$;

-- update: only what changed
select tests.call('manager_a1', 'update public.menu_items set price_minor = 1400, name = name where id = {burger_a1}');
select results_eq($$select action, before, after, actor_id, actor_role, venue_id, trace_id from pg_temp.last_event('menu_items', 'burger_a1')$$,
  $$values ('update', '{"price_minor": 1250}'::jsonb, '{"price_minor": 1400}'::jsonb, tests.id('manager_a1'), 'authenticated', tests.id('venue_a1'), '0123456789abcdef0123456789abcdef')$$,
  'an update: the changed columns before and after, by whom, where, in which request');
select is((select count(*) from private.audit_events e where e.row_id = tests.id('cola_a1')), 1::bigint, 'an item that was only inserted has one event');
select tests.call('manager_a1', 'update public.menu_items set name = name where id = {cola_a1}');
select is((select count(*) from private.audit_events e where e.row_id = tests.id('cola_a1')), 1::bigint, 'an update that changes nothing leaves none');

-- insert and delete: the whole row
select results_eq($$select action, before, after ->> 'label', actor_id from pg_temp.last_event('tables', 't1_a1')$$, $$values ('insert', null::jsonb, 'T1', tests.id('owner_a'))$$, 'an insert: the row');
select tests.insert('doomed', 'owner_a', $$insert into public.menu_categories (venue_id, name) values ({venue_a1}, 'Doomed')$$);
select tests.call('owner_a', 'delete from public.menu_categories where id = {doomed}');
select results_eq($$select action, before ->> 'name', after from pg_temp.last_event('menu_categories', 'doomed')$$, $$values ('delete', 'Doomed', null::jsonb)$$, 'a delete: the row that was');

-- what RPCs and machines do
select results_eq($$select action, actor_id, organisation_id from pg_temp.last_event('organisations', 'org_a')$$, $$values ('insert', tests.id('owner_a'), tests.id('org_a'))$$, 'RPCs are recorded under their caller');
select tests.call('owner_a', $$change_role({membership_staff_a}, 'cashier')$$);
select results_eq($$select before, after, actor_id, organisation_id from pg_temp.last_event('memberships', 'membership_staff_a')$$,
  $$values ('{"role": "staff"}'::jsonb, '{"role": "cashier"}'::jsonb, tests.id('owner_a'), tests.id('org_a'))$$, 'so is who gave which role');
select tests.call('owner_a', $$remove_member({membership_staff_a})$$);
select results_eq($$select action, before ->> 'role' from pg_temp.last_event('memberships', 'membership_staff_a')$$, $$values ('delete', 'cashier')$$, 'and who was removed');
select results_eq($$select organisation_id, venue_id from pg_temp.last_event('venues', 'venue_a2')$$, $$values (tests.id('org_a'), tests.id('venue_a2'))$$, 'a venue''s event names the venue and its organisation');
update public.tables set seats = 7 where id = tests.id('t1_a1');
select results_eq($$select actor_id, actor_role, trace_id from pg_temp.last_event('tables', 't1_a1')$$, $$values (null::uuid, 'postgres', null::text)$$, 'a change by nobody''s request is recorded under the session''s user');

-- no secret
select tests.call('owner_a', $$rotate_qr_code({venue_a1}, 'counter')$$);
select is((select count(*) from private.audit_events e where e.table_name in ('qr_codes', 'reservations', 'invitations')) > 20, true, 'codes and invitations are recorded');
select is((select count(*) from private.audit_events e where e.before ?| array['token_hash', 'secret_hash'] or e.after ?| array['token_hash', 'secret_hash']), 0::bigint, 'without a hash of a secret');
select is((select count(*) from private.audit_events e join tests.ids i on i.secret is not null and (e.before::text || coalesce(e.after::text, '') like '%' || i.secret || '%')), 0::bigint, 'nor a secret');

-- every tenancy, menu, table and stock-recipe table is audited
select set_eq($$select distinct c.relname::text collate "default" from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgfoid = 'private.audit()'::regprocedure and t.tgenabled = 'O'$$,
  array['organisations', 'venues', 'memberships', 'invitations', 'kitchen_stations', 'menu_categories', 'menu_items', 'modifier_groups', 'modifier_options', 'menu_item_modifier_groups', 'menu_translations', 'menu_item_images', 'menu_image_variants', 'discounts', 'tables', 'qr_codes', 'reservations', 'recipe_lines', 'refunds', 'connected_accounts', 'bill_splits', 'drawer_sessions',
    'ingredients', 'suppliers', 'option_recipe_lines', 'stocktakes', 'purchase_orders', 'purchase_order_lines',
    'shifts', 'time_entries', 'feedback_questions', 'feedback', 'loyalty_programmes', 'tenant_schemas', 'api_keys', 'api_key_secrets', 'webhook_endpoints'],
  'these tables are audited');

select is_empty($$select c.relname, o.op from pg_class c, (values (4, 'insert'), (8, 'delete'), (16, 'update')) o (bit, op)
  where exists (select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = 'private.audit()'::regprocedure)
    and not exists (select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgfoid in ('private.audit()'::regprocedure, 'private.audit_inserts()'::regprocedure) and t.tgtype & o.bit > 0)
    and not (c.relname = 'feedback' and o.op = 'insert')$$, 'for every kind of change, but for the feedback that guests leave');
select is((select count(distinct e.row_id) from private.audit_events e where e.table_name = 'menu_items' and e.action = 'insert'), (select count(*) from public.menu_items), 'what comes by the thousand has an event for each row');
select is((select (e.after ->> 'name', e.actor_id, e.actor_role, e.venue_id, e.trace_id, e.before) from private.audit_events e where e.row_id = tests.id('cola_a1')),
  ('Cola'::text, tests.id('owner_a'), 'authenticated'::text, tests.id('venue_a1'), '0123456789abcdef0123456789abcdef'::text, null::jsonb), 'with the row, by whom, where, in which request');

-- nobody rewrites it
select tests.refused(a, c, '42501', format('%s: %s', a, c))
from unnest(array['anon', 'owner_a', 'service_role', 'postgres']) a,
  unnest(array['update private.audit_events set actor_id = null', 'delete from private.audit_events', 'truncate private.audit_events']) c;
select tests.refused(a, 'select 1 from private.audit_events', '42501', a || ' does not read it') from unnest(array['anon', 'owner_a', 'service_role']) a;
select tests.refused(a, $$insert into private.audit_events (actor_role, action, table_name) values ('x', 'insert', 'x')$$, '42501', a || ' adds nothing to it') from unnest(array['anon', 'owner_a', 'service_role']) a;

-- trace ids come from a well-formed header only
select is((select private.trace_id() from set_config('request.headers', h, true)), t, 'trace id of ' || h)
from (values ('{"traceparent": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"}', '0123456789abcdef0123456789abcdef'), ('{"traceparent": "drop table"}', null), ('{}', null), ('', null)) v (h, t);

select * from finish();
rollback;
