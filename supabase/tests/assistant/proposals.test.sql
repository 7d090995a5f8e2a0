-- The life of every change that the assistant can propose, generated from one example each: proposed and nothing changed; by
-- another person, expired, stale, discarded, without the right or the plan by now, over a guardrail in pieces: refused; then
-- confirmed once, undone once. A tool that is added has an example below, or the first assertion fails.
begin;
select plan(690);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id in (tests.id('org_a'), tests.id('org_b'));

-- what the examples need beside the fixture
select tests.call('owner_a', format('advance_order({till_a1}, %L)', s)) from unnest(array['accepted', 'preparing', 'ready']) s;
insert into public.menu_item_images (id, venue_id, menu_item_id, path, alt, position, width, height, byte_size, mime_type)
select tests.keep(n.name, gen_random_uuid()), tests.id('venue_a1'), tests.id('burger_a1'), concat_ws('/', tests.id('venue_a1'), tests.id('burger_a1'), n.name || '.png'), 'Burger', n.position, 1, 1, 1, 'image/png'
from (values ('image1', 1), ('image2', 2)) n (name, position);
select tests.call('owner_a', 'update public.menu_items set price_minor = 650 where id = {beer_a1}');
insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, order_line_id, created_at) values (tests.id('venue_a1'), tests.id('beef_a1'), 'sale', -700, tests.id('till_a1_line1'), now() - interval '3 days');
select tests.insert('farm', 'owner_a', $$insert into public.suppliers (venue_id, name) values ({venue_a1}, 'Farm')$$),
  tests.insert('salt', 'owner_a', $$insert into public.ingredients (venue_id, name, unit, par_level, reorder_level, supplier_id) values ({venue_a1}, 'Salt', 'g', 100, 50, {farm})$$);

create function tests.upload() returns text language sql as $$
  insert into storage.objects (bucket_id, name, metadata)
  select 'menu-images', concat_ws('/', tests.id('venue_a1'), tests.id('burger_a1'), gen_random_uuid() || '.png'), '{"mimetype": "image/png", "size": 100}' returning name
