-- What a venue holds about a guest: listed column by column, exported and erased on request, erased after 90 days.
begin;
select plan(68);
select tests.fixture();
update public.order_customers set phone = '+44 (7700) 900-999', email = 'Bea@Example.test', name = 'Bea' where order_id = tests.id('paid_a2');
create function pg_temp.guests() returns text[] language sql as $$
  select array_agg(i.name order by i.name) from public.order_customers c join tests.ids i on i.id = c.order_id
$$;

-- the list is complete: what sounds personal, and every jsonb, is on it, and what is on it exists
create temporary table candidates as
select a.attrelid as oid, c.oid::regclass::text || '.' || a.attname as name, a.attname::text as column_name from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
  and (a.atttypid = 'jsonb'::regtype or a.atttypid in ('text'::regtype, 'varchar'::regtype, 'name'::regtype, 'bpchar'::regtype, 'text[]'::regtype)
    and a.attname ~ '(name|mail|phone|mobile|contact|address|postcode|birth|customer|guest|person|party|note|body|comment|message|remark)');
select cmp_ok((select count(*) from candidates), '>=', 20::bigint, 'at least 20 columns that sound personal are read');
select is_empty($$select c.name from candidates c where not exists (select 1 from private.personal_data d where d.table_name = c.oid and d.column_name = c.column_name)
  and c.oid not in ('private.guest_tables'::regclass, 'private.personal_data'::regclass)$$, 'every one is on the list, or says there whose it is not');
select is_empty($$select d.table_name, d.column_name from private.personal_data d where not exists (select 1 from pg_attribute a where a.attrelid = d.table_name and a.attname = d.column_name)$$, 'every column on the list exists');
select is_empty($$select d.table_name from private.personal_data d where d.subject = 'guest' except select g.table_name from private.guest_tables g$$, 'guests'' columns are in tables that are erased');
select is_empty($$select g.table_name from private.guest_tables g where (g.order_id is null) = not exists (select 1 from private.personal_data d where d.table_name = g.table_name and d.identifies is not null)$$, 'and in which guests can be found, by themselves or by their orders');
select is_empty($$select g.table_name from private.guest_tables g, unnest(array['venue_id']) c (name) where not exists (select 1 from pg_attribute a where a.attrelid = g.table_name and a.attname = c.name)$$, 'with a venue');
select is_empty($$select d.table_name, d.column_name from private.personal_data d join private.guest_tables g on g.table_name = d.table_name and g.erasure = 'blank' join pg_attribute a on a.attrelid = d.table_name and a.attname = d.column_name
  where d.subject = 'guest' and a.attnotnull$$, 'what is blanked may be null');
create table public.pgtap_guests (id integer, guest_phone text, booked_name text, remarks text, extra jsonb, colour text);
select is((select count(*) from pg_attribute a where a.attrelid = 'public.pgtap_guests'::regclass and a.attname in ('guest_phone', 'booked_name', 'remarks', 'extra')
  and (a.atttypid = 'jsonb'::regtype or a.attname ~ '(name|mail|phone|mobile|contact|address|postcode|birth|customer|guest|person|party|note|body|comment|message|remark)')), 4::bigint, 'a new table''s columns would be seen');

-- who may: owners and managers of the venue
select tests.refused(a, c, '42501', format('%s: %s', a, c)) from unnest(array['anon', 'service_role']) a, unnest(array['export_guest_data({venue_a1}, ''07700900123'')', 'erase_guest_data({venue_a1}, ''07700900123'')']) c;
select tests.refused(a, c, 'permission_denied', format('%s: %s', a, c))
from unnest(array['staff_a', 'kitchen_a', 'server_a', 'cashier_a', 'manager_b1', 'owner_b', 'stranger']) a, unnest(array['export_guest_data({venue_a1}, ''07700900123'')', 'erase_guest_data({venue_a1}, ''07700900123'')']) c;
select tests.refused('manager_a1', 'export_guest_data({venue_a2}, ''07700900123'')', 'permission_denied', 'a venue''s manager has no other venue''s guests');
select tests.refused('owner_a', format(c, s), 'invalid_input', format(c, s)) from unnest(array['export_guest_data({venue_a1}, %s)', 'erase_guest_data({venue_a1}, %s)']) c, unnest(array['null, null', '''- +'', ''  ''']) s;

