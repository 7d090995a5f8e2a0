-- The state machine, from the product's rules: every pair of statuses, for each fulfilment, through the one function
-- that changes a status and through the RPC that members call.
begin;
select plan(496);
select tests.fixture();
select tests.place('counter_waiting', 'counter_a1', 'counter', 'pay_now', 'cola_a1'), tests.place('collection_waiting', 'counter_a1', 'collection', 'pay_now', 'cola_a1');

create temporary table statuses (status text, nr integer);
insert into statuses values ('pending_payment', 1), ('placed', 2), ('accepted', 3), ('preparing', 4), ('ready', 5), ('served', 6), ('completed', 7), ('cancelled', 8), ('expired', 9);
create temporary table allowed (fulfilments text, from_status text, to_status text, by_member boolean);
insert into allowed values
  ('table counter', 'pending_payment', 'placed', false), ('table counter', 'pending_payment', 'expired', false), ('table counter', 'expired', 'placed', false),
  ('table counter', 'placed', 'accepted', true), ('table counter', 'accepted', 'preparing', true), ('table counter', 'preparing', 'ready', true),
  ('table', 'ready', 'served', true), ('table', 'served', 'completed', true), ('counter', 'ready', 'completed', true),
  ('table counter', 'pending_payment', 'cancelled', false), ('table counter', 'placed', 'cancelled', false), ('table counter', 'accepted', 'cancelled', false),
  ('table counter', 'preparing', 'cancelled', false), ('table counter', 'ready', 'cancelled', false), ('table counter', 'served', 'cancelled', false);

create function pg_temp.set_status(p_order text, p_status text) returns void language sql as $$ update public.orders set status = p_status where id = tests.id(p_order) $$;
create function pg_temp.transition_tests(p_fulfilment text, p_order text) returns setof text language plpgsql as $$
declare
  c record;
  o tests.outcome;
begin
  for c in
    select f.status as from_status, t.status as to_status, a.by_member from statuses f cross join statuses t
    left join allowed a on a.from_status = f.status and a.to_status = t.status and replace(p_fulfilment, 'collection', 'counter') = any (string_to_array(a.fulfilments, ' ')) order by f.nr, t.nr
  loop
    perform pg_temp.set_status(p_order, c.from_status);
    o := tests.attempt('postgres', format('select private.transition_order(o, %L, row(''clock'', null)) from public.orders o where o.id = {%s}', c.to_status, p_order), true);
    return next tests.verdict(o, case when c.by_member is not null then o.state = '00000' else tests.refusal_fits(o, 'order_transition_invalid') end,
      format('%s: %s → %s is %s', p_fulfilment, c.from_status, c.to_status, case when c.by_member is null then 'impossible' else 'possible' end));
    -- A member asks; with force and a reason, so that only the status can be what is wrong. Asking for what is, changes nothing.
    o := tests.attempt('owner_a', format('advance_order({%s}, %L, ''test'', true)', p_order, c.to_status), true);
    return next tests.verdict(o, case when c.by_member or c.from_status = c.to_status then o.state = '00000' else tests.refusal_fits(o, 'order_transition_invalid') end,
      format('%s: a member %s move %s → %s', p_fulfilment, case when c.by_member or c.from_status = c.to_status then 'may' else 'may not' end, c.from_status, c.to_status));
  end loop;
end $$;
select pg_temp.transition_tests('table', 'waiting_a1');
select pg_temp.transition_tests('counter', 'counter_waiting');

-- collection is like the counter
select pg_temp.transition_tests('collection', 'collection_waiting');
select tests.refused('owner_a', 'advance_order({till_a1}, ''flying'')', 'order_transition_invalid', 'a status that does not exist follows none');
select tests.refused('owner_a', 'advance_order({till_a1}, null)', 'order_transition_invalid', 'nor does null');

-- a stale copy of the order cannot be moved
select tests.refused('postgres', $$select private.transition_order(jsonb_populate_record(o, '{"status": "accepted"}'), 'preparing', row('clock', null)) from public.orders o where o.id = {till_a1}$$,
  'order_transition_invalid', 'an order that is no longer what the caller read is not moved');
select is((select count(*) from public.order_events e where e.order_id = tests.id('till_a1')), 1::bigint, 'nor is an event written');
select throws_ok($$update public.orders set status = 'pending_payment' where id = tests.id('later_a1')$$, '23514', null, 'only pay_now ever waits for payment');
select tests.refused(a, format($$%s public.order_events %s$$, c, s), '42501', format('%s cannot %s history', a, c))
from unnest(array['owner_a', 'service_role']) a, (values ('update', 'set reason = null'), ('delete from', '')) v (c, s);
select tests.refused('postgres', 'delete from public.order_events', '42501', 'not even the database''s owner deletes history');

select * from finish();
rollback;
