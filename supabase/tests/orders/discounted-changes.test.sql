-- Amending, comping and voiding where an order has discounts: it keeps those it was placed with, by the terms of then, worked
-- out over the lines as they are now. Every number was worked out on paper.
begin;
select plan(35);
select tests.fixture();
-- the only discounts of the venue from here on: {columns, values} for each
create function pg_temp.discounts(variadic p_values text[]) returns void language plpgsql as $$
begin
  update public.discounts set is_active = false;
  for n in 1..cardinality(p_values) loop
    perform tests.insert('discount' || n, 'owner_a', 'insert into public.discounts (venue_id, name, ' || split_part(p_values[n], ': ', 1) || format(') values ({venue_a1}, %L, ', 'Discount ' || n) || split_part(p_values[n], ': ', 2) || ')');
    update public.discounts set created_at = now() + n * interval '1 second' where id = tests.id('discount' || n);
  end loop;
end $$;
create function pg_temp.line(p_order text, p_position integer) returns uuid language sql as $$
  select l.id from public.order_lines l where l.order_id = tests.id(p_order) and l.position = p_position
$$;
create function pg_temp.amend(p_order text, p_key text, p_changes jsonb) returns text language sql as $$
  select format('amend_order({%s}, %L, %L)', p_order, p_key, p_changes)
$$;
create function pg_temp.add(p_lines text) returns jsonb language sql as $$ select jsonb_build_object('add', tests.lines(p_lines)) $$;
-- {subtotal, discount, tax, total}
create function pg_temp.sums(p_order text) returns bigint[] language sql as $$
  select array[o.subtotal_minor, o.discount_minor, o.tax_minor, o.total_minor] from public.orders o where o.id = tests.id(p_order)
$$;
create function pg_temp.shares(p_order text) returns bigint[] language sql as $$
  select array_agg(l.discount_minor order by l.position) from public.order_lines l where l.order_id = tests.id(p_order)
$$;
create function pg_temp.off(p_order text) returns bigint[] language sql as $$
  select array_agg(d.amount_minor order by d.position) from public.order_discounts d where d.order_id = tests.id(p_order)
$$;
create function pg_temp.used(p_discount text default 'discount1') returns integer language sql as $$ select d.used_count from public.discounts d where d.id = tests.id(p_discount) $$;

-- the happy hour is over: its price stays, for what changes, too
select pg_temp.discounts('percent_bp, max_uses, is_stackable: 1000, 1, true', 'menu_item_id, amount_minor, is_stackable: {cola_a1}, 100, true');
select tests.place('happy', 'guest_a1', 'table', 'pay_later', 'beer_a1*2, cola_a1');
select is(pg_temp.sums('happy') || pg_temp.shares('happy'), array[1533, 243, 215, 1290, 120, 123]::bigint[], 'one off the cola, then 10 % of 14.33: 119.75 and 23.25');
update public.discounts set is_active = false, percent_bp = 5000 where id = tests.id('discount1');
delete from public.discounts where id = tests.id('discount2');
select tests.answers('server_a1', pg_temp.amend('happy', 'more', jsonb_build_object('change', jsonb_build_array(jsonb_build_object('line_id', pg_temp.line('happy', 2), 'quantity', 3)))),
  '{"subtotal_minor": 2199, "discount_minor": 490, "total_minor": 1709, "discounts": [{"name": "Discount 2", "amount_minor": 300}, {"name": "Discount 1", "amount_minor": 190}]}', 'three colas are three off, then 10 % of 18.99: terms that were changed, switched off, used up or deleted since count as they were');
select is(pg_temp.sums('happy') || pg_temp.shares('happy'), array[2199, 490, 285, 1709, 120, 0, 370]::bigint[], 'the shares are split anew, tax follows, and what went has none');
select tests.answers('server_a1', pg_temp.amend('happy', 'another', pg_temp.add('beer_a1')), '{"subtotal_minor": 2799, "discount_minor": 550, "total_minor": 2249}', 'what is added takes part: 10 % of 24.99');
select is(pg_temp.used(), 1, 'and it is the same use');

-- on the house, and not
select tests.answers('owner_a', format('comp_line(%L, ''late'')', pg_temp.line('happy', 1)), '{"subtotal_minor": 1599, "discount_minor": 430, "total_minor": 1169}', 'discounts are off what is not on the house: 10 % of 12.99');
select is(pg_temp.shares('happy'), array[0, 0, 370, 60]::bigint[], 'no line has a share of what it does not cost');
select tests.answers('owner_a', format('comp_line(%L, ''late'', 1100)', pg_temp.line('happy', 1)), '{"subtotal_minor": 1699, "discount_minor": 440, "total_minor": 1259}', 'a part of it: 10 % of 13.99');
select tests.answers('owner_a', format('comp_line(%L, ''not after all'', 0)', pg_temp.line('happy', 1)), '{"subtotal_minor": 2799, "discount_minor": 550, "total_minor": 2249}', 'a comp that is lifted brings them back');
select is(pg_temp.off('happy'), array[300, 250]::bigint[], 'to the penny');

