-- Every shape of order that is not accepted, and every line that the menu does not allow. Each has its accepted neighbour.
begin;
select plan(99);
select tests.fixture();

create function pg_temp.place(p_order text) returns text language sql as $$
  select format('place_order({$guest_a1}, %L, %s)', md5(coalesce(p_order, '')), coalesce(quote_literal(replace(replace(p_order,
    '#cola', tests.id('cola_a1')::text), '#line', jsonb_build_object('menu_item_id', tests.id('cola_a1'), 'quantity', 1)::text)) || '::jsonb', 'null'))
$$;
-- The order around a line, and the line around a field.
create function pg_temp.with_line(p_line text) returns text language sql as $$ select '{"fulfilment":"table","payment_mode":"pay_later","lines":[' || p_line || ']}' $$;
create function pg_temp.with_field(p_field text) returns text language sql as $$ select '{"fulfilment":"table","payment_mode":"pay_later","lines":[#line],' || p_field || '}' $$;
create function pg_temp.with_line_field(p_field text) returns text language sql as $$ select pg_temp.with_line('{"menu_item_id":"#cola","quantity":1,' || p_field || '}') $$;

-- the accepted neighbours
select tests.answers('anon', pg_temp.place(o), '{"status": "placed"}', 'accepted: ' || left(o, 100))
from unnest(array[pg_temp.with_line('#line'), pg_temp.with_line('{"menu_item_id":"#cola","quantity":99,"options":[],"note":"no ice"}'),
  pg_temp.with_field('"tip_minor":0'), pg_temp.with_field('"tip_minor":9999999'), pg_temp.with_field('"customer":{}'), pg_temp.with_field('"customer":null'),
  pg_temp.with_field('"tip_minor":null'), pg_temp.with_field('"customer":{"name":"Ada","phone":null,"email":"a@example.test"}'), pg_temp.with_line_field('"note":null,"options":null'),
  pg_temp.with_line_field('"note":"' || repeat('x', 280) || '"'), pg_temp.with_line(repeat('#line,', 99) || '#line')]) o;

-- the order itself
select tests.refused('anon', pg_temp.place(o), 'order_invalid', 'refused: ' || coalesce(o, 'SQL null'))
from unnest(array[null, 'null', '[]', '1', '"order"', '{}', '{"lines":[#line]}', '{"fulfilment":"table","lines":[#line]}', '{"payment_mode":"pay_later","lines":[#line]}',
  '{"fulfilment":"delivery","payment_mode":"pay_later","lines":[#line]}', '{"fulfilment":"table","payment_mode":"credit","lines":[#line]}',
  '{"fulfilment":["table"],"payment_mode":"pay_later","lines":[#line]}', '{"fulfilment":"table","payment_mode":"pay_later"}',
  '{"fulfilment":"table","payment_mode":"pay_later","lines":null}', '{"fulfilment":"table","payment_mode":"pay_later","lines":{}}', '{"fulfilment":"table","payment_mode":"pay_later","lines":"x"}']) o;
select tests.refused('anon', pg_temp.place(pg_temp.with_line(l)), 'order_invalid', 'refused lines: [' || l || ']')
from unnest(array['', 'null', '1', '"x"', '[]', '[#line]', '{}', '{"quantity":1}', '{"menu_item_id":"#cola"}', '{"menu_item_id":null,"quantity":1}', '{"menu_item_id":"cola","quantity":1}', '{"menu_item_id":7,"quantity":1}']) l;
select tests.refused('anon', pg_temp.place(pg_temp.with_line(repeat('#line,', 100) || '#line')), 'order_invalid', 'refused: 101 lines');
select tests.refused('anon', pg_temp.place(pg_temp.with_line('{"menu_item_id":"#cola","quantity":' || q || '}')), 'order_invalid', 'refused quantity: ' || q)
from unnest(array['0', '-1', '100', '1.5', '"2"', 'null', 'true', '[1]', '1e9', '99999999999999999999']) q;

-- prices and other fields that a client cannot send
select tests.refused('anon', pg_temp.place(pg_temp.with_field(f)), 'order_invalid', 'refused field of the order: ' || f)
from unnest(array['"total_minor":1', '"subtotal_minor":1', '"discount_minor":100', '"currency":"JPY"', '"status":"completed"', '"Fulfilment":"table"', '"venue_id":"x"',
  '"tip_minor":-1', '"tip_minor":1.5', '"tip_minor":"5"', '"tip_minor":10000000', '"tip_minor":[]', '"customer":"Ada"', '"customer":[]', '"customer":{"address":"x"}', '"customer":{"name":1}', '"customer":{"name":{}}']) f;
