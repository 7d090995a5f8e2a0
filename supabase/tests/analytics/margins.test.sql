-- The margin, worked out by hand: what a dish was sold for, less what its ingredients cost at that moment.
begin;
select plan(24);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active';
create function pg_temp.sell(p_order text, p_guest text, p_lines text, p_at timestamptz) returns void language plpgsql as $$
begin
  perform tests.place(p_order, p_guest, 'table', 'pay_later', p_lines);
  update public.orders o set business_date = '2026-03-25', created_at = p_at, number = o.number + 1000 where o.id = tests.id(p_order);
end $$;
create function pg_temp.cost(p_minor bigint) returns void language sql as $$ update public.ingredients set cost_per_1000_minor = p_minor where id = tests.id('beef_a1') $$;
create function pg_temp.day_is(p_numbers jsonb, p_sentence text) returns setof text language sql as $$
  select tests.answers('owner_a', 'get_kpis({venue_a1}, ''2026-03-25'', ''2026-03-25'')', jsonb_build_object('total', p_numbers), p_sentence)
$$;
create function pg_temp.items() returns text language sql as $$
  select string_agg(format('%s: %s, %s of %s, %s at %s', i ->> 'name', i ->> 'net_minor', i ->> 'cost_minor', i ->> 'costed_net_minor', coalesce(i ->> 'margin_minor', '?'), coalesce(i ->> 'margin_bp', '?')), '; ')
  from jsonb_array_elements(tests.call('owner_a', 'get_top_items({venue_a1}, ''2026-03-25'', ''2026-03-25'')') -> 'items') i
$$;

insert into private.stale_days (venue_id, business_date) values (tests.id('venue_a1'), '2026-03-25');

-- 150 g of beef in a burger of 12.50 with 2.08 of tax
select pg_temp.sell('unknown', 'guest_a1', 'burger_a1+rare_a1', '2026-03-25 12:00+00');
select pg_temp.day_is('{"orders": 1, "net_minor": 1042, "costed_net_minor": 0, "cost_minor": 0, "margin_minor": null, "margin_bp": null}', 'no margin while nobody knows what beef costs');
select pg_temp.cost(810);
select pg_temp.sell('cheap', 'guest_a1', 'burger_a1+rare_a1', '2026-03-25 12:05+00');
select pg_temp.day_is('{"net_minor": 2084, "costed_net_minor": 1042, "cost_minor": 122, "margin_minor": 920, "margin_bp": 8829}', 'a margin of what is known, the cost rounded half-up');
select pg_temp.cost(1600);
select pg_temp.sell('dear', 'guest2_a1', 'burger_a1*2+rare_a1,cola_a1', '2026-03-25 19:00+00');
select is((select array_agg(m.cost_per_1000_minor order by m.id) from public.stock_movements m join public.order_lines l on l.id = m.order_line_id where l.order_id = any (array[tests.id('unknown'), tests.id('cheap'), tests.id('dear')])),
  array[null, 810, 1600]::bigint[], 'each sale keeps the cost of its moment');
select pg_temp.day_is('{"net_minor": 4444, "costed_net_minor": 3125, "cost_minor": 602, "margin_minor": 2523, "margin_bp": 8074}', 'each at its own');
select pg_temp.cost(99999);
select pg_temp.day_is('{"cost_minor": 602}', 'what beef costs later changes nothing');
select is(pg_temp.items(), 'Burger: 4167, 602 of 3125, 2523 at 8074; Cola: 277, 0 of 0, ? at ?', 'by item; what has no recipe has no margin');

-- the hour, the month
select is((select string_agg(concat_ws(' ', p ->> 'local_time', p ->> 'margin_minor'), ', ') from jsonb_array_elements(tests.call('owner_a', 'get_kpis({venue_a1}, ''2026-03-25'', ''2026-03-25'', ''hour'')') -> 'periods') p),
  '2026-03-25T12:00 920, 2026-03-25T19:00 1603', 'by the hour of the sale');
select tests.answers('owner_a', format('get_kpis({venue_a1}, ''2026-03-01'', ''2026-03-31'', %L)', g), '{"periods": [{"margin_minor": 2523, "margin_bp": 8074}]}', 'by the ' || g) from unnest(array['day', 'week', 'month']) g;
select tests.answers('owner_a', 'get_organisation_kpis({org_a}, ''2026-03-25'', ''2026-03-25'')', '{"currencies": [{"total": {"margin_minor": 2523}}]}', 'of the organisation');

-- rolled up it is the same
select private.roll_up();
select is((select count(*) from private.stale_days d where d.business_date = '2026-03-25'), 0::bigint, 'the day is rolled up');
select pg_temp.day_is('{"costed_net_minor": 3125, "cost_minor": 602, "margin_minor": 2523, "margin_bp": 8074}', 'rolled up, the same');
select is(pg_temp.items(), 'Burger: 4167, 602 of 3125, 2523 at 8074; Cola: 277, 0 of 0, ? at ?', 'and by item');
select is(split_part(tests.call('owner_a', 'export_kpis({venue_a1}, ''2026-03-25'', ''2026-03-25'')') #>> '{}', E'\r\n', 2), '2026-03-25,,GBP,3,0,5333,0,889,4444,0,1778,0,,,,3125,602,2523,8074', 'as a file');

-- what is given back, on the house, taken off
select tests.collect('cash', 'owner_a', 'cheap', 1250);
select tests.call('owner_a', 'refund_payment({cash}, 625, ''cold'', ''r'')');
select private.roll_up();
select is(pg_temp.items(), 'Burger: 3646, 602 of 2604, 2002 at 7688; Cola: 277, 0 of 0, ? at ?', 'half a burger given back earns half, and costs the same');
select tests.call('owner_a', 'comp_line({dear_line1}, ''late'')');
select private.roll_up();
select is(pg_temp.items(), 'Burger: 1563, 602 of 521, -81 at -1555; Cola: 277, 0 of 0, ? at ?', 'on the house it costs what it cost');
select pg_temp.cost(810);
select pg_temp.sell('gone', 'guest2_a1', 'burger_a1+rare_a1,cola_a1', '2026-03-25 19:30+00');
select tests.call('owner_a', 'void_line({gone_line1}, ''wrong'')');
select private.roll_up();
select pg_temp.day_is('{"costed_net_minor": 521, "cost_minor": 602, "margin_minor": -81, "margin_bp": -1555}', 'what was taken off the bill is not sold');
select tests.call('owner_a', 'cancel_order({dear}, ''left'')');
select private.roll_up();
select pg_temp.day_is('{"costed_net_minor": 521, "cost_minor": 122, "margin_minor": 399}', 'nor what was cancelled');
select is(pg_temp.items(), 'Burger: 1563, 122 of 521, 399 at 7658; Cola: 277, 0 of 0, ? at ?', 'and by item');
select is((select sum(k.net_minor)::bigint from private.count_items(array[tests.id('venue_a1')], array['2026-03-25'::date]) k), 1840::bigint, 'items add up to the net revenue');
select pg_temp.day_is('{"net_minor": 1840}', 'where nothing is charged for service');

-- the definitions
select is(private.margin_minor(0, 0), null, 'no margin of nothing');
select is(array[private.margin_minor(0, 5), private.margin_bp(0, 5), private.margin_minor(8, 5), private.margin_bp(8, 5)], array[-5, null, 3, 3750]::bigint[], 'a gift has a margin, and no share');

select * from finish();
rollback;
