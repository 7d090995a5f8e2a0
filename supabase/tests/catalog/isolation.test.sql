-- The isolation matrix: every tenant table × select, insert, update, delete × every role × own venue, other venue of the
-- organisation, other organisation; and strangers, guests, machines. The tables come from the catalog: a new one is in
-- the rules below, or the first assertion fails. Only the expected refusal counts: 42501, or zero rows where a policy
-- filters. Every other error is a broken test, never a pass.
begin;
select plan(4665);
select tests.fixture();

-- What each command needs, from the product's rules. "member" is any membership in reach; null is nobody, ever.
create temporary table rules (name text primary key, may_select text, may_insert text, may_update text, may_delete text, row_of text, insert_of text, update_of text, delete_of text);
insert into rules values
  ('organisations', 'member', null, null, null, 'id = {org_#}', null, null, null),
  ('venues', 'member', null, 'settings.edit', null, 'id = {venue_#}', null, 'name = name', null),
  ('memberships', 'staff.read', null, null, null, 'venue_id = {venue_#} and user_id <> (select auth.uid())', null, null, null), -- one's own is visible, too: below
  ('invitations', 'staff.read', null, null, null, 'venue_id = {venue_#}', null, null, null),
  ('kitchen_stations', 'menu.read', 'settings.edit', 'settings.edit', null, default, '(venue_id, name) values ({venue_#}, ''New'')', 'name = name', null),
  ('menu_categories', 'menu.read', 'menu.edit', 'menu.edit', 'menu.edit', default, '(venue_id, name) values ({venue_#}, ''New'')', 'name = name', 'id = {spare_category_#}'),
  ('menu_items', 'menu.read', 'menu.edit', 'menu.edit', 'menu.edit', default, '(venue_id, category_id, name, price_minor) values ({venue_#}, {mains_#}, ''New'', 1)', 'name = name', 'id = {spare_item_#}'),
  ('modifier_groups', 'menu.read', 'menu.edit', 'menu.edit', 'menu.edit', default, '(venue_id, name) values ({venue_#}, ''New'')', 'name = name', 'true'),
  ('modifier_options', 'menu.read', 'menu.edit', 'menu.edit', 'menu.edit', default, '(venue_id, group_id, name) values ({venue_#}, {extras_#}, ''New'')', 'name = name', 'true'),
  ('menu_item_modifier_groups', 'menu.read', 'menu.edit', 'menu.edit', 'menu.edit', default, '(venue_id, menu_item_id, group_id) values ({venue_#}, {cola_#}, {extras_#})', 'position = position', 'true'),
  ('discounts', 'menu.read', 'menu.edit', 'menu.edit', 'menu.edit', default, '(venue_id, name, percent_bp) values ({venue_#}, ''New'', 1)', 'name = name', 'true'),
  ('menu_versions', 'menu.read', null, null, null, default, null, null, null),
  ('published_menu_items', 'menu.read', null, null, null, default, null, null, null),
  ('menu_translations', 'menu.read', 'menu.edit', 'menu.edit', 'menu.edit', default, '(venue_id, locale, menu_item_id, name) values ({venue_#}, ''de'', {cola_#}, ''Neu'')', 'name = name', 'true'),
  ('menu_version_translations', 'menu.read', null, null, null, default, null, null, null),
  ('menu_item_images', 'menu.read', null, null, null, default, null, null, null),
  ('menu_image_variants', 'menu.read', null, null, null, default, null, null, null),
  ('tables', 'tables.read', 'tables.manage', 'tables.manage', null, default, '(venue_id, label) values ({venue_#}, ''New'')', 'seats = seats', null),
  ('qr_codes', 'tables.read', null, null, null, default, null, null, null),
  ('table_sessions', 'tables.read', null, null, null, default, null, null, null),
  ('ingredients', 'inventory.read', 'inventory.edit', 'inventory.edit', null, default, '(venue_id, name, unit) values ({venue_#}, ''New'', ''g'')', 'name = name', null),
  ('recipe_lines', 'inventory.read', 'inventory.edit', 'inventory.edit', 'inventory.edit', default, '(venue_id, menu_item_id, ingredient_id, quantity) values ({venue_#}, {cola_#}, {beef_#}, 1)', 'quantity = quantity', 'true'),
  ('stock_movements', 'inventory.read', null, null, null, default, null, null, null),
  ('suppliers', 'inventory.read', 'inventory.edit', 'inventory.edit', 'inventory.edit', default, '(venue_id, name) values ({venue_#}, ''New'')', 'name = name', 'id = {spare_supplier_#}'),
  ('option_recipe_lines', 'inventory.read', 'inventory.edit', 'inventory.edit', 'inventory.edit', default, '(venue_id, option_id, ingredient_id, quantity) values ({venue_#}, {bacon_#}, {beef_#}, 1)', 'quantity = quantity', 'true'),
  ('stocktakes', 'inventory.read', null, null, null, default, null, null, null),
  ('stocktake_counts', 'inventory.read', null, null, null, default, null, null, null),
  ('purchase_orders', 'inventory.read', null, null, null, default, null, null, null),
  ('purchase_order_lines', 'inventory.read', null, null, null, default, null, null, null),
  ('orders', 'orders.read', null, null, null, default, null, null, null),
  ('order_lines', 'orders.read', null, null, null, default, null, null, null),
  ('order_discounts', 'orders.read', null, null, null, default, null, null, null),
  ('order_events', 'orders.read', null, null, null, default, null, null, null),
  ('order_customers', 'payments.collect', null, null, null, default, null, null, null), -- personal data: for whom it serves
  ('payments', 'orders.read', null, null, null, default, null, null, null),
  ('refunds', 'orders.read', null, null, null, default, null, null, null),
  ('disputes', 'orders.read', null, null, null, default, null, null, null),
  ('bill_splits', 'orders.read', null, null, null, default, null, null, null),
  ('bill_shares', 'orders.read', null, null, null, default, null, null, null),
  ('drawer_sessions', 'analytics.read', null, null, null, default, null, null, null), -- what should be in a drawer: not for who counts it blind
  ('drawer_movements', 'analytics.read', null, null, null, default, null, null, null),
  ('reservations', 'tables.read', null, null, null, default, null, null, null),
  ('reservation_customers', 'tables.seat', null, null, null, default, null, null, null), -- personal data, as above
  ('waiting_parties', 'tables.seat', null, null, null, default, null, null, null),
  ('daily_closes', 'analytics.read', null, null, null, default, null, null, null),
  ('kitchen_tickets', 'kitchen.read', null, null, null, default, null, null, null),
  ('shifts', 'staff.read', null, null, null, default, null, null, null), -- one's own published ones are visible, too: staff/shifts.test.sql
  ('time_entries', 'staff.read', null, null, null, default, null, null, null), -- so are one's own entries: staff/time.test.sql
  ('feedback_questions', 'settings.read', 'settings.edit', 'settings.edit', null, default, '(venue_id, kind, prompt) values ({venue_#}, ''stars'', ''New'')', 'position = position', null),
  ('feedback', 'analytics.read', null, null, null, default, null, null, null),
  ('feedback_answers', 'analytics.read', null, null, null, default, null, null, null),
  ('loyalty_programmes', 'menu.read', null, null, null, default, null, null, null),
  ('loyalty_accounts', 'payments.collect', null, null, null, default, null, null, null), -- one's own are visible, too: loyalty/cards.test.sql
  ('order_loyalty', 'payments.collect', null, null, null, default, null, null, null),
  ('loyalty_movements', 'payments.collect', null, null, null, default, null, null, null),
  ('webhook_endpoints', 'integrations.manage', null, null, null, 'organisation_id = {org_#}', null, null, null),
  ('webhook_events', 'integrations.manage', null, null, null, 'organisation_id = {org_#}', null, null, null),
  ('webhook_deliveries', 'integrations.manage', null, null, null, 'organisation_id = {org_#}', null, null, null),
  ('organisation_add_ons', 'billing.read', null, null, null, 'organisation_id = {org_#}', null, null, null),
  ('billing_customers', 'billing.read', null, null, null, 'organisation_id = {org_#}', null, null, null),
  ('subscriptions', 'billing.read', null, null, null, 'organisation_id = {org_#}', null, null, null),
  ('subscription_events', 'billing.read', null, null, null, 'organisation_id = {org_#}', null, null, null),
  ('billing_changes', 'billing.read', null, null, null, 'organisation_id = {org_#}', null, null, null),
  ('connected_accounts', 'billing.read', null, null, null, 'organisation_id = {org_#}', null, null, null),
  ('assistant_proposals', 'billing.read', null, null, null, default, null, null, null), -- one's own are visible, too: assistant/rights.test.sql
  ('assistant_jobs', 'billing.read', null, null, null, default, null, null, null), -- one's own are visible, too: assistant/background.test.sql
  ('assistant_calls', 'billing.read', null, null, null, default, null, null, null),
  ('assistant_conversations', 'nobody else', null, null, null, default, null, null, null), -- one's own are visible: assistant/turns.test.sql
  ('assistant_messages', 'nobody else', null, null, null, default, null, null, null);