$$;
create temporary table examples (tool text, arguments text, stale text, stale_code text default 'proposal_stale', moved text, is_undoable boolean default true);
insert into examples values
  ('advance_order', '{"order_id": {later_a1}, "to": "accepted"}', 'select tests.call(''owner_a'', ''advance_order({later_a1}, ''''accepted'''')'')', default, null, false),
  ('complete_order', '{"order_id": {till_a1}}', 'select tests.call(''owner_a'', ''advance_order({till_a1}, ''''completed'''')'')', default, null, false),
  ('cancel_order', '{"order_id": {later_a1}, "reason": "left"}', 'select tests.call(''owner_a'', ''advance_order({later_a1}, ''''accepted'''')'')', default, null, false),
  ('advance_tickets', '{"ticket_ids": [{later_a1_ticket1}, {later_a1_ticket2}], "to": "in_progress"}', 'select tests.call(''owner_a'', ''advance_ticket({later_a1_ticket1}, ''''in_progress'''')'')', default, null, false),
  ('update_prices', '{"prices": [{"menu_item_id": {burger_a1}, "price_minor": 1300}, {"menu_item_id": {cola_a1}, "price_minor": 300}]}',
    'update public.menu_items set price_minor = 340 where id = {cola_a1}', default, 'update public.menu_items set price_minor = 340 where id = {cola_a1}', default),
  ('set_availability', '{"is_available": false, "menu_item_ids": [{burger_a1}], "option_ids": [{cheese_a1}]}', 'update public.modifier_options set is_available = false where id = {cheese_a1}', default,
    'update public.modifier_options set is_available = true where id = {cheese_a1}', default),
  ('set_category_availability', '{"is_available": false, "category_id": {mains_a1}}', 'update public.menu_items set is_available = false where id = {beer_a1}', default, 'update public.menu_items set is_available = true where id = {beer_a1}', default),
  ('create_item', '{"category_id": {mains_a1}, "name": "Soup", "price_minor": 700}', 'insert into public.menu_items (venue_id, category_id, name, price_minor) values ({venue_a1}, {mains_a1}, ''soup'', 1)', default,
    'update public.menu_items set archived_at = now() where name = ''Soup''', default),
  ('archive_items', '{"menu_item_ids": [{cola_a1}, {burger_a1}]}', 'update public.menu_items set price_minor = 1 where id = {cola_a1}', default, 'update public.menu_items set archived_at = null where id = {cola_a1}', default),
  ('create_discount', '{"name": "Quiet hours", "percent_bp": 1600, "code": "quiet"}', 'insert into public.discounts (venue_id, name, code, percent_bp) values ({venue_a1}, ''Other'', ''QUIET'', 1)', default,
    'update public.discounts set is_active = false where code = ''QUIET''', default),
  ('publish_menu', '{}', 'update public.menu_items set price_minor = 340 where id = {cola_a1}', default,
    'select tests.call(''owner_a'', ''update public.menu_items set price_minor = 340 where id = {cola_a1}''), tests.call(''owner_a'', ''publish_menu({venue_a1})'')', default),
  ('translate_items', '{"locale": "fr", "texts": [{"menu_item_id": {cola_a1}, "name": "Coca"}, {"menu_item_id": {beer_a1}, "name": "Bière", "description": "Blonde"}]}',
    'insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, ''fr'', {cola_a1}, ''Soda'')', default, 'update public.menu_translations set name = ''Soda'' where menu_item_id = {cola_a1}', default),
  ('set_item_image', format('{"path": "%s", "alt": "From above", "width": 640, "height": 480}', tests.upload()), 'update public.menu_item_images set position = 3 where id = {image1}', default, 'select tests.call(''owner_a'', ''describe_menu_image({image1}, ''''Other'''')'')', default),
  ('set_item_image', '{"image_id": {image1}, "alt": " A burger "}', 'select tests.call(''owner_a'', ''remove_menu_image({image2})'')', default, 'select tests.call(''owner_a'', ''describe_menu_image({image1}, ''''Other'''')'')', default),
  ('set_item_image', '{"image_id": {image2}}', 'update public.menu_item_images set position = 3 where id = {image1}', 'invalid_input', 'select tests.call(''owner_a'', ''order_menu_images({burger_a1}, array[{image1}, {image2}])'')', default),
  ('create_qr_code', '{"table_id": {t1_a1}, "kind": "table"}', 'select tests.call(''owner_a'', ''rotate_qr_code({venue_a1}, ''''table'''', {t1_a1})'')', default, null, false),
  ('create_qr_codes', '{"table_ids": [{t1_a1}, {t2_a1}], "kind": "table"}', 'select tests.call(''owner_a'', ''rotate_qr_code({venue_a1}, ''''table'''', {t1_a1})'')', default, null, false),
  ('rotate_qr_code', '{"qr_code_id": {qr_counter_a1}}', 'select tests.call(''owner_a'', ''rotate_qr_code({venue_a1}, ''''counter'''')'')', 'qr_code_not_found', null, false),
  ('create_tables', '{"tables": [{"label": "T9"}, {"label": "T10", "seats": 6, "area": "Garden"}]}', 'insert into public.tables (venue_id, label) values ({venue_a1}, ''T9'')', default, 'update public.tables set is_active = false where label = ''T9''', default),
  ('merge_tables', '{"table_id": {t1_a1}, "table_ids": [{t2_a1}]}', 'update public.tables set label = ''New'' where id = {t2_a1}', default, 'select tests.call(''owner_a'', ''unmerge_tables({t1_a1})'')', default),
  ('adjust_stock', '{"kind": "waste", "reason": "spilt", "lines": [{"ingredient_id": {beef_a1}, "quantity": -100}, {"ingredient_id": {salt}, "quantity": -5}]}',
    'select tests.call(''owner_a'', ''adjust_stock({beef_a1}, ''''adjust'''', 1, ''''x'''', ''''x'''')'')', default, null, default),
  ('set_par_levels', '{"usage_days": 7, "cover_days": 2, "ingredient_ids": [{beef_a1}, {salt}]}', 'update public.ingredients set par_level = 7 where id = {beef_a1}', default, 'update public.ingredients set par_level = 7 where id = {beef_a1}', default),
  ('draft_purchase_orders', '{}', 'update public.ingredients set par_level = 70 where id = {salt}', default, null, false),
  ('invite_member', '{"email": "New@Example.test", "role": "server"}', 'select tests.join_member(''new'', ''owner_a'', ''org_a'', ''staff'', ''venue_a1'')', default,
    'select tests.call(''owner_a'', format(''cancel_invitation(%L)'', i.id)) from public.invitations i where i.email = ''new@example.test''', default);
select set_eq('select tool from examples', 'select tool from private.assistant_changes', 'every change has an example');

