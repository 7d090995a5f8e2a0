-- The guardrails as literals, and the two that are more than counting: prices within a fifth of what they were a day ago, and
-- discounts that cannot be added up.
begin;
select plan(44);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = tests.id('org_a');

select set_eq('select measure, per_call, per_person_and_day, per_venue_and_day from private.assistant_guardrails', $$values ('price_change_bp', 2000, 2000, 2000), ('prices', 50, 50, 100), ('availability', 100, 400, 1200), ('new_items', 1, 20, 40),
  ('archived_items', 10, 10, 20), ('discount_bp', 3000, 3000, 6000), ('publications', 1, 10, 30), ('translations', 100, 400, 800), ('orders', 1, 500, 2000), ('cancellations', 1, 10, 30), ('tickets', 50, 500, 2000), ('qr_codes', 100, 100, 200),
  ('tables', 20, 20, 40), ('merges', 1, 20, 60), ('stock_lines', 50, 50, 100), ('par_levels', 50, 50, 100), ('purchase_drafts', 1, 10, 20), ('invitations', 1, 5, 10), ('images', 1, 50, 100)$$, 'how much the assistant may change');
select set_eq('select tool, measure from private.assistant_changes', $$values ('advance_order', 'orders'), ('complete_order', 'orders'), ('cancel_order', 'cancellations'), ('advance_tickets', 'tickets'), ('update_prices', 'prices'),
  ('set_availability', 'availability'), ('set_category_availability', 'availability'), ('create_item', 'new_items'), ('archive_items', 'archived_items'), ('create_discount', 'discount_bp'), ('publish_menu', 'publications'),
  ('translate_items', 'translations'), ('set_item_image', 'images'), ('create_qr_code', 'qr_codes'), ('create_qr_codes', 'qr_codes'), ('rotate_qr_code', 'qr_codes'), ('create_tables', 'tables'), ('merge_tables', 'merges'),
  ('adjust_stock', 'stock_lines'), ('set_par_levels', 'par_levels'), ('draft_purchase_orders', 'purchase_drafts'), ('invite_member', 'invitations')$$, 'and what each change is measured in');

create function pg_temp.price(p_item text, p_minor bigint) returns text language sql as $$
  select format('propose_change({venue_a1}, ''update_prices'', %L)', jsonb_build_object('prices', jsonb_build_array(jsonb_build_object('menu_item_id', tests.id(p_item), 'price_minor', p_minor))))
$$;
create function pg_temp.try(p_actor text, p_call text) returns text language sql as $$
  select case when o.state = '00000' then 'ok' else o.message end from tests.attempt(p_actor, p_call, true) o
$$;
create function pg_temp.do(p_actor text, p_call text) returns text language plpgsql as $$
begin
  perform tests.keep('p', (tests.call(p_actor, p_call) ->> 'proposal_id')::uuid);
  return tests.call(p_actor, 'confirm_proposal({p})') ->> 'status';
end $$;
create function pg_temp.later(p_time interval) returns void language plpgsql as $$
begin
  alter table public.assistant_proposals disable trigger keep_proposal;
  update public.assistant_proposals set decided_at = decided_at - p_time where decided_at is not null;
  alter table public.assistant_proposals enable trigger keep_proposal;
end $$;