update rules set row_of = 'venue_id = {venue_#}' where row_of is null;

create temporary table places (place text, organisation text);
insert into places values ('a1', 'a'), ('a2', 'a'), ('b1', 'b');
create temporary table actors (actor text, role text, organisation text, venue text);
insert into actors
select r.role || '_a', r.role, 'a', null from public.roles r
union all select r.role || '_a1', r.role, 'a', 'a1' from public.roles r where r.role <> 'owner'
union all values ('owner_b', 'owner', 'b', null), ('kitchen_b1', 'kitchen', 'b', 'b1'), ('stranger', null, null, null), ('anon', null, null, null), ('service_role', null, null, null);

-- rows that can be deleted without being in use, and a member of the second venue, so that every table has a row everywhere
select tests.keep('org_a1', tests.id('org_a')), tests.keep('org_a2', tests.id('org_a')), tests.keep('org_b1', tests.id('org_b'));
select tests.join_member('staff_a2', 'owner_a', 'org_a', 'staff', 'venue_a2');
select tests.call('owner_' || p.organisation, replace($$open_drawer({venue_#}, 'Bar', 100, 'k')$$, '#', p.place)),
  tests.call('owner_' || p.organisation, replace($$split_bill('{"method": "equal", "shares": 2}', 'k', {later_#})$$, '#', p.place)),
  tests.call('owner_' || p.organisation, replace($$book_reservation({venue_#}, 'a', now(), 2, 'Ada')$$, '#', p.place)),
  tests.call('owner_' || p.organisation, replace($$add_waiting_party({venue_#}, 'b', 2, 'Bob', 10)$$, '#', p.place)) from places p;
select private.close_due_days(now() + interval '1 day');
select tests.insert('spare_translation_' || p.place, 'owner_' || p.organisation, replace($$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_#}, 'fr', {cola_#}, 'Coca')$$, '#', p.place)),
  tests.call('owner_' || p.organisation, format('publish_menu({venue_%s})', p.place)) from places p;
select tests.insert('spare_category_' || p.place, 'owner_' || p.organisation, replace($$insert into public.menu_categories (venue_id, name) values ({venue_#}, 'Spare')$$, '#', p.place)),
  tests.insert('spare_item_' || p.place, 'owner_' || p.organisation, replace($$insert into public.menu_items (venue_id, category_id, name, price_minor) values ({venue_#}, {mains_#}, 'Spare', 1)$$, '#', p.place)) from places p;
select tests.insert('discount_' || p.place, 'owner_' || p.organisation, replace($$insert into public.discounts (venue_id, name, code, percent_bp) values ({venue_#}, 'Ten', 'TEN', 1000)$$, '#', p.place)),
  tests.place('discounted_' || p.place, 'guest_' || p.place, 'table', 'pay_later', 'cola_' || p.place, '{"discount_code": "TEN"}') from places p;

insert into public.menu_item_images (venue_id, menu_item_id, path, alt, position, width, height, byte_size, mime_type)
select i.venue_id, i.id, concat_ws('/', i.venue_id, i.id, 'x.png'), 'Cola', 1, 1, 1, 1, 'image/png' from places p join public.menu_items i on i.id = tests.id('cola_' || p.place);
insert into public.menu_image_variants (path, venue_id, image_id, width, height, byte_size, mime_type) select m.path || '2', m.venue_id, m.id, 1, 1, 1, 'image/png' from public.menu_item_images m;

-- stock that is counted and ordered
select tests.insert('supplier_' || p.place, 'owner_' || p.organisation, replace($$insert into public.suppliers (venue_id, name) values ({venue_#}, 'Farm')$$, '#', p.place)),
  tests.insert('spare_supplier_' || p.place, 'owner_' || p.organisation, replace($$insert into public.suppliers (venue_id, name) values ({venue_#}, 'Spare')$$, '#', p.place)),
  tests.call('owner_' || p.organisation, replace($$insert into public.option_recipe_lines (venue_id, option_id, ingredient_id, quantity) values ({venue_#}, {cheese_#}, {beef_#}, 1)$$, '#', p.place)),
  tests.call('owner_' || p.organisation, format('count_stock(%L, %L)', o.opened ->> 'stocktake_id', jsonb_build_array(l.line))),
  tests.call('owner_' || p.organisation, format('save_purchase_order({venue_%1$s}, {supplier_%1$s}, %2$L)', p.place, jsonb_build_array(l.line)))
from places p cross join lateral (select jsonb_build_object('ingredient_id', tests.id('beef_' || p.place), 'quantity', 1) as line) l
cross join lateral (select tests.call('owner_' || p.organisation, format('open_stocktake({venue_%s})', p.place)) as opened) o;
select tests.join_member('worker_' || p.place, 'owner_' || p.organisation, 'org_' || p.organisation, 'server', 'venue_' || p.place) from places p; -- plays no part below
select tests.call('owner_' || p.organisation, replace($$plan_shift({venue_#}, {worker_#}, now(), now() + interval '1 hour')$$, '#', p.place)), tests.call('worker_' || p.place, format('clock_in({venue_%s})', p.place)),
  tests.insert('question_' || p.place, 'owner_' || p.organisation, replace($$insert into public.feedback_questions (venue_id, kind, prompt) values ({venue_#}, 'stars', 'How?')$$, '#', p.place)) from places p;
update public.orders set status = 'completed' where id in (select tests.id('later_' || p.place) from places p);
select tests.call('anon', replace(format('leave_feedback({$guest_#}, {later_#}, %L)', jsonb_build_array(jsonb_build_object('question_id', tests.id('question_' || p.place), 'answer', 5))), '#', p.place)) from places p;

-- what the assistant was asked by who plays no part below
insert into public.assistant_proposals (organisation_id, venue_id, actor_id, tool, arguments, before, after, impact, measured, hash)
select v.organisation_id, v.id, tests.id('worker_' || p.place), 'publish_menu', '{}', '{}', '{}', '{}', 1, convert_to(p.place, 'UTF8') from places p join public.venues v on v.id = tests.id('venue_' || p.place);
insert into public.assistant_jobs (organisation_id, venue_id, actor_id, kind, arguments)
select v.organisation_id, v.id, tests.id('worker_' || p.place), 'translate_menu', '{}' from places p join public.venues v on v.id = tests.id('venue_' || p.place);
select tests.call('worker_' || p.place, format('record_assistant_call({venue_%s}, ''search_menu'', ''{}'', ''ok'', 1, 1)', p.place)) from places p;
with c as (insert into public.assistant_conversations (organisation_id, venue_id, actor_id)
  select v.organisation_id, v.id, tests.id('worker_' || p.place) from places p join public.venues v on v.id = tests.id('venue_' || p.place) returning *)
insert into public.assistant_messages (venue_id, actor_id, conversation_id, said_by, text) select c.venue_id, c.actor_id, c.id, 'person', 'Hello' from c;

-- a member who has redeemed
select tests.call('owner_' || p.organisation, format('save_loyalty_programme({venue_%s}, ''Points'', true, 1, 100, 5, 1, 365)', p.place)) from places p;
select tests.keep('loyal_' || p.place, (j.joined #>> '{account,account_id}')::uuid, j.joined ->> 'card'),
  tests.call('owner_' || p.organisation, format('adjust_points({loyal_%s}, 10, ''welcome'', ''k'')', p.place)),
  tests.place('redeemed_' || p.place, 'guest_' || p.place, 'table', 'pay_later', 'cola_' || p.place, jsonb_build_object('loyalty', jsonb_build_object('card', j.joined ->> 'card', 'points', 10)))
from places p cross join lateral (select tests.call('anon', format('join_loyalty({$guest_%s})', p.place)) as joined) j;

-- an endpoint that was told something
insert into public.webhook_endpoints (id, organisation_id, url, event_types) select tests.keep('hook_' || o, gen_random_uuid()), tests.id('org_' || o), 'https://hooks.example/', '{order.placed}' from unnest(array['a', 'b']) o;
insert into public.webhook_events (id, organisation_id, type, sequence, data, created_at) select tests.keep('told_' || o, gen_random_uuid()), tests.id('org_' || o), 'order.placed', 1, '{}', now() from unnest(array['a', 'b']) o;
insert into public.webhook_deliveries (organisation_id, endpoint_id, event_id) select tests.id('org_' || o), tests.id('hook_' || o), tests.id('told_' || o) from unnest(array['a', 'b']) o;

select tests.call('service_role', tests.event_call('evt_du_' || p.place, 'charge.dispute.created', tests.dispute('du_' || p.place, 'online_' || p.place))) from places p;

-- what is paid for
insert into public.organisation_add_ons (organisation_id, add_on) select tests.id(o), 'kitchen_display' from unnest(array['org_a', 'org_b']) o;
insert into public.billing_customers (organisation_id, provider_reference) select tests.id(o), 'cus_' || o from unnest(array['org_a', 'org_b']) o;
insert into public.connected_accounts (organisation_id) select tests.id(o) from unnest(array['org_a', 'org_b']) o;
insert into public.billing_changes (organisation_id, kind, request, steps) select tests.id(o), 'cancel', '{}', '{}' from unnest(array['org_a', 'org_b']) o;
insert into public.subscriptions (organisation_id, provider_reference, status, tier, items, currency, billing_interval, current_period_ends_at, cancel_at_period_end, started_at, seen_at)
select tests.id(o), 'sub_' || o, 'active', 'starter', '{}', 'GBP', 'month', now(), false, now(), now() from unnest(array['org_a', 'org_b']) o;
insert into public.subscription_events (organisation_id, subscription_id, after) select s.organisation_id, s.id, '{}' from public.subscriptions s;

-- the matrix is complete, and its positive controls exist
create temporary table tenant_tables as
select c.relname::text collate "default" as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p');
select set_eq('select name from tenant_tables', $$select name from rules union values ('roles'), ('permissions'), ('role_permissions'), ('tiers'), ('tier_entitlements'), ('add_ons'), ('units'), ('menu_labels'), ('webhook_event_types')$$, 'every table of the catalog is in the matrix, or the same for everybody');
select cmp_ok((select count(*) from tenant_tables), '>=', 30::bigint, 'and the catalog is not empty');
create function pg_temp.rows_of(p_table text, p_place text) returns bigint language plpgsql as $$
declare
  v_rows bigint;
begin
  execute tests.expand(format('select count(*) from public.%I where %s', p_table, replace((select r.row_of from rules r where r.name = p_table), '#', p_place))) into v_rows;
  return v_rows;
end $$;
update rules set row_of = replace(row_of, '<> (select auth.uid())', 'is not null') where name = 'memberships';
select cmp_ok(pg_temp.rows_of(r.name, p.place), '>', 0::bigint, format('%s has rows in %s', r.name, p.place)) from rules r, places p order by r.name, p.place;
update rules set row_of = replace(row_of, 'is not null', '<> (select auth.uid())') where name = 'memberships';

-- what is expected, and what happens; nothing stays, each attempt is undone
create function pg_temp.is_allowed(a actors, p places, p_table text, p_permission text) returns boolean language sql as $$
  select coalesce(a.organisation = p.organisation and (p_table = 'organisations' or a.venue is null or a.venue = p.place)
    and (p_permission = 'member' or exists (select 1 from public.role_permissions rp where rp.role = a.role and rp.permission = p_permission)), false)
$$;
create function pg_temp.first_column(p_table text) returns text language sql as $$
  select quote_ident(a.attname) from pg_attribute a where a.attrelid = ('public.' || p_table)::regclass and a.attnum > 0 and a.attgenerated = '' and a.attidentity = '' order by a.attnum limit 1
$$;
create function pg_temp.cell(a actors, r rules, p_command text, p_permission text) returns text language plpgsql as $$
declare
  p places;
  o tests.outcome;
  v_sql text;
  v_allowed boolean;
  v_filtered boolean := p_command <> 'insert' and p_permission is not null and a.actor not in ('anon', 'service_role');
  v_wrong text := '';
begin
  for p in select * from places order by place loop
    v_sql := tests.expand(replace(case p_command
      when 'select' then format('select 1 from public.%I where %s', r.name, r.row_of)
      when 'insert' then format('insert into public.%I %s', r.name, coalesce(r.insert_of, 'default values'))
      when 'update' then format('update public.%I set %s where %s', r.name, coalesce(r.update_of, format('%1$s = %1$s', pg_temp.first_column(r.name))), r.row_of)
      else format('delete from public.%I where %s and %s', r.name, r.row_of, coalesce(r.delete_of, 'true')) end, '#', p.place));
    v_allowed := p_permission is not null and pg_temp.is_allowed(a, p, r.name, p_permission);
    o := tests.attempt(a.actor, v_sql, true);
    if v_allowed and (o.state <> '00000' or o.rows = 0) or not v_allowed and v_filtered and (o.state <> '00000' or o.rows > 0) or not v_allowed and not v_filtered and o.state <> '42501' then
      v_wrong := v_wrong || format(E'\n# %s: expected %s, got %s %s, %s rows', p.place, case when v_allowed then 'success' when v_filtered then 'no rows' else '42501' end, o.state, o.message, o.rows);
    end if;
  end loop;
  return ok(v_wrong = '', format('%s: %s %s', a.actor, p_command, r.name)) || v_wrong;
end $$;
select pg_temp.cell(a, r, c.command, c.permission)
from rules r cross join lateral (values (1, 'select', r.may_select), (2, 'insert', r.may_insert), (3, 'update', r.may_update), (4, 'delete', r.may_delete)) c (nr, command, permission), actors a
order by r.name, c.nr, a.actor;

-- the two exceptions that the matrix cannot say
select tests.affects(a, 'select 1 from public.memberships where user_id = (select auth.uid())', 1, a || ' sees their own membership') from unnest(array['staff_a', 'kitchen_a1', 'cashier_a']) a;
select tests.affects('manager_a1', 'select 1 from public.memberships where organisation_id = {org_a} and venue_id is null', 0, 'a venue''s manager sees no organisation-wide members');
select tests.affects('manager_a', 'select 1 from public.memberships where organisation_id = {org_a} and venue_id is null', 6, 'an organisation-wide one does');
select tests.affects('kitchen_a', $$select 1 from public.kitchen_stations where venue_id = {venue_a1}$$, 3, 'cooks see stations');

-- what is the same for everybody: read by members, written by nobody
select cmp_ok((tests.attempt('kitchen_a1', 'select 1 from public.' || t)).rows, '>', 0::bigint, 'a cook reads ' || t) from unnest(array['roles', 'permissions', 'role_permissions', 'tiers', 'tier_entitlements', 'add_ons', 'units', 'menu_labels', 'webhook_event_types']) t;
select tests.refused(a, format('%s', replace(c, '#', t)), '42501', format('%s: %s', a, replace(c, '#', t)))
from unnest(array['owner_a', 'service_role']) a, unnest(array['roles', 'permissions', 'role_permissions', 'tiers', 'tier_entitlements', 'add_ons']) t, unnest(array['insert into public.# default values', 'delete from public.#']) c;
select is((select count(*) from rules r cross join lateral (values (r.may_select), (r.may_insert), (r.may_update), (r.may_delete)) c (permission)
  where c.permission <> 'nobody else' and not exists (select 1 from actors a, places p where pg_temp.is_allowed(a, p, r.name, c.permission))), 0::bigint, 'whatever may be done, somebody in the matrix does it');

select * from finish();
rollback;
