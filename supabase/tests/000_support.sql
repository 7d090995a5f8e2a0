-- Test support: actors, one way to attempt a call as an actor, and a fixture of two organisations. It commits functions
-- only; every test file builds the fixture inside its own transaction and rolls it back, so no run leaves data behind.
--
-- A call is written as the client writes it, with {name} for an id and {$name} for a secret of the fixture:
--   tests.call('owner_a', 'publish_menu({venue_a1})')              runs an RPC (or a statement) as that actor
--   tests.refused(actor, call, 'permission_denied', sentence)      one registered code, or one SQLSTATE, nothing else
--   tests.answers(actor, call, '{"changed": true}', sentence)      succeeds and contains these values
--   tests.affects(actor, statement, 0, sentence)                   succeeds and touches exactly that many rows
-- Each attempt ends like a commit: deferred constraints are checked before it counts as a success.

create extension if not exists pgtap with schema extensions;
begin;
drop schema if exists tests cascade;
create schema tests; -- no grants: every helper runs as postgres, and only the attempted call runs as the actor

create table tests.ids (name text primary key, id uuid, secret text);

create function tests.keep(p_name text, p_id uuid, p_secret text default null) returns uuid language sql as $$
  insert into tests.ids values (p_name, p_id, p_secret)
  on conflict (name) do update set id = excluded.id, secret = excluded.secret returning id
$$;

-- A name that the fixture does not know is a mistake in the test, never a null that is then refused for another reason.
create function tests.found(p_name text) returns tests.ids language plpgsql as $$
declare
  v_found tests.ids;
begin
  select * into strict v_found from tests.ids i where i.name = p_name;
  return v_found;
end $$;
create function tests.id(p_name text) returns uuid language sql as 'select (tests.found(p_name)).id';
create function tests.secret(p_name text) returns text language sql as 'select (tests.found(p_name)).secret';

create function tests.expand(p_sql text) returns text language plpgsql as $$
declare
  v_sql text := p_sql;
  v_part text[];
begin
  for v_part in select distinct m from regexp_matches(p_sql, '\{(\$?)([a-z][a-z0-9_]*)\}', 'g') m loop
    v_sql := replace(v_sql, '{' || v_part[1] || v_part[2] || '}',
      case v_part[1] when '$' then quote_literal(tests.secret(v_part[2])) else format('%L::uuid', tests.id(v_part[2])) end);
  end loop;
  return v_sql;
end $$;

create function tests.create_user(p_name text) returns uuid language sql as $$
  with u as (
    insert into auth.users (id, email, raw_user_meta_data)
    values (gen_random_uuid(), p_name || '@example.test', '{}') returning id
  ) select tests.keep(p_name, u.id) from u
$$;
create function tests.act_as(p_actor text) returns void language plpgsql as $$
begin
  -- What PostgREST sets for a request: the role, its claims and its headers, until the transaction ends.
  perform set_config('request.headers', '{"traceparent": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"}', true);
  if p_actor = 'postgres' then
    perform set_config('request.jwt.claims', '', true), set_config('request.headers', '', true), set_config('role', 'none', true);
  elsif p_actor in ('anon', 'authenticated', 'service_role') then -- authenticated: a token without a subject
    perform set_config('request.jwt.claims', json_build_object('role', p_actor)::text, true), set_config('role', p_actor, true);
  elsif exists (select 1 from private.api_keys k where k.id = tests.id(p_actor)) then -- what PostgREST does before the request
    perform set_config('request.headers', json_build_object('x-api-key', tests.secret(p_actor))::text, true),
      set_config('request.jwt.claims', '{"role": "anon"}', true), set_config('role', 'anon', true);
    perform request.open();
  else
    perform set_config('request.jwt.claims', json_build_object('sub', tests.id(p_actor), 'role', 'authenticated',
      'aud', 'authenticated', 'email', p_actor || '@example.test')::text, true);
    perform set_config('role', 'authenticated', true);
  end if;
end $$;

create type tests.outcome as (state text, message text, detail text, rows bigint, answer jsonb);

create function tests.attempt(p_actor text, p_call text, p_undo boolean default false) returns tests.outcome language plpgsql as $$
declare
  v_sql text := tests.expand(p_call);
  v_outcome tests.outcome;
