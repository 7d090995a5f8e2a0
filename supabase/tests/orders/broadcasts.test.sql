-- Broadcasts: what is told on which channel, and who may listen. Over real sockets: tests/flows/broadcasts.test.ts.
begin;
select plan(59);
select tests.fixture();
create temporary table before as select m.id from realtime.messages m;
create function pg_temp.heard(p_topic text) returns text language sql as $$
  select coalesce(string_agg(m.event || ' ' || coalesce(m.payload ->> 'status', (select string_agg(t.value ->> 2, ' ') from jsonb_array_elements(m.payload -> 'tickets') t)), ', ' order by m.payload ->> 'status'), '')
  from realtime.messages m where m.topic = p_topic and m.id not in (select id from before)
$$;
create function pg_temp.forget() returns void language sql as $$ insert into before select m.id from realtime.messages m where m.id not in (select id from before) $$;
create function pg_temp.venue_topic(p_what text, v text default 'a1') returns text language sql as $$ select 'venue:' || tests.id('venue_' || v) || ':' || p_what $$;

-- an order and its tickets
select tests.place('first', 'guest_a1', 'table', 'pay_later', 'beer_a1, cola_a1', '{"customer": {"name": "Ada", "phone": "07700 900123"}}');
select is(pg_temp.heard(pg_temp.venue_topic('orders')), 'order_changed placed', 'a new order is told');
select is(pg_temp.heard(pg_temp.venue_topic('kitchen')), 'tickets_changed new new', 'its tickets are told in one message');
select is((select m.payload - 'id' from realtime.messages m where m.topic = pg_temp.venue_topic('orders') and m.payload ->> 'order_id' = tests.id('first')::text),
  (select jsonb_build_object('order_id', o.id, 'number', o.number, 'status', 'placed', 'payment_status', 'unpaid') from public.orders o where o.id = tests.id('first')), 'ids and statuses, nothing else');
select set_eq($$select t.value ->> 0 as id, t.value ->> 1 as station from realtime.messages m, jsonb_array_elements(m.payload -> 'tickets') t where m.payload ->> 'order_id' = tests.id('first')::text$$,
  $$select t.id::text, t.station_id::text from public.kitchen_tickets t where t.order_id = tests.id('first')$$, 'of tickets the id and the station');
select is((select count(*) from realtime.messages m where not coalesce(m.private, false)), 0::bigint, 'every message is private');
select is((select count(*) from realtime.messages m where m.payload::text ~ '(Ada|07700|minor)'), 0::bigint, 'no name, no number, no amount');
select is((select max(length(m.payload::text)) < 400 from realtime.messages m), true, 'and all are small');
select is(pg_temp.heard(pg_temp.venue_topic('orders', 'a2')) || pg_temp.heard(pg_temp.venue_topic('orders', 'b1')), '', 'other venues hear nothing');
select pg_temp.forget();
select tests.call('kitchen_a1', 'advance_ticket({first_ticket1}, ''in_progress'')');
select is(pg_temp.heard(pg_temp.venue_topic('orders')), 'order_changed accepted, order_changed preparing', 'the order follows its ticket');
select is(pg_temp.heard(pg_temp.venue_topic('kitchen')), 'tickets_changed in_progress', 'only the ticket that moved is told');
select pg_temp.forget();
select tests.call('kitchen_a1', 'advance_tickets(array[{first_ticket2}, {later_a1_ticket1}], ''in_progress'')');
select is((select count(*) from realtime.messages m where m.topic = pg_temp.venue_topic('kitchen') and m.id not in (select id from before)), 2::bigint, 'many at once: one message per order');
select pg_temp.forget();
select tests.collect('part', 'cashier_a1', 'first', 100), tests.call('manager_a', 'comp_line({first_line1}, ''late'', 10)');
select is((select string_agg(m.payload ->> 'payment_status', ' ') from realtime.messages m where m.topic = pg_temp.venue_topic('orders') and m.id not in (select id from before)), 'partially_paid partially_paid', 'so are payments, and changes of the bill');
select pg_temp.forget();
select tests.call('owner_a', 'update public.venues set name = name where id = {venue_a1}'), tests.call('kitchen_a1', 'advance_ticket({first_ticket2}, ''in_progress'')');
update public.orders set updated_at = now() where id = tests.id('first');
select is(pg_temp.heard(pg_temp.venue_topic('orders')) || pg_temp.heard(pg_temp.venue_topic('kitchen')), '', 'what changes nothing is not told');