-- void: what it was for has left
select tests.answers('owner_a', format('void_line(%L, ''flat'')', pg_temp.line('happy', 3)), '{"subtotal_minor": 1800, "discount_minor": 180, "total_minor": 1620, "discounts": [{"name": "Discount 1", "amount_minor": 180}]}', 'a void line takes its share along; what takes nothing off is not named');
select is(pg_temp.off('happy') || pg_temp.shares('happy'), array[0, 180, 120, 0, 0, 60]::bigint[], 'but kept');
select tests.answers('server_a1', pg_temp.amend('happy', 'cola again', pg_temp.add('cola_a1')), '{"discounts": [{"name": "Discount 2", "amount_minor": 100}, {"name": "Discount 1", "amount_minor": 203}]}', 'for when it comes back');
select tests.refused('postgres', s, '23514', 'impossible: ' || s) from unnest(array[
  'update public.order_lines set discount_minor = discount_minor + 1 where order_id = {happy} and position = 1',
  'update public.order_lines set discount_minor = 1 where order_id = {happy} and voided_at is not null',
  'update public.order_discounts set amount_minor = 0 where order_id = {happy}']) s;
select tests.call('manager_a', 'cancel_order({happy}, ''left'')');
select is(pg_temp.used(), 0, 'cancelled, it gives its use back');

-- an amount never exceeds what it is off, however little that becomes
select pg_temp.discounts('amount_minor: 500');
select tests.place('little', 'guest_a1', 'table', 'pay_later', 'beer_a1, cola_a1');
select is(pg_temp.sums('little'), array[933, 500, 72, 433]::bigint[], 'five off, once');
select tests.answers('owner_a', 'void_line({little_line1}, ''wrong'')', '{"subtotal_minor": 333, "discount_minor": 333, "total_minor": 0}', 'five off three is three');
select tests.answers('owner_a', 'comp_line({little_line2}, ''friend'')', '{"subtotal_minor": 0, "discount_minor": 0, "total_minor": 0, "discounts": []}', 'off nothing, nothing');
select is(pg_temp.used(), 1, 'the order uses it all the same');
select tests.call('manager_a', 'cancel_order({little}, ''left'')');
select is(pg_temp.used(), 0, 'and gives it back, though nothing is off any more');

-- money that is in
select tests.place('part', 'guest_a1', 'table', 'pay_later', 'beer_a1*2, cola_a1');
select tests.collect('part_cash', 'cashier_a1', 'part', 800);
select tests.refused('owner_a', 'void_line({part_line2}, ''late'')', 'order_below_paid', 'with the discount, 7.00 would be owed and 8.00 are paid');
select tests.refused('owner_a', 'comp_line({part_line2}, ''late'', 234)', 'order_below_paid', 'nor 7.99');
select tests.answers('owner_a', 'comp_line({part_line2}, ''late'', 233)', '{"total_minor": 800, "discount_minor": 500, "due_minor": 0, "payment_status": "paid"}', '8.00 may be');

-- amending looks for no discount
update public.discounts set is_active = false;
select tests.place('plain', 'guest_a1', 'table', 'pay_later', 'beer_a1');
select pg_temp.discounts('percent_bp: 1000', 'code, percent_bp: ''HALF'', 5000');
select tests.answers('server_a1', pg_temp.amend('plain', 'p1', pg_temp.add('beer_a1')), '{"subtotal_minor": 1200, "discount_minor": 0, "discounts": []}', 'what was ordered without a discount stays without');
select is(pg_temp.used(), 0, 'and uses none');
select tests.refused('server_a1', pg_temp.amend('plain', 'code', '{"add": [], "discount_code": "HALF"}'), 'order_invalid', 'nor does it take a code');

-- a code, by staff
create function pg_temp.staff_order(p_key text, p_code text) returns text language sql as $$
  select format('place_staff_order({venue_a1}, %L, %L)', p_key, jsonb_build_object('fulfilment', 'counter', 'payment_mode', 'pay_at_till', 'discount_code', p_code, 'lines', tests.lines('beer_a1, cola_a1')))
$$;
select tests.answers('server_a1', pg_temp.staff_order('s1', 'half'), '{"subtotal_minor": 933, "discount_minor": 467, "total_minor": 466, "discounts": [{"name": "Discount 2", "amount_minor": 467}]}', 'staff''s orders take codes as guests'' do');
select is(pg_temp.used('discount2'), 1, 'and use them');
select tests.refused('server_a1', pg_temp.staff_order('s2', 'NONE'), 'discount_code_invalid', 'or not');
select id into temporary table staffed from public.orders where discount_minor = 467;
select tests.answers('server_a1', format('amend_order(%L, ''s3'', %L)', (select id from staffed), pg_temp.add('beer_a1')), '{"discount_minor": 767}', 'amended, the code still holds');

-- a category's discount, after it has been deleted
select pg_temp.discounts('category_id, percent_bp: {mains_a1}, 2000');
select tests.place('mains', 'guest_a1', 'table', 'pay_later', 'beer_a1, cola_a1');
select tests.answers('server_a1', pg_temp.amend('mains', 'm1', pg_temp.add('beer_a1, cola_a1')), '{"subtotal_minor": 1866, "discount_minor": 240}', 'what is added from the category takes part, the rest does not');
delete from public.discounts where id = tests.id('discount1');
select results_eq($$select d.discount_id, d.terms from public.order_discounts d where d.order_id = tests.id('mains')$$, $$select null::uuid, jsonb_build_object('scope', 'category', 'percent_bp', 2000, 'category_id', tests.id('mains_a1'))$$, 'an order keeps the terms');
select tests.answers('owner_a', format('void_line(%L, ''late'')', pg_temp.line('mains', 3)), '{"subtotal_minor": 1266, "discount_minor": 120}', 'and goes by them');

select * from finish();
rollback;