begin
  perform tests.act_as(p_actor);
  if v_sql ~* '^\s*(select|insert|update|delete|truncate|with|alter|drop|set)\s' then
    execute v_sql;
    get diagnostics v_outcome.rows = row_count;
  else
    execute 'select to_jsonb(x) from public.' || v_sql || ' as x' into v_outcome.answer;
  end if;
  set constraints all immediate;
  set constraints all deferred;
  if p_undo then
    raise exception using errcode = 'UNDO0';
  end if;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true), set_config('request.headers', '', true);
  v_outcome.state := '00000';
  return v_outcome;
exception when others then
  get stacked diagnostics v_outcome.state = returned_sqlstate, v_outcome.message = message_text, v_outcome.detail = pg_exception_detail;
  if v_outcome.state = 'UNDO0' then
    v_outcome.state := '00000';
  end if;
  return v_outcome;
end $$;

create function tests.call(p_actor text, p_call text) returns jsonb language plpgsql as $$
declare
  v_outcome tests.outcome := tests.attempt(p_actor, p_call);
begin
  if v_outcome.state <> '00000' then
    raise exception '% as %: % % (%)', p_call, p_actor, v_outcome.state, v_outcome.message, v_outcome.detail;
  end if;
  return v_outcome.answer;
end $$;

create function tests.refusal_fits(p_outcome tests.outcome, p_code text) returns boolean language sql as $$
  select case when p_code ~ '^[0-9A-Z]{5}$' then p_outcome.state = p_code
    else p_outcome.message = p_code
      and p_outcome.state = (select 'PT' || e.http_status from private.errors e where e.code = p_code) end
$$;
create function tests.verdict(p_outcome tests.outcome, p_ok boolean, p_name text) returns text language sql as $$
  select ok(coalesce(p_ok, false), p_name) || case when p_ok then '' else E'\n' || diag(format('got %s %s (%s), %s rows, %s',
    p_outcome.state, p_outcome.message, p_outcome.detail, p_outcome.rows, left(p_outcome.answer::text, 300))) end
$$;
create function tests.refused(p_actor text, p_call text, p_code text, p_name text) returns text language sql as $$
  select tests.verdict(o, tests.refusal_fits(o, p_code), p_name) from tests.attempt(p_actor, p_call) o
$$;
create function tests.answers(p_actor text, p_call text, p_expected jsonb, p_name text) returns text language sql as $$
  select tests.verdict(o, o.state = '00000' and o.answer @> p_expected, p_name) from tests.attempt(p_actor, p_call) o
$$;
create function tests.affects(p_actor text, p_call text, p_rows bigint, p_name text) returns text language sql as $$
  select tests.verdict(o, o.state = '00000' and o.rows = p_rows, p_name) from tests.attempt(p_actor, p_call) o
$$;

-- An order as a guest sends it, with names for ids: tests.lines('burger_a1*2+rare_a1, cola_a1').
create function tests.lines(p_lines text) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('menu_item_id', tests.id(l.part[1]), 'quantity', coalesce(l.part[2], '1')::integer,
    'options', (select coalesce(jsonb_agg(tests.id(o)), '[]') from unnest(string_to_array(l.part[3], '+')) o)) order by l.ordinality)
  from (
    select regexp_match(trim(t), '^([a-z0-9_]+)(?:\*(\d+))?(?:\+(.+))?$') as part, ordinality
    from string_to_table(p_lines, ',') with ordinality as t (t, ordinality)
  ) l
$$;
create function tests.place_call(p_guest text, p_key text, p_fulfilment text, p_mode text, p_lines text, p_more jsonb default '{}') returns text language sql as $$
  select format('place_order({$%s}, %L, %L)', p_guest, p_key,
    jsonb_build_object('fulfilment', p_fulfilment, 'payment_mode', p_mode, 'lines', tests.lines(p_lines)) || p_more)
$$;

-- Places an order as a guest and keeps its id, and the ids of its lines and tickets as <name>_line1, <name>_ticket1 …
create function tests.place(p_name text, p_guest text, p_fulfilment text, p_mode text, p_lines text, p_more jsonb default '{}') returns jsonb language plpgsql as $$
declare
  v_order jsonb := tests.call('anon', tests.place_call(p_guest, 'key of ' || p_name, p_fulfilment, p_mode, p_lines, p_more));
begin
  perform tests.keep(p_name, (v_order ->> 'id')::uuid);
  perform tests.keep(p_name || '_line' || l.position, l.id), tests.keep(p_name || '_ticket' || l.position, t.id)
  from public.order_lines l left join public.kitchen_tickets t on t.order_line_id = l.id
  where l.order_id = (v_order ->> 'id')::uuid;
  return v_order;
end $$;

