-- What the database itself refuses, whoever calls and with whatever arguments: every change × every role × own venue, other
-- venue, other organisation, with positive controls; and arguments that no tool would send.
begin;
select plan(282);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id in (tests.id('org_a'), tests.id('org_b'));
select tests.call('owner_a', format('advance_order({till_a1}, %L)', s)) is null from unnest(array['accepted', 'preparing', 'ready']) s;
select tests.call('owner_a', 'update public.menu_items set price_minor = 650 where id = {beer_a1}') is null;
select tests.insert('farm', 'owner_a', $$insert into public.suppliers (venue_id, name) values ({venue_a1}, 'Farm')$$),
  tests.insert('salt', 'owner_a', $$insert into public.ingredients (venue_id, name, unit, par_level, reorder_level, supplier_id) values ({venue_a1}, 'Salt', 'g', 100, 50, {farm})$$);
insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, order_line_id, created_at) values (tests.id('venue_a1'), tests.id('beef_a1'), 'sale', -700, tests.id('till_a1_line1'), now() - interval '3 days');
insert into public.menu_item_images (id, venue_id, menu_item_id, path, alt, position, width, height, byte_size, mime_type)
select tests.keep(n.name, gen_random_uuid()), tests.id('venue_a1'), tests.id('burger_a1'), concat_ws('/', tests.id('venue_a1'), tests.id('burger_a1'), n.name || '.png'), 'Burger', n.position, 1, 1, 1, 'image/png'
from (values ('image1', 1), ('image2', 2)) n (name, position);

create temporary table examples (tool text primary key, permission text, arguments text, names_rows boolean default true);
insert into examples values
  ('advance_order', 'orders.update', '{"order_id": {later_a1}, "to": "accepted"}', default), ('complete_order', 'orders.update', '{"order_id": {till_a1}}', default),
  ('cancel_order', 'orders.cancel', '{"order_id": {later_a1}, "reason": "left"}', default), ('advance_tickets', 'kitchen.update', '{"ticket_ids": [{later_a1_ticket1}], "to": "in_progress"}', default),
  ('update_prices', 'menu.edit', '{"prices": [{"menu_item_id": {burger_a1}, "price_minor": 1300}]}', default), ('set_availability', 'menu.availability', '{"is_available": false, "menu_item_ids": [{burger_a1}]}', default),
  ('set_category_availability', 'menu.availability', '{"is_available": false, "category_id": {mains_a1}}', default), ('create_item', 'menu.edit', '{"category_id": {mains_a1}, "name": "Soup", "price_minor": 700}', default),
  ('archive_items', 'menu.edit', '{"menu_item_ids": [{cola_a1}]}', default), ('create_discount', 'menu.edit', '{"name": "Ten", "percent_bp": 1000}', false), ('publish_menu', 'menu.edit', '{}', false),
  ('translate_items', 'menu.edit', '{"locale": "fr", "texts": [{"menu_item_id": {cola_a1}, "name": "Coca"}]}', default), ('set_item_image', 'menu.edit', '{"image_id": {image2}}', default),
  ('create_qr_code', 'tables.manage', '{"table_id": {t1_a1}, "kind": "table"}', default), ('create_qr_codes', 'tables.manage', '{"table_ids": [{t1_a1}], "kind": "table"}', default), ('rotate_qr_code', 'tables.manage', '{"qr_code_id": {qr_counter_a1}}', default),
  ('create_tables', 'tables.manage', '{"tables": [{"label": "T9"}]}', false), ('merge_tables', 'tables.manage', '{"table_id": {t1_a1}, "table_ids": [{t2_a1}]}', default),
  ('adjust_stock', 'inventory.edit', '{"kind": "waste", "reason": "spilt", "lines": [{"ingredient_id": {beef_a1}, "quantity": -100}]}', default),
  ('set_par_levels', 'inventory.edit', '{"usage_days": 7, "cover_days": 2, "ingredient_ids": [{beef_a1}]}', default), ('draft_purchase_orders', 'inventory.edit', '{}', false),
  ('invite_member', 'staff.manage', '{"email": "new@example.test", "role": "staff"}', false);