-- export: by either key, however it is written; this venue's only
select tests.answers('manager_a1', 'export_guest_data({venue_a1}, ''(07700) 900 123'')', '{"tables": {"order_customers": [{"name": "Ada", "phone": "07700 900123"}]}, "orders": [{"total_minor": 1250, "lines": [{"name": "Burger", "quantity": 1}]}]}', 'found by the digits of the number, with what was ordered');
select is(jsonb_array_length(tests.call('owner_a', 'export_guest_data({venue_a1}, ''07700900123'')') #> '{tables,order_customers}'), 1, 'in this venue only, though the guest has been to another one');
select tests.answers('owner_a', 'export_guest_data({venue_a2}, null, '' BEA@example.test'')', '{"tables": {"order_customers": [{"name": "Bea"}]}}', 'found by the address, in any case');
select tests.answers('owner_a', 'export_guest_data({venue_a2}, ''07700900123'', ''nobody@example.test'')', '{"tables": {"order_customers": []}, "orders": []}', 'who is not there, is not found');

-- erase: for good, this venue's only, with a record that names nobody; orders stay; also when the organisation is read-only
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.answers('manager_a1', 'erase_guest_data({venue_a1}, ''07700-900123'')', '{"erased": {"order_customers": 1}}', 'erased, though the subscription has ended');
select tests.answers('manager_a1', 'erase_guest_data({venue_a1}, ''07700-900123'')', '{"erased": {"order_customers": 0}}', 'a repeat finds nothing');
select is(pg_temp.guests(), array['paid_a2', 'paid_b1'], 'other venues'' guests stay');
select is((select count(*) from public.orders o where o.id = tests.id('paid_a1')), 1::bigint, 'the order stays');
select results_eq($$select e.actor_id, e.venue_id, e.after from private.audit_events e where e.table_name = 'guest_data' order by e.id limit 1$$,
  $$values (tests.id('manager_a1'), tests.id('venue_a1'), '{"loyalty_accounts": 0, "order_customers": 1, "reservation_customers": 0, "waiting_parties": 0, "order_lines": 0, "feedback_answers": 0}'::jsonb)$$, 'who erased, and how much, is kept; who was erased is not');
select tests.answers('owner_a', 'erase_guest_data({venue_a2}, null, ''bea@example.TEST'')', '{"erased": {"order_customers": 1}}', 'by address, too');

-- a table whose rows stay: personal columns become null
create table public.pgtap_visits (id integer, venue_id uuid, visited_on date, guest text, phone text, dish text);
insert into private.guest_tables values ('public.pgtap_visits', 't.visited_on', 'blank');
insert into private.personal_data values ('public.pgtap_visits', 'guest', 'guest', null), ('public.pgtap_visits', 'phone', 'guest', 'phone');
insert into public.pgtap_visits select n, tests.id('venue_a1'), current_date - 100 * (n - 1), 'Cy', '0123', 'Soup' from generate_series(1, 2) n;
insert into public.pgtap_visits select 3, tests.id('venue_a2'), current_date, 'Cy', '0123', 'Soup';
select tests.answers('owner_a', 'export_guest_data({venue_a1}, ''01 23'')', '{"tables": {"pgtap_visits": [{"id": 1}, {"id": 2}]}}', 'a table added to the list is exported');
select is(private.erase_old_guest_data(), 1, 'the clock blanks what is old');
select is(private.erase_old_guest_data(), 0, 'once');
select tests.answers('owner_a', 'erase_guest_data({venue_a1}, ''0123'')', '{"erased": {"pgtap_visits": 1}}', 'a request what is young');
select results_eq($$select v.id, v.guest, v.phone, v.dish from public.pgtap_visits v order by v.id$$, $$values (1, null, null, 'Soup'), (2, null, null, 'Soup'), (3, 'Cy', '0123', 'Soup')$$, 'the rows stay, without a person, and nobody else is touched');

-- the clock: 90 days after the visit
update public.order_customers set created_at = now() - interval '89 days 23 hours' where order_id = tests.id('paid_b1');
select is(private.erase_old_guest_data(), 0, 'on the last day it is kept');
update public.order_customers set created_at = now() - interval '90 days 1 second' where order_id = tests.id('paid_b1');
select is(private.erase_old_guest_data(), 1, 'then it is erased');
select is((select count(*) from public.order_customers), 0::bigint, 'and gone');

-- a reservation's guest is kept until 90 days after the visit, however early it was booked; who waited, too
with r as (
  insert into public.reservations (venue_id, party_size, starts_at, ends_at, created_at)
  select tests.id('venue_a1'), 2, now() - d, now() - d + interval '1 hour', now() - interval '300 days' from unnest(array[interval '91 days', interval '-60 days']) d returning id, venue_id, starts_at
) insert into public.reservation_customers (reservation_id, venue_id, name, phone, created_at) select r.id, r.venue_id, case when r.starts_at < now() then 'Past' else 'Future' end, '0999', now() - interval '300 days' from r;
insert into public.waiting_parties (venue_id, party_size, quoted_minutes, status, name, phone, created_at) values
  (tests.id('venue_a1'), 2, 5, 'left', 'Old', '0999', now() - interval '91 days'), (tests.id('venue_a1'), 2, 5, 'left', 'New', '0999', now());
select is(private.erase_old_guest_data(), 2, 'two visits were long ago');
select is((select array_agg(c.name) from public.reservation_customers c where c.phone = '0999'), array['Future'], 'who has booked early still comes');
select tests.answers('owner_a', 'export_guest_data({venue_a1}, ''0999'')', '{"tables": {"reservation_customers": [{"name": "Future"}], "waiting_parties": [{"name": "New"}]}}', 'reservations and the waiting list are exported');
select tests.answers('owner_a', 'erase_guest_data({venue_a1}, ''0999'')', '{"erased": {"reservation_customers": 1, "waiting_parties": 1}}', 'and erased');

-- a guest's own words: found by the order, erased with its customer, or after 90 days whoever said them
update public.organisations set subscription_status = 'trialing' where id = tests.id('org_a');
select tests.insert('question_a1', 'owner_a', $$insert into public.feedback_questions (venue_id, kind, prompt) values ({venue_a1}, 'text', 'Anything else?')$$);
select tests.insert('stars_a1', 'owner_a', $$insert into public.feedback_questions (venue_id, kind, prompt) values ({venue_a1}, 'stars', 'How was it?')$$);
create function pg_temp.speak(p_order text, p_phone text) returns void language plpgsql as $f$
begin
  perform tests.place(p_order, 'counter_a1', 'counter', 'pay_at_till', 'cola_a1, beer_a1', jsonb_build_object('customer', jsonb_build_object('phone', p_phone)));
  update public.order_lines set note = 'for ' || p_order where order_id = tests.id(p_order) and position = 1;
  update public.orders set status = 'completed' where id = tests.id(p_order);
  perform tests.call('anon', format('leave_feedback({$counter_a1}, {%s}, %L)', p_order, jsonb_build_array(
    jsonb_build_object('question_id', tests.id('question_a1'), 'answer', 'says ' || p_order), jsonb_build_object('question_id', tests.id('stars_a1'), 'answer', 5))));
end $f$;
create function pg_temp.words() returns text[] language sql as $f$
  select array_agg(w order by w) from (select l.note from public.order_lines l where l.note is not null union all select a.body from public.feedback_answers a where a.body is not null) t (w)
$f$;
select pg_temp.speak('dan', '01234'), pg_temp.speak('eve', '05678');
select tests.answers('owner_a', 'export_guest_data({venue_a1}, ''01 234'')', '{"tables": {"order_customers": [{"phone": "01234"}], "order_lines": [{"note": "for dan", "name": "Cola"}], "feedback_answers": [{"body": "says dan"}]}}', 'notes and answers are exported');
select is((select array_agg(jsonb_array_length(t.value) order by t.key) from jsonb_each(tests.call('owner_a', 'export_guest_data({venue_a1}, ''01234'')') -> 'tables') t where t.key in ('order_customers', 'order_lines', 'feedback_answers')), array[1, 1, 1], 'only what holds words, and nobody else''s');
select tests.answers('owner_a', 'export_guest_data({venue_a2}, ''01234'')', '{"tables": {"order_lines": [], "feedback_answers": []}}', 'in this venue only');
select tests.answers('owner_a', 'erase_guest_data({venue_a1}, ''01234'')', '{"erased": {"order_customers": 1, "order_lines": 1, "feedback_answers": 1}}', 'erased on request, before the customer is, by whom they are found');
select is(pg_temp.words(), array['for eve', 'says eve'], 'for good, and nobody else''s');
select is((select count(*) from public.order_lines l where l.order_id = tests.id('dan')), 2::bigint, 'the lines stay');
select is((select count(*) from public.feedback_answers a where a.stars = 5), 2::bigint, 'so do the stars');
select tests.answers('owner_a', 'erase_guest_data({venue_a1}, ''01234'')', '{"erased": {"order_lines": 0, "feedback_answers": 0}}', 'a repeat finds nothing');
delete from public.order_customers where order_id = tests.id('eve');
update public.orders set created_at = now() - interval '89 days 23 hours' where id = tests.id('eve');
select is(private.erase_old_guest_data(tests.id('venue_a1')), 0, 'on the last day words are kept');
update public.orders set created_at = now() - interval '90 days 1 second' where id = tests.id('eve');
select is(private.erase_old_guest_data(tests.id('venue_a2')), 0, 'another venue''s job leaves them');
select set_eq($$select unnest(private.due_venues('guests.erase'))$$, array[tests.id('venue_a1')], 'the clock finds the venue');
select is(private.erase_old_guest_data(tests.id('venue_a1')), 2, 'then they are erased, though nobody knows whose they were');
select is(pg_temp.words(), null, 'and gone');
select is(cardinality(private.due_venues('guests.erase')), 0, 'nothing is due any more');

-- the provider's events are kept without who paid
select tests.call('service_role', tests.event_call('evt_person', 'charge.updated', '{"id": "ch_1", "amount": 5, "receipt_email": "ann@example.test", "metadata": {"payment_id": "p"},
  "billing_details": {"name": "Ann Other", "phone": "0123"}, "charges": [{"payer": {"email": "ann@example.test", "last4": "4242"}}]}'));
select is((select e.payload #> '{data,object}' from private.provider_events e where e.event_id = 'evt_person'),
  '{"id": "ch_1", "amount": 5, "metadata": {"payment_id": "p"}, "charges": [{"payer": {"last4": "4242"}}]}', 'at any depth, and nothing else is lost');

select * from finish();
rollback;