create function tests.event_call(p_event text, p_type text, p_object jsonb) returns text language sql as $$
  select format('record_provider_event(''stripe'', %L, %L, now(), %L)', p_event, p_type,
    jsonb_build_object('id', p_event, 'type', p_type, 'data', jsonb_build_object('object', p_object)))
$$;

-- The PaymentIntent that the provider reports for a payment of ours.
create function tests.intent(p_payment text, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('id', coalesce(p.provider_reference, 'pi_' || p_payment), 'amount', p.amount_minor, 'amount_received', p.amount_minor,
    'currency', lower(p.currency), 'metadata', jsonb_build_object('payment_id', p.id)) || p_more
  from public.payments p where p.id = tests.id(p_payment)
$$;
create function tests.start_payment(p_name text, p_guest text, p_order text) returns jsonb language plpgsql as $$
declare
  v_payment jsonb := tests.call('anon', format('start_payment({$%s}, {%s})', p_guest, p_order));
begin
  perform tests.keep(p_name, (v_payment ->> 'payment_id')::uuid);
  perform tests.call('service_role', format('attach_payment({%s}, %L)', p_name, coalesce(v_payment ->> 'provider_reference', 'pi_' || p_name)));
  return v_payment;
end $$;

-- A dispute of a payment as the provider reports it, with the movements of money so far.
create function tests.dispute(p_id text, p_payment text, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('id', p_id, 'payment_intent', p.provider_reference, 'amount', p.amount_minor, 'currency', lower(p.currency), 'status', 'needs_response',
    'reason', 'fraudulent', 'created', 1764000000, 'evidence_details', '{"due_by": 1764600000}'::jsonb, 'balance_transactions', '[]'::jsonb) || p_more
  from public.payments p where p.id = tests.id(p_payment)
$$;

create function tests.collect(p_name text, p_actor text, p_order text, p_amount bigint, p_method text default 'cash', p_more text default '') returns jsonb language plpgsql as $$
declare
  v_payment jsonb := tests.call(p_actor, format('collect_payment({%s}, %L, %s, %L%s)', p_order, p_method, p_amount, 'key of ' || p_name, p_more));
begin
  perform tests.keep(p_name, (v_payment ->> 'payment_id')::uuid);
  return v_payment;
end $$;

create function tests.scan(p_guest text, p_qr text) returns void language plpgsql as $$
declare
  v_session jsonb := tests.call('anon', format('start_table_session({$%s})', p_qr));
begin
  perform tests.keep(p_guest, (v_session ->> 'session_id')::uuid, v_session ->> 'session_token');
end $$;

-- Inserts through the API's own tables as that member, and keeps the id the database gave.
create function tests.insert(p_name text, p_actor text, p_insert text) returns void language plpgsql as $$
declare
  v_sql text := tests.expand(p_insert) || ' returning id';
  v_id uuid;
begin
  perform tests.act_as(p_actor);
  execute v_sql into strict v_id;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true), set_config('request.headers', '', true);
  perform tests.keep(p_name, v_id);
end $$;

create function tests.join_member(p_name text, p_owner text, p_organisation text, p_role text, p_venue text default null) returns void language plpgsql as $$
declare
  v_invitation jsonb := tests.call(p_owner, format('invite_member({%s}, %L, %L, %s)', p_organisation, p_name || '@example.test', p_role,
    coalesce('{' || p_venue || '}', 'null')));
begin
  perform tests.create_user(p_name);
  perform tests.keep('membership_' || p_name, (tests.call(p_name, format('accept_invitation(%L)', v_invitation ->> 'token')) ->> 'membership_id')::uuid);
end $$;

-- The add-ons that an organisation pays for, and no others.
create function tests.pay_for(p_organisation text, p_add_ons text[]) returns void language sql as $$
  delete from public.organisation_add_ons x where x.organisation_id = tests.id(p_organisation);
  insert into public.organisation_add_ons (organisation_id, add_on) select tests.id(p_organisation), a from unnest(p_add_ons) a;
$$;

-- Makes an API key of an organisation that pays for integrations, and keeps its id and secret.
create function tests.api_key(p_name text, p_owner text, p_organisation text, p_scopes text[], p_venue text default null) returns void language plpgsql as $$
declare
  v_key jsonb;
begin
  update public.organisations set subscription_status = 'active', tier = 'pro' where id = tests.id(p_organisation)
    and not exists (select 1 from public.organisation_add_ons x where x.organisation_id = tests.id(p_organisation));
  perform tests.pay_for(p_organisation, '{integrations}');
  v_key := tests.call(p_owner, format('create_api_key({%s}, %L, %L, %s)', p_organisation, p_name, p_scopes, coalesce('{' || p_venue || '}', 'null')));
  perform tests.keep(p_name, (v_key ->> 'api_key_id')::uuid, v_key ->> 'secret');
end $$;

-- A venue in full service, through the owner's and the guests' own calls. {v} is the venue's short name, such as a1.
create function tests.build_venue(v text, p_owner text) returns void language plpgsql as $$
declare
  v_insert record; v_qr record;
begin
  perform tests.keep('expo_' || v, s.id) from public.kitchen_stations s where s.venue_id = tests.id('venue_' || v) and s.kind = 'expo';
  for v_insert in
    select t.name, replace(t.sql, '#', v) as sql from (values
      ('grill', $i$insert into public.kitchen_stations (venue_id, name, kind) values ({venue_#}, 'Grill', 'grill')$i$),
      ('bar', $i$insert into public.kitchen_stations (venue_id, name, kind) values ({venue_#}, 'Bar', 'bar')$i$),
      ('mains', $i$insert into public.menu_categories (venue_id, name, position, station_id) values ({venue_#}, 'Mains', 1, {grill_#})$i$),
      ('drinks', $i$insert into public.menu_categories (venue_id, name, position) values ({venue_#}, 'Drinks', 2)$i$),
      ('burger', $i$insert into public.menu_items (venue_id, category_id, name, price_minor) values ({venue_#}, {mains_#}, 'Burger', 1250)$i$),
      ('beer', $i$insert into public.menu_items (venue_id, category_id, name, price_minor, station_id) values ({venue_#}, {mains_#}, 'Beer', 600, {bar_#})$i$),
      ('cola', $i$insert into public.menu_items (venue_id, category_id, name, price_minor) values ({venue_#}, {drinks_#}, 'Cola', 333)$i$),
      ('cooking', $i$insert into public.modifier_groups (venue_id, name, min_choices, max_choices) values ({venue_#}, 'Cooking', 1, 1)$i$),
      ('extras', $i$insert into public.modifier_groups (venue_id, name, min_choices, max_choices) values ({venue_#}, 'Extras', 0, 2)$i$),
      ('rare', $i$insert into public.modifier_options (venue_id, group_id, name) values ({venue_#}, {cooking_#}, 'Rare')$i$),
      ('well', $i$insert into public.modifier_options (venue_id, group_id, name, price_delta_minor) values ({venue_#}, {cooking_#}, 'Well done', 25)$i$),
      ('cheese', $i$insert into public.modifier_options (venue_id, group_id, name, price_delta_minor) values ({venue_#}, {extras_#}, 'Cheese', 150)$i$),
      ('bacon', $i$insert into public.modifier_options (venue_id, group_id, name, price_delta_minor) values ({venue_#}, {extras_#}, 'Bacon', 200)$i$),
      ('nobun', $i$insert into public.modifier_options (venue_id, group_id, name, price_delta_minor) values ({venue_#}, {extras_#}, 'No bun', -100)$i$),
      ('beef', $i$insert into public.ingredients (venue_id, name, unit) values ({venue_#}, 'Beef', 'g')$i$),
      ('t1', $i$insert into public.tables (venue_id, label, seats, area) values ({venue_#}, 'T1', 4, 'Window')$i$),
      ('t2', $i$insert into public.tables (venue_id, label) values ({venue_#}, 'T2')$i$)) as t (name, sql)
  loop
    perform tests.insert(v_insert.name || '_' || v, p_owner, v_insert.sql);
  end loop;
  perform tests.call(p_owner, replace($i$insert into public.menu_item_modifier_groups (venue_id, menu_item_id, group_id, position)
    values ({venue_#}, {burger_#}, {cooking_#}, 1), ({venue_#}, {burger_#}, {extras_#}, 2)$i$, '#', v));
  perform tests.call(p_owner, replace($i$insert into public.recipe_lines (venue_id, menu_item_id, ingredient_id, quantity) values ({venue_#}, {burger_#}, {beef_#}, 150)$i$, '#', v));
  perform tests.call(p_owner, replace($i$adjust_stock({beef_#}, 'receive', 10000, 'delivery', 'first delivery')$i$, '#', v));
  perform tests.call(p_owner, replace('publish_menu({venue_#})', '#', v));
  for v_qr in
    select q.name, tests.call(p_owner, replace(q.call, '#', v)) as code from (values
      ('qr_table', $i$rotate_qr_code({venue_#}, 'table', {t1_#})$i$), ('qr_table2', $i$rotate_qr_code({venue_#}, 'table', {t2_#})$i$),
      ('qr_pickup', $i$rotate_qr_code({venue_#}, 'table_pickup', {t1_#})$i$), ('qr_counter', $i$rotate_qr_code({venue_#}, 'counter')$i$)) as q (name, call)
  loop
    perform tests.keep(v_qr.name || '_' || v, (v_qr.code ->> 'qr_code_id')::uuid, v_qr.code ->> 'token');
  end loop;
  perform tests.scan('guest_' || v, 'qr_table_' || v), tests.scan('guest2_' || v, 'qr_table2_' || v),
    tests.scan('pickup_' || v, 'qr_pickup_' || v), tests.scan('counter_' || v, 'qr_counter_' || v);
end $$;

-- Orders in several states with their money: paid online and partly refunded, paid in cash and refunded, unpaid, waiting.
create function tests.build_orders(v text, p_owner text) returns void language plpgsql as $$
declare
  v_refund jsonb;
begin
  perform tests.place('paid_' || v, 'guest_' || v, 'table', 'pay_now', format('burger_%s+rare_%s', v, v), '{"customer": {"name": "Ada", "phone": "07700 900123"}}');
  perform tests.start_payment('online_' || v, 'guest_' || v, 'paid_' || v);
  perform tests.call('service_role', tests.event_call('evt_paid_' || v, 'payment_intent.succeeded', tests.intent('online_' || v)));
  v_refund := tests.call(p_owner, format('refund_payment({online_%s}, 250, ''cold'', ''refund of online'')', v));
  perform tests.keep('refund_' || v, (v_refund ->> 'refund_id')::uuid);
  perform tests.place('till_' || v, 'counter_' || v, 'counter', 'pay_at_till', format('cola_%s*2', v));
  perform tests.collect('cash_' || v, p_owner, 'till_' || v, 666, 'cash', ', 0, 700');
  perform tests.place('later_' || v, 'guest_' || v, 'table', 'pay_later', format('burger_%s+well_%s+cheese_%s, beer_%s', v, v, v, v));
  perform tests.place('waiting_' || v, 'guest_' || v, 'table', 'pay_now', format('cola_%s', v));
end $$;

create function tests.fixture() returns setof text language plpgsql as $$
declare
  v_organisation record; v_role text; v text;
begin
  for v_organisation in
    select * from (values ('a', array['a1', 'a2']), ('b', array['b1'])) as o (name, venues)
  loop
    perform tests.create_user('owner_' || v_organisation.name);
    perform tests.keep('org_' || v_organisation.name, (tests.call('owner_' || v_organisation.name,
      format('create_organisation(''Org %s'', ''pgtap-org-%s'')', v_organisation.name, v_organisation.name)) ->> 'id')::uuid);
    perform tests.keep('membership_owner_' || v_organisation.name, m.id) from public.memberships m where m.organisation_id = tests.id('org_' || v_organisation.name);
    foreach v in array v_organisation.venues loop
      perform tests.keep('venue_' || v, (tests.call('owner_' || v_organisation.name,
        format('create_venue({org_%s}, ''Venue %s'', ''pgtap-venue-%s'')', v_organisation.name, v, v)) ->> 'id')::uuid);
    end loop;
    -- Each role organisation-wide (owner_a, manager_a, …) and, but for owners, in the first venue only (manager_a1, …).
    foreach v_role in array array['manager', 'staff', 'kitchen', 'server', 'cashier'] loop
      perform tests.join_member(v_role || '_' || v_organisation.name, 'owner_' || v_organisation.name, 'org_' || v_organisation.name, v_role);
      perform tests.join_member(v_role || '_' || v_organisation.venues[1], 'owner_' || v_organisation.name, 'org_' || v_organisation.name, v_role, 'venue_' || v_organisation.venues[1]);
    end loop;
    foreach v in array v_organisation.venues loop
      perform tests.build_venue(v, 'owner_' || v_organisation.name), tests.build_orders(v, 'owner_' || v_organisation.name);
      perform tests.call('owner_' || v_organisation.name, format('invite_member({org_%s}, ''invited-%s@example.test'', ''staff'', {venue_%s})', v_organisation.name, v, v));
    end loop;
  end loop;
  perform tests.create_user('stranger');
end $$;
commit;
begin;
select plan(1);
select has_function('tests', 'fixture', 'the support functions are installed');
select * from finish();
rollback;