-- guests: the channel's name is the secret of their session
select tests.answers('anon', 'get_session_channel({$guest_a1})', '{}', 'a guest learns the channel of its session');
select tests.keep('channel', null, tests.call('anon', 'get_session_channel({$guest_a1})') ->> 'topic');
select matches(tests.secret('channel'), '^session:[A-Za-z0-9_-]{43}$', 'which is 256 random bits');
select tests.scan('friend', 'qr_table_a1');
select is(tests.call('anon', 'get_session_channel({$friend})') ->> 'topic', tests.secret('channel'), 'a friend at the table learns the same');
select isnt(tests.call('anon', 'get_session_channel({$guest2_a1})') ->> 'topic', tests.secret('channel'), 'another table has another');
select tests.refused('anon', 'get_session_channel(''guess'')', 'guest_session_invalid', 'a guess learns nothing');
select tests.refused('anon', 'get_session_channel(null)', 'guest_session_invalid', 'nor does nobody');
select tests.refused(a, 'select 1 from private.session_channels', '42501', a || ' reads no channel') from unnest(array['anon', 'owner_a', 'service_role']) a;
select pg_temp.forget();
select tests.call('kitchen_a1', 'advance_tickets(array[{first_ticket1}, {first_ticket2}], ''ready'')'), tests.place('second', 'guest_a1', 'table', 'pay_later', 'cola_a1'), tests.place('theirs', 'guest2_a1', 'table', 'pay_later', 'cola_a1');
select is(pg_temp.heard(tests.secret('channel')), 'order_changed placed, order_changed ready', 'guests hear of their session''s orders');
select tests.place('silent', 'counter_a1', 'counter', 'pay_at_till', 'cola_a1');
select is((select count(*) from realtime.messages m where m.payload ->> 'order_id' = tests.id('silent')::text and m.topic like 'session:%'), 0::bigint, 'a session where nobody listens is told nothing');

-- who may listen: as Realtime asks, by reading a row of the topic
create function pg_temp.joins(p_actor text, p_topic text) returns boolean language plpgsql as $$
declare
  v_reads boolean;
begin
  insert into realtime.messages (topic, extension, private) values (p_topic, 'broadcast', true);
  perform tests.act_as(p_actor);
  perform set_config('realtime.topic', p_topic, true);
  select count(*) > 0 into v_reads from realtime.messages m where m.topic = p_topic;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true), set_config('realtime.topic', '', true);
  return v_reads;
end $$;
select is(pg_temp.joins(a, pg_temp.venue_topic('orders')), true, a || ' listens to the orders') from unnest(array['owner_a', 'manager_a1', 'staff_a', 'kitchen_a1', 'server_a1', 'cashier_a1']) a;
select is(pg_temp.joins(a, pg_temp.venue_topic('orders')), false, a || ' does not') from unnest(array['owner_b', 'kitchen_b1', 'stranger', 'anon']) a;
select is(pg_temp.joins('server_a1', pg_temp.venue_topic('orders', 'a2')), false, 'nor does a server of another venue');
select is(pg_temp.joins(a, pg_temp.venue_topic('kitchen')), true, a || ' listens to the kitchen') from unnest(array['owner_a', 'manager_a1', 'kitchen_a1']) a;
select is(pg_temp.joins(a, pg_temp.venue_topic('kitchen')), false, a || ' does not') from unnest(array['server_a1', 'staff_a', 'cashier_a', 'owner_b', 'stranger', 'anon']) a;
select is(pg_temp.joins('owner_a', t), false, 'there is no topic ' || t) from unnest(array['venue:' || tests.id('venue_a1'), pg_temp.venue_topic('payments'), pg_temp.venue_topic('orders') || 'x', 'x' || pg_temp.venue_topic('orders'), 'session:', 'session:' || tests.id('guest_a1'), '']) t;
select is(pg_temp.joins('anon', tests.secret('channel')), true, 'whoever knows a session''s channel listens');
select is(pg_temp.joins('anon', left(tests.secret('channel'), -1)), false, 'not who nearly knows it');
select tests.refused('anon', format('insert into realtime.messages (topic, extension, private) values (%L, ''broadcast'', true)', tests.secret('channel')), '42501', 'and nobody speaks on it');
update private.session_channels set expires_at = now() - interval '1 second' where session_id = tests.id('guest_a1');
select is(pg_temp.joins('anon', tests.secret('channel')), false, 'after 12 hours nobody listens');
select isnt(tests.call('anon', 'get_session_channel({$guest_a1})') ->> 'topic', tests.secret('channel'), 'and there is a new one');
select tests.keep('channel', null, tests.call('anon', 'get_session_channel({$guest_a1})') ->> 'topic');
update public.table_sessions set closed_at = now() where id = tests.id('guest_a1');
select is(pg_temp.joins('anon', tests.secret('channel')), false, 'nor after the session is closed');
select tests.refused('anon', 'get_session_channel({$guest_a1})', 'table_session_closed', 'which has no channel any more');
update public.memberships set role = 'cashier' where id = tests.id('membership_kitchen_a1');
select is(pg_temp.joins('kitchen_a1', pg_temp.venue_topic('kitchen')), false, 'a cook who is a cook no more does not listen to the kitchen');

select * from finish();
rollback;