select tests.refused('anon', pg_temp.place(pg_temp.with_field('"customer":{"name":"' || repeat('x', 121) || '"}')), 'order_invalid', 'refused: a customer''s name of 121 characters');
select tests.refused('anon', pg_temp.place(pg_temp.with_line_field(f)), 'order_invalid', 'refused field of a line: ' || f)
from unnest(array['"price_minor":1', '"unit_price_minor":1', '"name":"Caviar"', '"tax_rate_bp":0', '"note":7', '"note":["x"]', '"options":"x"', '"options":{}', '"options":[1]', '"options":[null]', '"options":["x"]',
  '"options":["00000000-0000-0000-0000-000000000000","00000000-0000-0000-0000-000000000000"]']) f;
select tests.refused('anon', pg_temp.place(pg_temp.with_line_field('"note":"' || repeat('x', 281) || '"')), 'order_invalid', 'refused: a note of 281 characters');
select is((tests.attempt('anon', pg_temp.place(pg_temp.with_line('#line,{"menu_item_id":"#cola","quantity":0}')))).detail, 'lines[1]: quantity: an integer from 1 to 99', 'the refusal names the line and the field');

-- what the menu does not allow
create function pg_temp.order(p_lines text) returns text language sql as $$ select tests.place_call('guest_a1', p_lines, 'table', 'pay_later', p_lines) $$;
select tests.refused('anon', pg_temp.order('cola_a2'), 'menu_item_unknown', 'another venue''s item is unknown');
select tests.refused('anon', pg_temp.order('cola_b1'), 'menu_item_unknown', 'so is another tenant''s');
select tests.insert('new_a1', 'owner_a', $$insert into public.menu_items (venue_id, category_id, name, price_minor) values ({venue_a1}, {mains_a1}, 'New', 1)$$);
select tests.refused('anon', pg_temp.order('new_a1'), 'menu_item_unknown', 'so is a draft item');
select tests.refused('anon', pg_temp.order('burger_a1'), 'option_count_invalid', 'a required choice is missing');
select tests.refused('anon', pg_temp.order('burger_a1+rare_a1+well_a1'), 'option_count_invalid', 'two of a single choice');
select tests.refused('anon', pg_temp.order('burger_a1+rare_a1+cheese_a1+bacon_a1+nobun_a1'), 'option_count_invalid', 'three of at most two');
select tests.refused('anon', pg_temp.order('burger_a1+rare_a1+rare_a2'), 'option_unknown', 'another venue''s option');
select tests.refused('anon', pg_temp.order('cola_a1+rare_a1'), 'option_unknown', 'an option that the item does not offer');
select tests.answers('anon', pg_temp.order('burger_a1+rare_a1+cheese_a1+bacon_a1'), '{}', 'as many as allowed are accepted');
select tests.call('owner_a', 'set_availability({venue_a1}, false, array[{beer_a1}], array[{cheese_a1}])');
select tests.refused('anon', pg_temp.order('beer_a1'), 'menu_item_unavailable', 'an item that is off');
select tests.refused('anon', pg_temp.order('burger_a1+rare_a1+cheese_a1'), 'option_unavailable', 'an option that is off');
select tests.answers('anon', pg_temp.order('burger_a1+rare_a1'), '{}', 'without it the item is fine');
select tests.refused('anon', replace(pg_temp.order('burger_a1+rare_a1+nobun_a1'), format('"%s"', tests.id('nobun_a1')), format('"%s", "%s"', tests.id('nobun_a1'), upper(tests.id('nobun_a1')::text))), 'order_invalid', 'the same reduction twice, once in capitals');
select tests.answers('anon', replace(pg_temp.order('burger_a1+rare_a1+nobun_a1'), tests.id('nobun_a1')::text, upper(tests.id('nobun_a1')::text)), '{"total_minor": 1150}', 'once in capitals is once');
delete from public.modifier_options where id = tests.id('well_a1');
select tests.answers('anon', pg_temp.order('burger_a1+well_a1'), '{}', 'an option that the draft has deleted is on sale until the next publication');
select is((tests.attempt('anon', pg_temp.order('cola_a1, beer_a1'))).detail, 'lines[1]', 'the refusal names the line');
select is((select count(*) from public.orders o where o.venue_id = tests.id('venue_a1') and exists (select 1 from public.order_lines l where l.order_id = o.id and l.menu_item_id = tests.id('beer_a1'))), 1::bigint,
  'no refused order left a trace: only the fixture''s holds a beer');

select * from finish();
rollback;
