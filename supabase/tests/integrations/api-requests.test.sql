-- A request with an API key: what the key may, what it never may, whose work it is, and how many there are in a minute.
begin;
select plan(110);
select tests.fixture();
select tests.api_key('shop', 'owner_a', 'org_a', '{orders.read,orders.update,orders.cancel,payments.collect,payments.refund,menu.read,menu.edit,tables.read,tables.seat,kitchen.read,kitchen.update,inventory.read,inventory.edit,settings.read,settings.edit,staff.read,staff.schedule}');
select tests.api_key('a1', 'owner_a', 'org_a', '{orders.read,payments.collect,settings.edit}', 'venue_a1');
select tests.api_key('eyes', 'owner_a', 'org_a', '{orders.read}');
create function pg_temp.order_of(p_key text, p_venue text default 'a1', p_more text default '') returns text language sql as $$
  select format('place_staff_order({venue_%s}, %L, %L%s)', p_venue, p_key,
    jsonb_build_object('fulfilment', 'counter', 'payment_mode', 'pay_at_till', 'lines', tests.lines(format('cola_%s', p_venue))), p_more)
$$;
-- What a GET does: the transaction reads only, and whatever happened is undone with it.
create function pg_temp.reading(p_actor text, p_call text) returns tests.outcome language plpgsql as $$
declare
  v_outcome tests.outcome;
  v_sql constant text := tests.expand(p_call);
begin
  perform set_config('transaction_read_only', 'on', true), tests.act_as(p_actor);
  execute v_sql;
  get diagnostics v_outcome.rows = row_count;
  raise exception using errcode = 'UNDO0';
exception when others then
  get stacked diagnostics v_outcome.state = returned_sqlstate, v_outcome.message = message_text, v_outcome.detail = pg_exception_detail;
  return v_outcome;
end $$;

-- the door
select tests.keep('nobody', tests.id('eyes'), 'servio_' || repeat('x', 43));
select tests.refused('nobody', 'select 1', 'api_key_invalid', 'a secret that nobody gave out opens nothing');
select tests.keep('empty', tests.id('eyes'), '');
select tests.refused('empty', 'select 1', 'api_key_invalid', 'nor does an empty one');
select tests.keep('hash', tests.id('eyes'), (select encode(s.secret_hash, 'hex') from private.api_key_secrets s where s.api_key_id = tests.id('eyes')));
select tests.refused('hash', 'select 1', 'api_key_invalid', 'nor does the hash');
create function pg_temp.opened_as(p_role text, p_headers text) returns text language plpgsql as $$
begin
  perform set_config('request.headers', tests.expand(p_headers), true), set_config('request.jwt.claims', json_build_object('role', p_role)::text, true), set_config('role', p_role, true);
  perform request.open();
  raise exception 'opened: % %', current_user, coalesce(auth.role(), 'nobody');
exception when others then
  return sqlerrm;
end $$;
select is(pg_temp.opened_as(r, format('{"x-api-key": "%s"}', tests.secret('eyes'))), e, format('%s with a key: %s', r, e))
from (values ('anon', 'opened: authenticated api_key'), ('authenticated', 'api_key_not_alone'), ('service_role', 'api_key_not_alone')) t (r, e);
select is(pg_temp.opened_as(r, h), format('opened: %s %s', r, r), format('%s without one stays what it is: %s', r, h))
from unnest(array['anon', 'authenticated', 'service_role']) r, unnest(array['{"accept": "*/*"}', '{"x-note": "\"x-api-key\""}', '']) h;