-- "{name}" inside of JSON
create function pg_temp.json(p_text text) returns text language sql as $$
  select regexp_replace(tests.expand(p_text), '''([0-9a-f-]{36})''::uuid', '"\1"', 'g')
$$;
create function pg_temp.propose(p_actor text, p_venue text, p_tool text, p_arguments text, p_undo boolean default false) returns tests.outcome language sql as $$
  select tests.attempt(p_actor, format('propose_change({%s}, %L, %L)', p_venue, p_tool, pg_temp.json(p_arguments)), p_undo)
$$;
-- everything that a change can reach, as people see it
create function pg_temp.state() returns text language sql as $$
  select md5(concat_ws('|',
    (select string_agg(concat_ws(',', i.id, i.name, i.price_minor, i.is_available, i.description), ';' order by i.id) from public.menu_items i where i.archived_at is null),
    (select string_agg(concat_ws(',', o.id, o.is_available), ';' order by o.id) from public.modifier_options o),
    (select string_agg(concat_ws(',', d.id, d.name, d.percent_bp), ';' order by d.id) from public.discounts d where d.is_active),
    (select string_agg(concat_ws(',', t.menu_item_id, t.locale, t.name, t.description), ';' order by t.menu_item_id, t.locale) from public.menu_translations t),
    (select string_agg(concat_ws(',', m.id, m.position, m.alt), ';' order by m.id) from public.menu_item_images m),
    (select string_agg(concat_ws(',', v.id, m.etag), ';' order by v.id) from public.venues v join public.menu_versions m on m.venue_id = v.id and m.version = v.menu_version),
    (select string_agg(concat_ws(',', t.id, t.label, t.merged_into), ';' order by t.id) from public.tables t where t.is_active),
    (select string_agg(q.id::text, ';' order by q.id) from public.qr_codes q where q.revoked_at is null),
    (select string_agg(concat_ws(',', i.id, i.on_hand, i.par_level), ';' order by i.id) from public.ingredients i),
    (select string_agg(concat_ws(',', l.ingredient_id, l.quantity), ';' order by l.id) from public.purchase_order_lines l),
    (select string_agg(i.email, ';' order by i.email) from public.invitations i where i.status = 'pending'),
    (select string_agg(concat_ws(',', o.id, o.status), ';' order by o.id) from public.orders o),
    (select string_agg(concat_ws(',', t.id, t.status), ';' order by t.id) from public.kitchen_tickets t)))
$$;
create function pg_temp.past(p_tool text, p_actor text, p_measured integer, p_ago interval) returns void language sql as $$
  insert into public.assistant_proposals (organisation_id, venue_id, actor_id, tool, arguments, before, after, impact, measured, hash, status, decided_at)
  select tests.id('org_a'), tests.id('venue_a1'), tests.id(p_actor), p_tool, '{}', '[]', '[]', '{}', p_measured, '\x00', 'confirmed', now() - p_ago
$$;

-- what happens, as a list of what was expected and what came
create temporary table log (nr integer generated always as identity, tool text, sentence text, expected text, got text);
create function pg_temp.note(p_tool text, p_sentence text, p_expected text, p_got text) returns log language sql as $$
  select row(null, p_tool, p_sentence, p_expected, p_got)::log
$$;
create function pg_temp.code(o tests.outcome) returns text language sql as $$ select case when o.state = '00000' then 'ok' else coalesce(o.message, o.state) || case when tests.refusal_fits(o, o.message) then '' else ' ' || o.state end end $$;
create function pg_temp.try(p_actor text, p_call text) returns text language sql as $$ select pg_temp.code(tests.attempt(p_actor, p_call)) $$;

-- Runs statements as the database's owner, then calls; what they did is undone, what came of the calls is returned.
create function pg_temp.meanwhile(p_statements text[], p_actor text, p_calls text[]) returns text language plpgsql as $$
declare
  v_statement text; v_got text := '';
begin
  begin
    foreach v_statement in array p_statements loop
      execute case when v_statement like 'select tests.%' then v_statement else tests.expand(v_statement) end; -- its own calls expand names
    end loop;
    foreach v_statement in array p_calls loop
      v_got := concat_ws(' ', nullif(v_got, ''), pg_temp.try(p_actor, v_statement));
    end loop;
    raise exception using errcode = 'UNDO0';
  exception when sqlstate 'UNDO0' then
    null;
  end;
  return v_got;
end $$;

create function pg_temp.life(e examples) returns setof log language plpgsql as $$
declare
  v_rail private.assistant_guardrails := (select g from private.assistant_changes c join private.assistant_guardrails g on g.measure = c.measure where c.tool = e.tool);
  v_limits text[] := array[
    'update private.assistant_guardrails set per_call = 1, per_person_and_day = greatest(per_person_and_day, 1) where measure = ''' || v_rail.measure || ''''];
  o tests.outcome; v_first jsonb; v_state text := pg_temp.state(); v_after text; v_call text := format('propose_change({venue_a1}, %L, %L)', e.tool, pg_temp.json(e.arguments)); v_measured integer;
  v_back text := 'alter table public.assistant_proposals disable trigger keep_proposal; update public.assistant_proposals set created_at = now() - interval ''10 minutes'', expires_at = now() where id = {p}; alter table public.assistant_proposals enable trigger keep_proposal';
begin
  o := tests.attempt('manager_a1', v_call);
  return next pg_temp.note(e.tool, 'it is proposed', 'ok', pg_temp.code(o) || coalesce(o.detail, ''));
  if o.state <> '00000' then return; end if;
  v_first := o.answer;
  perform tests.keep('p', (v_first ->> 'proposal_id')::uuid);
  v_measured := (select p.measured from public.assistant_proposals p where p.id = tests.id('p'));
  return next pg_temp.note(e.tool, 'and shown, with what is and what would be', 'pending t t',
    concat_ws(' ', v_first ->> 'status', v_first -> 'before' <> 'null' and v_first -> 'after' <> v_first -> 'before', (select bool_or(jsonb_typeof(i.value) = 'number') from jsonb_each(v_first -> 'impact') i)));
  return next pg_temp.note(e.tool, 'nothing has changed', v_state, pg_temp.state());
  return next pg_temp.note(e.tool, 'proposed again, it is the same', v_first ->> 'proposal_id', tests.call('manager_a1', v_call) ->> 'proposal_id');
  return next pg_temp.note(e.tool, 'another person has no such proposal', 'proposal_not_found proposal_not_found proposal_not_found',
    concat_ws(' ', pg_temp.try('owner_a', 'confirm_proposal({p})'), pg_temp.try('owner_a', 'undo_proposal({p})'), pg_temp.try('manager_a', 'discard_proposal({p})')));
  return next pg_temp.note(e.tool, 'what is not done is not undone', 'proposal_not_undoable', pg_temp.try('manager_a1', 'undo_proposal({p})'));
  return next pg_temp.note(e.tool, 'it expires', 'proposal_expired', pg_temp.meanwhile(array[v_back], 'manager_a1', array['confirm_proposal({p})']));
  return next pg_temp.note(e.tool, 'and the clock closes it', 'proposal_closed', pg_temp.meanwhile(array[v_back, 'select private.expire_proposals()'], 'manager_a1', array['confirm_proposal({p})']));
  return next pg_temp.note(e.tool, 'an expired one is proposed anew', 'ok', pg_temp.meanwhile(array[v_back], 'manager_a1', array[v_call]));
  return next pg_temp.note(e.tool, 'it is stale when something has changed', e.stale_code, pg_temp.meanwhile(array[e.stale], 'manager_a1', array['confirm_proposal({p})']));
  return next pg_temp.note(e.tool, 'it is discarded, for good', 'ok ok proposal_closed proposal_not_undoable', pg_temp.meanwhile('{}', 'manager_a1', array['discard_proposal({p})', 'discard_proposal({p})', 'confirm_proposal({p})', 'undo_proposal({p})']));
  return next pg_temp.note(e.tool, 'who has lost the right does not confirm', 'permission_denied', pg_temp.meanwhile(array['update public.memberships set role = ''cashier'' where id = {membership_manager_a1}'], 'manager_a1', array['confirm_proposal({p})']));
  return next pg_temp.note(e.tool, 'nor who has left', 'permission_denied', pg_temp.meanwhile(array['delete from public.memberships where id = {membership_manager_a1}'], 'manager_a1', array['confirm_proposal({p})']));
  return next pg_temp.note(e.tool, 'nor a plan without the assistant', 'entitlement_exceeded entitlement_exceeded', pg_temp.meanwhile(array['update public.organisations set tier = ''pro'''], 'manager_a1', array['confirm_proposal({p})', v_call]));
  return next pg_temp.note(e.tool, 'nor one that has ended', 'subscription_inactive', pg_temp.meanwhile(array['update public.organisations set subscription_status = ''canceled'''], 'manager_a1', array['confirm_proposal({p})']));
  if v_measured > 1 then
    return next pg_temp.note(e.tool, 'too much at once', 'guardrail_exceeded guardrail_exceeded', pg_temp.meanwhile(v_limits, 'manager_a1', array['confirm_proposal({p})', v_call]));
  end if;
  return next pg_temp.note(e.tool, 'too much in pieces, of one person', 'guardrail_exceeded guardrail_exceeded',
    pg_temp.meanwhile(array[format('select pg_temp.past(%L, ''manager_a1'', %s, interval ''23 hours'')', e.tool, v_rail.per_person_and_day - v_measured + 1)], 'manager_a1', array['confirm_proposal({p})', v_call]));
  return next pg_temp.note(e.tool, 'just enough', 'ok', pg_temp.meanwhile(array[format('select pg_temp.past(%L, ''manager_a1'', %s, interval ''23 hours'')', e.tool, greatest(v_rail.per_person_and_day - v_measured, 1))], 'manager_a1', array['confirm_proposal({p})']));
  return next pg_temp.note(e.tool, 'after a day it is forgotten', 'ok', pg_temp.meanwhile(array[format('select pg_temp.past(%L, ''manager_a1'', %s, interval ''24 hours'')', e.tool, v_rail.per_person_and_day)], 'manager_a1', array['confirm_proposal({p})']));
  return next pg_temp.note(e.tool, 'too much in pieces, of many people', 'guardrail_exceeded',
    pg_temp.meanwhile(array[format('select pg_temp.past(%L, ''owner_a'', %s, interval ''1 hour'')', e.tool, v_rail.per_venue_and_day - v_measured + 1)], 'manager_a1', array['confirm_proposal({p})']));
  o := tests.attempt('manager_a1', 'confirm_proposal({p})');
  return next pg_temp.note(e.tool, 'it is confirmed', 'ok', pg_temp.code(o) || coalesce(o.detail, ''));
  v_after := pg_temp.state();
  return next pg_temp.note(e.tool, 'and done', 'true', (v_after <> v_state)::text);
  return next pg_temp.note(e.tool, 'which the history says, and who', '1', (select count(*)::text from public.assistant_calls c where c.tool = 'confirm_proposal' and c.arguments ->> 'proposal_id' = v_first ->> 'proposal_id'
    and c.outcome = 'ok' and c.actor_id = tests.id('manager_a1') and c.trace_id = '0123456789abcdef0123456789abcdef'));
  return next pg_temp.note(e.tool, 'once', 'proposal_closed proposal_closed', concat_ws(' ', pg_temp.try('manager_a1', 'confirm_proposal({p})'), pg_temp.try('manager_a1', 'discard_proposal({p})')));
  return next pg_temp.note(e.tool, 'twice changes nothing', v_after, pg_temp.state());
  if not e.is_undoable then
    return next pg_temp.note(e.tool, 'it is not undone', 'proposal_not_undoable false', concat_ws(' ', pg_temp.try('manager_a1', 'undo_proposal({p})'), o.answer ->> 'can_be_undone'));
    return;
  end if;
  return next pg_temp.note(e.tool, 'another person does not undo it', 'proposal_not_found', pg_temp.try('owner_a', 'undo_proposal({p})'));
  return next pg_temp.note(e.tool, 'nor who has lost the right', 'permission_denied', pg_temp.meanwhile(array['update public.memberships set role = ''cashier'' where id = {membership_manager_a1}'], 'manager_a1', array['undo_proposal({p})']));
  if e.moved is not null then
    return next pg_temp.note(e.tool, 'nor when it has been changed since', 'proposal_stale', pg_temp.meanwhile(array[e.moved], 'manager_a1', array['undo_proposal({p})']));
  end if;
  o := tests.attempt('manager_a1', 'undo_proposal({p})');
  return next pg_temp.note(e.tool, 'it is undone', 'ok undone', concat_ws(' ', pg_temp.code(o), o.answer ->> 'status'));
  return next pg_temp.note(e.tool, 'and all is as before', v_state, pg_temp.state());
  return next pg_temp.note(e.tool, 'once', 'proposal_not_undoable', pg_temp.try('manager_a1', 'undo_proposal({p})'));
end $$;
create function pg_temp.lived(e examples) returns log[] language plpgsql as $$
declare
  v_log log[];
begin
  begin
    v_log := array(select l from pg_temp.life(e) l);
    raise exception using errcode = 'UNDO0';
  exception when sqlstate 'UNDO0' then
    null;
  end;
  return v_log;
end $$;
select is(l.got, l.expected, format('%s: %s', l.tool, l.sentence)) from examples e, unnest(pg_temp.lived(e)) l;

select * from finish();
rollback;