-- a fifth at once: a burger is 12.50
select is(pg_temp.try('manager_a', pg_temp.price('burger_a1', p.minor)), p.expected, format('12.50 to %s: %s', p.minor, p.expected))
from (values (1500, 'ok'), (1501, 'guardrail_exceeded'), (1000, 'ok'), (999, 'guardrail_exceeded'), (0, 'guardrail_exceeded'), (125000, 'guardrail_exceeded'), (1250, 'invalid_input')) p (minor, expected);
-- and in pieces
select is(pg_temp.do('manager_a', pg_temp.price('burger_a1', 1400)), 'confirmed', 'one step up');
select is(pg_temp.try('manager_a', pg_temp.price('burger_a1', 1500)), 'ok', 'a second step to the limit');
select is(pg_temp.try('manager_a', pg_temp.price('burger_a1', 1501)), 'guardrail_exceeded', 'the second step counts from where the first began');
select is(pg_temp.try('owner_a', pg_temp.price('burger_a1', 1501)), 'guardrail_exceeded', 'also when somebody else makes it');
select is(pg_temp.try('manager_a', pg_temp.price('beer_a1', 700)), 'ok', 'another item has a price of its own');
select tests.keep('standing', (tests.call('manager_a', pg_temp.price('burger_a1', 1500)) ->> 'proposal_id')::uuid) is null;
select is(tests.call('manager_a', 'undo_proposal({p})') ->> 'status', 'undone', 'the first step is taken back');
select is(pg_temp.try('manager_a', 'confirm_proposal({standing})'), 'proposal_stale', 'what was proposed on top of it is stale');
select is(pg_temp.try('manager_a', pg_temp.price('burger_a1', 1501)), 'guardrail_exceeded', 'taking back gives no new room');
select is(pg_temp.do('manager_a', pg_temp.price('burger_a1', 1500)), 'confirmed', 'up to the limit');
select is(pg_temp.try('manager_a', pg_temp.price('burger_a1', 1000)), 'ok', 'and down to the other one');
select is(pg_temp.try('manager_a', pg_temp.price('burger_a1', 999)), 'guardrail_exceeded', 'no further');
select tests.call('owner_a', 'update public.menu_items set price_minor = 1250 where id = {burger_a1}') is null;
select is(pg_temp.try('manager_a', pg_temp.price('burger_a1', 1499)), 'ok', 'a person''s change in between is a person''s');
select pg_temp.later('23 hours 59 minutes') is null;
select is(pg_temp.try('manager_a', pg_temp.price('burger_a1', 1501)), 'guardrail_exceeded', 'a day is not over yet');
select pg_temp.later('2 minutes') is null;
select tests.call('owner_a', 'update public.menu_items set price_minor = 1500 where id = {burger_a1}') is null;
select is(pg_temp.try('manager_a', pg_temp.price('burger_a1', 1800)), 'ok', 'after a day a fifth more');
-- a price of nothing has no fifth
update public.menu_items set price_minor = 0 where id = tests.id('cola_a1');
select is(pg_temp.try('manager_a', pg_temp.price('cola_a1', 1)), 'guardrail_exceeded', 'what is free stays free');
-- two proposals that are each within the limit: the second to be confirmed is not
select tests.keep('up', (tests.call('manager_a', pg_temp.price('beer_a1', 720)) ->> 'proposal_id')::uuid), tests.keep('down', (tests.call('manager_a', pg_temp.price('beer_a1', 480)) ->> 'proposal_id')::uuid);
select is(pg_temp.try('manager_a', 'confirm_proposal({up})'), 'ok', 'either'), is(pg_temp.try('manager_a', 'confirm_proposal({down})'), 'ok', 'or');
select is(tests.call('manager_a', 'confirm_proposal({up})') ->> 'status', 'confirmed', 'one of them'), is(pg_temp.try('manager_a', 'confirm_proposal({down})'), 'proposal_stale', 'and then not the other');

-- discounts: at most 30 %, and not as 30 times one
create function pg_temp.discount(p_bp integer) returns text language sql as $$
  select format('propose_change({venue_a1}, ''create_discount'', ''{"name": "Off", "percent_bp": %s}'')', p_bp)
$$;
select is(pg_temp.try('manager_a', pg_temp.discount(d.bp)), d.expected, format('a discount of %s: %s', d.bp, d.expected)) from (values (3000, 'ok'), (3001, 'guardrail_exceeded'), (10000, 'guardrail_exceeded')) d (bp, expected);
select is(pg_temp.do('manager_a', pg_temp.discount(2000)), 'confirmed', 'one of 20 %');
select is(pg_temp.try('manager_a', pg_temp.discount(1000)), 'ok', 'and one of 10 %'), is(pg_temp.try('manager_a', pg_temp.discount(1001)), 'guardrail_exceeded', 'but not of more');
select is((select bool_or(d.is_stackable) from public.discounts d), false, 'they are not added up on one order');
select is(pg_temp.do('owner_a', pg_temp.discount(3000)), 'confirmed', 'another person has room of their own');
select is(pg_temp.do('manager_a1', pg_temp.discount(1000)), 'confirmed', 'until the venue has none'), is(pg_temp.try('manager_a1', pg_temp.discount(1)), 'guardrail_exceeded', 'which it then has not');
select is(pg_temp.try('manager_a', replace(pg_temp.discount(1000), 'venue_a1', 'venue_a2')), 'ok', 'the other venue has its own');

-- the same in one list
create function pg_temp.many(p_tool text, p_text text, p_count integer) returns text language sql as $$
  select format('propose_change({venue_a1}, %L, %L)', p_tool, replace(p_text, '#', (select string_agg(format('"%s"', gen_random_uuid()), ', ') from generate_series(1, p_count))))
$$;
select is(pg_temp.try('owner_a', pg_temp.many(m.tool, m.text, m.most + 1)), 'invalid_input', format('%s: %s are too many', m.tool, m.most + 1))
from (values ('archive_items', '{"menu_item_ids": [#]}', 10), ('advance_tickets', '{"to": "ready", "ticket_ids": [#]}', 50), ('create_qr_codes', '{"kind": "table", "table_ids": [#]}', 100),
  ('set_availability', '{"is_available": true, "menu_item_ids": [#]}', 100), ('set_par_levels', '{"usage_days": 7, "cover_days": 1, "ingredient_ids": [#]}', 50)) m (tool, text, most);

select * from finish();
rollback;