-- the same rights as a member with these permissions, by the same policies and functions
select tests.affects('shop', 'select 1 from public.orders', (select count(*) from public.orders o where o.organisation_id = tests.id('org_a')), 'a key sees the orders of its organisation, all of them');
select tests.affects('a1', 'select 1 from public.orders', (select count(*) from public.orders o where o.venue_id = tests.id('venue_a1')), 'a venue''s key sees that venue''s');
select tests.affects(k, 'select 1 from public.orders where venue_id = {venue_b1}', 0, k || ' sees none of another organisation') from unnest(array['shop', 'a1', 'eyes']) k;
select tests.affects('a1', 'select 1 from public.orders where venue_id = {venue_a2}', 0, 'nor a venue''s key those of the next venue');
select tests.affects('eyes', 'select 1 from public.menu_items', 0, 'without the scope it sees no menu');
select tests.affects('shop', 'select 1 from public.menu_items where venue_id = {venue_a1}', 3, 'with it, it does');
select tests.affects('shop', 'update public.menu_items set price_minor = 340 where id = {cola_a2}', 1, 'and edits it');
select tests.affects('shop', 'update public.menu_items set price_minor = 1 where id = {cola_b1}', 0, 'but not that of others');
select tests.affects('a1', 'update public.venues set turn_minutes = 60 where id in ({venue_a1}, {venue_a2}, {venue_b1})', 1, 'a venue''s key changes the settings of one venue');
select tests.affects('eyes', 'update public.venues set turn_minutes = 60', 0, 'without the scope of none');
select tests.affects('a1', 'select 1 from public.order_customers', 1, 'who takes money sees who left a name there');
select tests.affects('shop', 'select 1 from public.order_customers', 2, 'in the venues of the key');
select tests.affects('eyes', 'select 1 from public.order_customers', 0, 'and nobody else does');
select tests.affects(k, 'select 1 from public.venues', n, format('%s knows of %s venues', k, n)) from (values ('shop', 2), ('a1', 1), ('eyes', 2)) t (k, n);
select tests.affects(k, 'select 1 from public.organisations', 1, k || ' knows of one organisation') from unnest(array['shop', 'a1']) k;
select tests.affects('eyes', 'select 1 from public.memberships', 0, 'a key is no member');
select ok(c -> 'organisations' -> 0 -> 'permissions' = '["orders.read"]' and c -> 'organisations' -> 0 -> 'roles' = '[]' and jsonb_array_length(c -> 'organisations' -> 0 -> 'venues') = 2 and c ->> 'user_id' = tests.id('eyes')::text,
  'a key asks what it may as members do') from (select tests.call('eyes', 'get_access_context()') as c) t;
select ok(c -> 'organisations' -> 0 -> 'permissions' = '[]' and c #> '{organisations,0,venues,0,permissions}' = '["orders.read", "payments.collect", "settings.edit"]' and jsonb_array_length(c -> 'organisations' -> 0 -> 'venues') = 1,
  'a venue''s key has no permission beyond it') from (select tests.call('a1', 'get_access_context()') as c) t;
select tests.refused('a1', 'create_venue({org_a}, ''New'', ''pgtap-new'')', 'permission_denied', 'and makes no venue');
select tests.refused(k, c, 'permission_denied', format('%s: %s', k, c))
from (values ('a1', pg_temp.order_of('a1 elsewhere', 'a2')), ('shop', pg_temp.order_of('shop elsewhere', 'b1')), ('eyes', pg_temp.order_of('eyes')), ('eyes', 'publish_menu({venue_a1})'), ('shop', 'publish_menu({venue_b1})')) t (k, c);
select tests.refused('shop', c, e, c) from (values ('cancel_order({paid_b1}, ''no'')', 'order_not_found'), ('advance_ticket({later_b1_ticket1}, ''in_progress'')', 'ticket_not_found'), ('adjust_stock({beef_b1}, ''waste'', 1, ''no'', ''k'')', 'ingredient_not_found')) t (c, e);
-- of a key that is not there any more nothing is left, whatever the claims say
select set_config('request.jwt.claims', jsonb_build_object('sub', tests.id('venue_a1'), 'role', 'api_key')::text, true);
select is(array_length(private.venues_with('orders.read') || private.my_venues() || private.my_organisations() || private.venues_once_with('orders.read'), 1), null, 'a key that does not exist has no rights');
select set_config('request.jwt.claims', jsonb_build_object('sub', tests.id('eyes'), 'role', 'authenticated')::text, true);
select is(private.venues_with('orders.read'), '{}', 'nor has who merely has its id');
select set_config('request.jwt.claims', '', true);

-- what people do for themselves, and what is about people and our money
select tests.refused('shop', c, 'person_required', c) from unnest(array['create_organisation(''Mine'', ''pgtap-mine'')', 'accept_invitation(''x'')', 'clock_in({venue_a1})']) c;
select tests.refused('shop', c, 'permission_denied', c) from unnest(array['invite_member({org_a}, ''x@example.test'', ''staff'')', 'change_role({membership_staff_a}, ''owner'')', 'remove_member({membership_staff_a})',
  'list_api_keys({org_a})', 'create_api_key({org_a}, ''Mine'', ''{orders.read}'')', 'provision_tenant_schema({org_a})']) c;
select tests.refused('shop', 'claim_jobs(''mail'', 1, 30)', '42501', 'what is for machines is not for keys');