select set_eq('select tool, permission from examples', 'select tool, permission from private.assistant_changes', 'every change has an example, and asks for this permission');
create function pg_temp.propose(p_actor text, p_venue text, p_tool text, p_arguments text) returns tests.outcome language sql as $$
  select tests.attempt(p_actor, format('propose_change({%s}, %L, %L)', p_venue, p_tool, regexp_replace(tests.expand(p_arguments), '''([0-9a-f-]{36})''::uuid', '"\1"', 'g')), true)
$$;

-- own venue: exactly the roles that have ai.use and the tool's own permission
create temporary table actors as
select r.role || s.suffix as actor, r.role, s.suffix from public.roles r cross join (values ('_a'), ('_a1')) s (suffix) where r.role <> 'owner' or s.suffix = '_a';
select is((select string_agg(a.actor, ' ' order by a.actor) from actors a, pg_temp.propose(a.actor, 'venue_a1', e.tool, e.arguments) o where o.state = '00000'),
  (select string_agg(a.actor, ' ' order by a.actor) from actors a where (select count(*) from public.role_permissions p where p.role = a.role and p.permission in ('ai.use', e.permission)) = 2), e.tool || ': who proposes it')
from examples e;
select is((select count(*) from actors a, pg_temp.propose(a.actor, 'venue_a1', e.tool, e.arguments) o where o.state <> '00000' and not tests.refusal_fits(o, 'permission_denied')), 0::bigint,
  e.tool || ': who may not is told so, and nothing else') from examples e;
select isnt((select count(*) from actors a, pg_temp.propose(a.actor, 'venue_a1', e.tool, e.arguments) o where o.state = '00000'), 0::bigint, e.tool || ': somebody may') from examples e;
-- a cook works the kitchen in the app; the assistant is not theirs, with the tool's arguments or any other
select is((select string_agg(distinct o.message, ' ') from pg_temp.propose('kitchen_a1', 'venue_a1', e.tool, h) o), 'permission_denied', format('%s: not for cooks, with %s', e.tool, h))
from examples e, unnest(array[e.arguments, '{"order_id": {later_a1}, "role": "owner", "as": {owner_a}}']) h;
-- elsewhere
select is((select string_agg(distinct o.message, ' ') from unnest(array['manager_a1', 'staff_a1', 'owner_b', 'kitchen_b1', 'stranger']) a, pg_temp.propose(a, 'venue_a2', e.tool, e.arguments) o), 'permission_denied',
  e.tool || ': in another venue, nobody who does not belong there') from examples e;
select is((select string_agg(distinct o.message, ' ') from unnest(array['owner_b', 'stranger']) a, pg_temp.propose(a, 'venue_a1', e.tool, e.arguments) o), 'permission_denied', e.tool || ': no stranger') from examples e;
select ok((select bool_and(o.state ~ '^PT4(04|22)$') from unnest(array['owner_a', 'manager_a']) a, pg_temp.propose(a, 'venue_a2', e.tool, e.arguments) o), e.tool || ': with another venue''s ids, not even who belongs to both')
from examples e where e.names_rows;
select ok((select bool_and(o.state ~ '^PT4(04|22)$') from pg_temp.propose('owner_b', 'venue_b1', e.tool, e.arguments) o), e.tool || ': nor with another organisation''s, in one''s own') from examples e where e.names_rows;
select tests.refused('anon', format('propose_change({venue_a1}, %L, %L)', e.tool, '{}'), '42501', e.tool || ': no guest') from examples e;
select tests.refused('service_role', format('propose_change({venue_a1}, %L, %L)', e.tool, '{}'), '42501', e.tool || ': no machine') from examples e;

-- arguments that no tool would send: a registered refusal, never a fault, and nothing written
create temporary table hostile as select * from unnest(array['null', '[]', '1', '"x"', '{"x": 1}', '{"order_id": "x", "to": "accepted"}', '{"order_id": ["x"], "reason": {}}', '{"ticket_ids": "x", "to": 1}', '{"ticket_ids": [], "to": "ready"}',
  '{"prices": {}}', '{"prices": []}', '{"prices": [1]}', '{"prices": [{"menu_item_id": {burger_a1}, "price_minor": 1e300}]}', '{"prices": [{"menu_item_id": {burger_a1}, "price_minor": "1 or 1=1"}]}',
  '{"prices": [{"menu_item_id": {burger_a1}, "price_minor": 1300}, {"menu_item_id": {burger_a1}, "price_minor": 1000}]}', '{"is_available": "maybe", "menu_item_ids": [{burger_a1}]}', '{"is_available": null, "menu_item_ids": [null]}',
  '{"is_available": true, "menu_item_ids": []}', '{"category_id": {mains_a1}, "name": "  ", "price_minor": 1}', '{"category_id": {mains_a1}, "name": "x", "price_minor": -1}', '{"category_id": {mains_a2}, "name": "x", "price_minor": 1}',
  '{"menu_item_ids": [null]}', '{"menu_item_ids": [[{cola_a1}]]}', '{"name": "x", "percent_bp": 0}', '{"name": "x", "percent_bp": 3001}', '{"name": "x", "percent_bp": 100, "code": "''; drop table orders"}', '{"name": "x", "percent_bp": 100, "is_stackable": true}',
  '{"name": "x", "percent_bp": 100, "menu_item_id": {burger_a2}}', '{"locale": "xx", "texts": [{"menu_item_id": {cola_a1}, "name": "x"}]}', '{"locale": "fr", "texts": [{"menu_item_id": {cola_a1}, "name": " "}]}', '{"image_id": {burger_a1}}',
  '{"table_id": {t1_a2}, "kind": "table"}', '{"table_id": {t1_a1}, "kind": "counter"}', '{"table_ids": [{t1_a1}, {t1_a2}], "kind": "table"}', '{"qr_code_id": {qr_counter_a2}}', '{"tables": [{"label": "T1"}]}', '{"tables": [{"label": "T9"}, {"label": "T9"}]}',
  '{"tables": [{"label": "T9", "seats": 0}]}', '{"table_id": {t1_a1}, "table_ids": [{t1_a1}]}', '{"table_id": {t1_a1}, "table_ids": [{t2_a2}]}', '{"kind": "receive", "reason": "x", "lines": [{"ingredient_id": {beef_a1}, "quantity": 1}]}',
  '{"kind": "waste", "reason": "x", "lines": [{"ingredient_id": {beef_a1}, "quantity": 1}]}', '{"kind": "adjust", "reason": "x", "lines": [{"ingredient_id": {beef_a1}, "quantity": 0}]}', '{"kind": "adjust", "reason": "", "lines": [{"ingredient_id": {beef_a1}, "quantity": 1}]}',
  '{"kind": "adjust", "reason": "x", "lines": [{"ingredient_id": {beef_a1}, "quantity": "NaN"}]}', '{"kind": "adjust", "reason": "x", "lines": [{"ingredient_id": {beef_a1}, "quantity": 1}, {"ingredient_id": {beef_a1}, "quantity": 1}]}',
  '{"kind": "adjust", "reason": "x", "lines": [{"ingredient_id": {beef_a2}, "quantity": 1}]}', '{"usage_days": 6, "cover_days": 1, "ingredient_ids": [{beef_a1}]}', '{"usage_days": 7, "cover_days": 31, "ingredient_ids": [{beef_a1}]}',
  '{"usage_days": 7, "cover_days": 1, "ingredient_ids": [{beef_a2}]}', '{"email": "no address", "role": "staff"}', '{"email": "x@example.test", "role": "emperor"}', '{"email": "x@example.test", "role": "owner"}',
  format('{"order_id": {later_a1}, "reason": "%s"}', repeat('x', 3000)), format('{"x": "%s"}', repeat('x', 200000))]) with ordinality h (arguments, nr);
select is((select string_agg(format('%s: %s %s', h.arguments, o.state, o.message), E'\n') from hostile h, pg_temp.propose('owner_a', 'venue_a1', e.tool, h.arguments) o
  where not (o.state ~ '^PT4' and exists (select 1 from private.errors r where r.code = o.message))), null, e.tool || ': whatever is sent, a registered refusal') from examples e;
select tests.refused('owner_a', 'propose_change({venue_a1}, ''drop_table'', ''{}'')', 'tool_not_found', 'there is no such tool'), tests.refused('owner_a', 'propose_change({venue_a1}, null, ''{}'')', 'tool_not_found', 'nor one without a name'),
  tests.refused('stranger', 'propose_change({venue_a1}, ''drop_table'', ''{}'')', 'permission_denied', 'of which a stranger learns nothing');
select is((select count(*) from public.assistant_proposals), 0::bigint, 'nothing of all this is left');

-- nobody invites above themselves, and the assistant hands no owner's role out
select tests.refused('manager_a1', 'propose_change({venue_a1}, ''invite_member'', ''{"email": "x@example.test", "role": "owner"}'')', 'role_above_own', 'a manager invites no owner');
select is((with o as materialized (select n, tests.attempt('manager_a', format('propose_change({venue_a1}, ''create_item'', ''{"category_id": "%s", "name": "Soup %s", "price_minor": 1}'')', tests.id('mains_a1'), n)) as o from generate_series(1, 61) n)
  select string_agg(distinct (o.o).message, ' ') from o), 'rate_limited', 'sixty proposals a minute, and no more');

-- who sees proposals: their author, and the owner
select tests.affects('manager_a', 'select 1 from public.assistant_proposals', 60, 'their author sees them'), tests.affects('owner_a', 'select 1 from public.assistant_proposals', 60, 'so does the owner'),
  tests.affects('manager_a1', 'select 1 from public.assistant_proposals', 0, 'another manager does not'), tests.affects('owner_b', 'select 1 from public.assistant_proposals', 0, 'nor another organisation''s owner');
select tests.refused(a, format('select %s(%s)', 'public.' || f, quote_nullable(gen_random_uuid())), 'proposal_not_found', format('%s: %s of none', a, f)) from unnest(array['manager_a', 'stranger']) a, unnest(array['confirm_proposal', 'undo_proposal', 'discard_proposal']) f;

-- a proposal stays as it was shown, also for the database's owner
create function pg_temp.rewrite(p_set text) returns text language sql as $$
  select (tests.attempt('postgres', format('update public.assistant_proposals set %s where id = (select id from public.assistant_proposals limit 1)', p_set), true)).state
$$;
select is(pg_temp.rewrite(c), '42501', c) from unnest(array['arguments = ''{}''', 'after = ''{}''', 'before = ''{}''', 'actor_id = (select id from tests.ids where name = ''stranger'')', 'measured = 2', 'expires_at = expires_at + interval ''1 hour''',
  'status = ''undone'', decided_at = now(), undone_at = now()', 'tool = ''publish_menu''', 'hash = ''\x01''']) c;
select is(pg_temp.rewrite(c), '00000', c) from unnest(array['status = ''discarded'', decided_at = now()', 'status = status']) c;

select * from finish();
rollback;