-- orders through the API
select tests.keep('api_order', (tests.call('a1', pg_temp.order_of('first')) ->> 'id')::uuid);
select is((select o.source from public.orders o where o.id = tests.id('api_order')), 'api', 'an order through the API is one');
select tests.keep('api_order2', (tests.call('a1', pg_temp.order_of('second', 'a1', ', null, ''counter''')) ->> 'id')::uuid);
select is((select o.source from public.orders o where o.id = tests.id('api_order2')), 'api', 'whatever it says it is');
select tests.refused('a1', pg_temp.order_of('third', 'a1', ', null, ''api'''), 'invalid_input', 'a source that callers do not choose is refused');
select results_eq($$select e.actor_kind, e.actor_id from public.order_events e where e.order_id = tests.id('api_order')$$, $$values ('api', tests.id('a1'))$$, 'its history names the key');
select is((tests.call('a1', pg_temp.order_of('first')) ->> 'id')::uuid, tests.id('api_order'), 'the same key and request get the same order');
select isnt((tests.call('shop', pg_temp.order_of('first')) ->> 'id')::uuid, tests.id('api_order'), 'of another API key it is another');
select tests.refused('a1', replace(pg_temp.order_of('fourth'), '"quantity": 1', '"quantity": 1, "price_minor": 1'), 'order_invalid', 'a price is not part of it');
select tests.answers('shop', 'advance_order({api_order}, ''accepted'')', '{"status": "accepted"}', 'it is moved by the API');
select tests.answers('shop', 'collect_payment({api_order}, ''cash'', 333, ''cash'', 0, 333)', '{"payment_status": "paid"}', 'paid');
select tests.answers('shop', 'cancel_order({api_order2}, ''no one came'')', '{"status": "cancelled"}', 'and cancelled');
select set_eq($$select distinct e.actor_kind, e.actor_id from public.order_events e where e.order_id in (tests.id('api_order'), tests.id('api_order2')) and e.from_status is not null$$, $$values ('api', tests.id('shop'))$$, 'by a key, each time');

-- columns that name a person name none, and the history names the key
select tests.answers('shop', 'publish_menu({venue_a2})', '{"changed": true}', 'a key publishes a menu');
select is((select v.published_by from public.menu_versions v where v.venue_id = tests.id('venue_a2') and v.version = 2), null, 'nobody did it');
select tests.answers('shop', 'rollback_menu({venue_a2}, 1)', '{"changed": true}', 'it brings one back');
select tests.answers('shop', 'close_table_session({guest2_a2})', '{}', 'closes a table');
select tests.answers('shop', 'open_table_session({t2_a2})', '{}', 'and opens one');
select is((select s.closed_by from public.table_sessions s where s.id = tests.id('guest2_a2')), null, 'nobody again');
select results_eq($$select distinct e.actor_id, e.actor_role from private.audit_events e where e.table_name = 'menu_items' and e.row_id = tests.id('cola_a2') and e.action = 'update'$$, $$values (tests.id('shop'), 'api_key')$$, 'the history names the key');

-- how many: the plan's rate, and twice as many at once
create function pg_temp.set_bucket(p_tier text) returns void language sql as $$
  update public.organisations set tier = p_tier where id = tests.id('org_a');
  delete from private.api_buckets where organisation_id = tests.id('org_a')
$$;
create function pg_temp.until_refused(p_actor text) returns integer language plpgsql as $$
declare
  v_n integer := 0;
begin
  while (tests.attempt(p_actor, 'select 1')).state = '00000' loop
    v_n := v_n + 1;
  end loop;
  return v_n;
end $$;
select pg_temp.set_bucket('pro');
select tests.affects('eyes', 'select 1 from public.organisations', 1, 'pro has a bucket');
select is((select sum(b.tokens) from private.api_buckets b where b.organisation_id = tests.id('org_a')), 1199::numeric, 'pro: twice 600 at once, less one');
update public.tier_entitlements set max_count = 20 where tier = 'pro' and entitlement = 'api_requests';
select pg_temp.set_bucket('pro');
select is(pg_temp.until_refused('eyes'), 40, 'twice the rate at once');
select tests.refused('eyes', 'select 1', 'rate_limited', 'and no more');
select tests.refused('shop', 'select 1', 'rate_limited', 'for every key of the organisation');
select is((tests.attempt('eyes', 'select 1')).detail, 'retry after 12 seconds', 'it says when to come again');
select is((r).message || ' ' || (r).detail, 'rate_limited retry after 12 seconds', 'and nothing is read meanwhile') from pg_temp.reading('eyes', 'select 1 from public.orders') r;
select tests.affects('owner_a', 'select 1 from public.organisations', 1, 'people are not held responsible');
select tests.api_key('others', 'owner_b', 'org_b', '{orders.read}');
select tests.affects('others', 'select 1 from public.organisations', 1, 'nor is another organisation');
update private.api_buckets set filled_at = filled_at - interval '12 seconds' where organisation_id = tests.id('org_a');
select is(pg_temp.until_refused('eyes'), 4, 'twelve seconds are worth a fifth of the rate');
update public.tier_entitlements set max_count = 600 where tier = 'pro' and entitlement = 'api_requests';
select is((select sum(private.api_level(row(b.organisation_id, b.part, b.tokens, now() - l.ago), 600)) from private.api_buckets b where b.organisation_id = tests.id('org_a')), l.level::numeric, l.name)
from (values (interval '1 minute', 600, 'a minute is worth the rate'), ('1 day', 1200, 'and a day no more than the burst'), ('-1 day', 0, 'a clock that goes back gives nothing and takes nothing')) l (ago, level, name);
select pg_temp.set_bucket('enterprise');
select tests.affects('eyes', 'select 1 from public.organisations', 1, 'enterprise has a bucket, too');
select is((select sum(b.tokens) from private.api_buckets b where b.organisation_id = tests.id('org_a')), 19999::numeric, 'of twice 10,000, less one');
select pg_temp.set_bucket('pro');
select tests.refused('eyes', 'select 1 from public.nothing', '42P01', 'a request that fails');
select is((select coalesce(sum(b.tokens), 1200) from private.api_buckets b where b.organisation_id = tests.id('org_a')), 1200::numeric, 'gives back what it took');
-- reads
select is((r).state || ' ' || (r).rows, 'UNDO0 ' || (select count(*) from public.orders o where o.organisation_id = tests.id('org_a')), 'a read-only transaction reads what the key may') from pg_temp.reading('eyes', 'select 1 from public.orders') r;
select is((r).message, e, 'and refuses as any other: ' || e) from (values ('nobody', 'api_key_invalid')) t (k, e), pg_temp.reading(k, 'select 1') r;
-- what the plan says holds instead of the limit of the kitchen
insert into private.rate_limits (scope, subject, minute, used) values ('kitchen', tests.id('venue_a1'), date_bin('1 minute', now(), '2000-01-01 00:00:00+00'), 500);
select tests.refused('kitchen_a1', 'advance_ticket({later_a1_ticket1}, ''in_progress'')', 'rate_limited', 'the 501st move of a kitchen''s members is refused');
select tests.answers('shop', 'advance_ticket({later_a1_ticket1}, ''in_progress'')', '{"status": "in_progress"}', 'by a key the plan''s limit holds instead');

-- when a secret was used: to the hour
select ok((select bool_and(s.used_at = now()) from private.api_key_secrets s where s.api_key_id = tests.id('shop')), 'it is known when a secret was last used');
update private.api_key_secrets s set used_at = now() - d.ago from (values ('shop', interval '59 minutes'), ('eyes', interval '61 minutes')) d (k, ago) where s.api_key_id = tests.id(d.k);
select tests.affects(k, 'select 1 from public.organisations', 1, k || ' is used') from unnest(array['shop', 'eyes']) k;
select is((select now() - s.used_at from private.api_key_secrets s where s.api_key_id = tests.id(k)), d, format('%s: to the hour', k)) from (values ('shop', interval '59 minutes'), ('eyes', interval '0')) t (k, d);

-- what ends a key
update private.api_keys set created_at = now() - interval '2 hours', expires_at = now() - interval '1 second' where id = tests.id('eyes');
select tests.refused('eyes', 'select 1', 'api_key_expired', 'its end');
update private.api_keys set expires_at = now() + interval '1 second' where id = tests.id('eyes');
select tests.affects('eyes', 'select 1 from public.organisations', 1, 'and not before');
select tests.pay_for('org_a', '{}');
select tests.refused('eyes', 'select 1', 'entitlement_exceeded', 'the add-on''s end');
update public.organisations set tier = 'starter' where id = tests.id('org_a');
select tests.pay_for('org_a', '{integrations}');
select tests.refused('eyes', 'select 1', 'entitlement_exceeded', 'a smaller plan');
update public.organisations set tier = 'enterprise', subscription_status = 'past_due', past_due_since = now() - interval '8 days' where id = tests.id('org_a');
select tests.refused('eyes', 'select 1', 'subscription_inactive', 'an organisation that is read-only is read by its members alone');
update public.organisations set subscription_status = 'active', past_due_since = null where id = tests.id('org_a');
select tests.affects('a1', 'select 1 from public.organisations', 1, 'a venue''s key');
delete from private.api_keys where id = tests.id('a1');
select is_empty($$select 1 from private.api_key_secrets s where s.api_key_id = tests.id('a1')$$, 'a key that is deleted leaves no secret');

select * from finish();
rollback;
