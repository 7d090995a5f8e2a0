-- Endpoints by actor: who adds, changes, tries and removes them, how many a plan has, what is refused, and where the secret is.
begin;
select plan(174);
select tests.fixture();
delete from private.outbox;
create function pg_temp.endpoint(p_more text default '') returns text language sql as $$
  select format('create_webhook_endpoint({org_a}, ''https://hooks.example/in'', ''{order.placed,order.paid}''%s)', p_more)
$$;

-- the plan
select tests.refused('owner_a', pg_temp.endpoint(), 'entitlement_exceeded', 'a trial has none');
update public.organisations set tier = 'pro', subscription_status = 'active' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.endpoint(), 'entitlement_exceeded', 'pro has none without the add-on');
select tests.pay_for('org_a', '{integrations}');
create temporary table created as select tests.call('owner_a', pg_temp.endpoint(', null, '' Till '' ')) as answer;
grant select on created to public;
select tests.keep('hook', (answer ->> 'endpoint_id')::uuid, answer ->> 'secret') from created;
select is((select answer - '{endpoint_id,secret}'::text[] from created), jsonb_build_object('organisation_id', tests.id('org_a'), 'venue_id', null, 'url', 'https://hooks.example/in', 'description', 'Till',
  'event_types', array['order.paid', 'order.placed'], 'is_enabled', true, 'disabled_because', null, 'failing_since', null, 'failures', 0), 'with the add-on the owner has one');
select matches(tests.secret('hook'), '^whsec_[A-Za-z0-9+/]{43}=$', 'its secret has 32 bytes, as the scheme wants');
select tests.affects('owner_a', $$select from public.webhook_endpoints$$, 1, 'the owner sees it');
select is((tests.attempt('owner_a', pg_temp.endpoint())).state, '00000', 'a second'), is((tests.attempt('owner_a', pg_temp.endpoint(', {venue_a2}'))).state, '00000', 'and a third, for one venue');
select tests.refused('owner_a', pg_temp.endpoint(), 'entitlement_exceeded', 'a fourth is enterprise''s');
update public.organisations set tier = 'enterprise' where id = tests.id('org_a');
select is((tests.attempt('owner_a', pg_temp.endpoint())).state, '00000', 'which has twenty');
select is(private.entitlement_usage(tests.id('org_a'), 'webhook_endpoints'), 4::bigint, 'those that are there count');

-- the secret is shown once, and kept where secrets are
select is((select count(*) from private.webhook_secrets s join vault.decrypted_secrets v on v.id = s.id where s.endpoint_id = tests.id('hook') and v.decrypted_secret = tests.secret('hook') and s.expires_at is null), 1::bigint, 'the vault has it');
select is_empty($$select from public.webhook_endpoints e where e::text like '%whsec_%'$$, 'the table does not');
select is((select count(*) from private.audit_events e where e.table_name = 'webhook_endpoints' and e.action = 'insert'), 4::bigint, 'each endpoint''s making is recorded');
select is_empty($$select from private.audit_events e where concat(e.before, e.after) like '%whsec_%'$$, 'without its secret');
select is_empty($$select from private.idempotency_keys k where k.response::text like '%whsec_%'$$, 'and no stored answer holds one');

-- what cannot be kept
select tests.refused('owner_a', format('create_webhook_endpoint({org_a}, %s, ''{order.placed}'')', coalesce(quote_literal(u), 'null')), 'invalid_input', 'not an address: ' || coalesce(quote_literal(replace(left(u, 40), E'\n', '\n')), 'null'))
from unnest(array['http://hooks.example/', 'https://', 'https:///x', 'https://user@hooks.example/', 'https://hooks.example/#part', 'https://hooks.example/a b', 'hooks.example', 'ftp://hooks.example/', '', null, 'https://hooks.example/' || repeat('x', 2000), E'https://hooks.example/\nx']) u;
select tests.refused('owner_a', format('create_webhook_endpoint({org_a}, ''https://hooks.example/'', %s)', t), 'invalid_input', 'not types: ' || t)
from unnest(array['null', $$'{}'$$, $$'{order.eaten}'$$, $$'{order.placed,NULL}'$$, $$'{order.placed,order.eaten}'$$]) t;
select tests.refused('owner_a', pg_temp.endpoint(', null, ''  '''), 'invalid_input', 'an empty description'), tests.refused('owner_a', pg_temp.endpoint(format(', null, %L', repeat('x', 281))), 'invalid_input', 'a long one');
select tests.refused('owner_a', pg_temp.endpoint(', {venue_b1}'), 'venue_not_found', 'a venue of somebody else'), tests.refused('owner_a', pg_temp.endpoint(', {hook}'), 'venue_not_found', 'or of nobody');

-- who may: the owner, and nobody else
create temporary table calls (name text, call text);
insert into calls values ('create', pg_temp.endpoint()), ('update', $$update_webhook_endpoint({hook}, p_url => 'https://evil.example/')$$), ('delete', 'delete_webhook_endpoint({hook})'), ('rotate', 'rotate_webhook_secret({hook})'), ('test', 'send_test_webhook({hook})');
select tests.refused(a.actor, c.call, case when a.actor in ('owner_b', 'stranger') and c.name <> 'create' then 'webhook_endpoint_not_found' else 'permission_denied' end, a.actor || ' does not ' || c.name)
from calls c, unnest(array['manager_a', 'staff_a', 'server_a', 'kitchen_a1', 'cashier_a1', 'owner_b', 'stranger']) a (actor);
select tests.refused(a, c.call, '42501', a || ' does not ' || c.name) from calls c, unnest(array['anon', 'service_role']) a;
select tests.refused('authenticated', c.call, 'not_authenticated', 'without a user nobody does ' || c.name) from calls c;
select tests.refused('owner_a', replace(c.call, '{hook}', quote_literal(gen_random_uuid())), 'webhook_endpoint_not_found', c.name || ': one that is not there') from calls c where c.name <> 'create';
select tests.affects(a, 'select from public.webhook_endpoints', 0, a || ' sees none') from unnest(array['manager_a', 'staff_a', 'owner_b', 'stranger']) a;
select is((select e.url from public.webhook_endpoints e where e.id = tests.id('hook')), 'https://hooks.example/in', 'after all that it is as it was');

-- changing
select tests.answers('owner_a', $$update_webhook_endpoint({hook}, 'https://hooks.example/v2', '{refund.failed,order.paid,order.paid}', 'Books')$$, '{"url": "https://hooks.example/v2", "event_types": ["order.paid", "refund.failed"], "description": "Books", "is_enabled": true}', 'the owner changes it');
select tests.answers('owner_a', 'update_webhook_endpoint({hook})', '{"url": "https://hooks.example/v2", "description": "Books"}', 'what is not said stays');
select tests.refused('owner_a', $$update_webhook_endpoint({hook}, 'http://hooks.example/')$$, 'invalid_input', 'not to a bad address'), tests.refused('owner_a', $$update_webhook_endpoint({hook}, p_event_types => '{x.y}')$$, 'invalid_input', 'nor to what does not happen'),
  tests.refused('owner_a', $$update_webhook_endpoint({hook}, p_description => ' ')$$, 'invalid_input', 'nor to an empty description');
select is((select e.after ->> 'url' from private.audit_events e where e.row_id = tests.id('hook') and e.action = 'update' order by e.id desc limit 1), 'https://hooks.example/v2', 'which is recorded');

-- trying it: a delivery to it alone, and again once that one is done
select tests.keep('tested', (a ->> 'delivery_id')::uuid), tests.keep('tested_event', (a ->> 'event_id')::uuid) from tests.call('owner_a', 'send_test_webhook({hook})') a;
select results_eq($$select v.type, v.data, v.organisation_id, d.endpoint_id, d.status, d.attempts from public.webhook_deliveries d join public.webhook_events v on v.id = d.event_id where d.id = tests.id('tested')$$,
  $$values ('webhook.test', jsonb_build_object('endpoint_id', tests.id('hook')), tests.id('org_a'), tests.id('hook'), 'pending', 0)$$, 'a test is a delivery like any other');
select is((select count(*) from pgmq.q_webhooks q where q.message #>> '{payload,delivery_id}' = tests.id('tested')::text), 1::bigint, 'in the queue');
select tests.refused('owner_a', 'redeliver_webhook({tested})', 'webhook_delivery_pending', 'what is under way is not sent twice');
select tests.affects(a, 'select from public.webhook_deliveries', case a when 'owner_a' then 1 else 0 end, a || ': deliveries') , tests.affects(a, 'select from public.webhook_events', case a when 'owner_a' then 1 else 0 end, a || ': events')
from unnest(array['owner_a', 'manager_a', 'staff_a', 'owner_b', 'stranger']) a;

-- switching off cancels what waits; only what is on is sent to
select tests.answers('owner_a', 'update_webhook_endpoint({hook}, p_is_enabled => false)', '{"is_enabled": false, "disabled_because": "by_hand"}', 'off');
select results_eq($$select d.status, d.next_attempt_at, d.finished_at is not null from public.webhook_deliveries d where d.id = tests.id('tested')$$, $$values ('cancelled', null::timestamptz, true)$$, 'what waited is cancelled');
select is((select count(*) from pgmq.q_webhooks), 0::bigint, 'and out of the queue');
select tests.refused('owner_a', 'send_test_webhook({hook})', 'webhook_endpoint_disabled', 'no test'), tests.refused('owner_a', 'redeliver_webhook({tested})', 'webhook_endpoint_disabled', 'no repeat');
update public.webhook_endpoints set failures = 3, failing_since = now() where id = tests.id('hook');
select tests.answers('owner_a', 'update_webhook_endpoint({hook}, p_is_enabled => true)', '{"is_enabled": true, "disabled_because": null, "failures": 0, "failing_since": null}', 'on again, it starts afresh');
select tests.answers('owner_a', 'redeliver_webhook({tested})', jsonb_build_object('delivery_id', tests.id('tested'), 'event_id', tests.id('tested_event')), 'what was cancelled can be sent again');
select results_eq($$select d.status, d.finished_at from public.webhook_deliveries d where d.id = tests.id('tested')$$, $$values ('pending', null::timestamptz)$$, 'it waits');
select is((select count(*) from pgmq.q_webhooks), 1::bigint, 'in the queue, once');
select tests.refused(a.actor, 'redeliver_webhook({tested})', a.code, a.actor || ' does not send again')
from (values ('manager_a', 'permission_denied'), ('owner_b', 'webhook_delivery_not_found'), ('stranger', 'webhook_delivery_not_found'), ('authenticated', 'not_authenticated'), ('anon', '42501'), ('service_role', '42501')) a (actor, code);
select tests.refused('owner_a', format('redeliver_webhook(%L)', gen_random_uuid()), 'webhook_delivery_not_found', 'nor what is not there');

-- a plan that ends: nothing new, while what is there can be removed
update public.organisations set tier = 'pro' where id = tests.id('org_a');
select tests.pay_for('org_a', '{}');
select tests.refused('owner_a', c.call, 'entitlement_exceeded', 'without the add-on: no ' || c.name) from calls c where c.name in ('create', 'test');
select tests.refused('owner_a', 'redeliver_webhook({tested})', 'entitlement_exceeded', 'no repeat');
select is((tests.attempt('owner_a', 'update_webhook_endpoint({hook}, p_is_enabled => false)')).state, '00000', 'it can be switched off');
select tests.refused('owner_a', 'update_webhook_endpoint({hook}, p_is_enabled => true)', 'entitlement_exceeded', 'not on');
select tests.pay_for('org_a', '{integrations}');
select tests.refused('owner_a', 'update_webhook_endpoint({hook}, p_is_enabled => true)', 'entitlement_exceeded', 'nor while there are more than the plan has');
update public.organisations set tier = 'enterprise' where id = tests.id('org_a');
select is((tests.attempt('owner_a', 'update_webhook_endpoint({hook}, p_is_enabled => true)')).state, '00000', 'an upgrade opens it');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', c.call, 'subscription_inactive', 'read-only: no ' || c.name) from calls c;
select tests.refused('owner_a', 'redeliver_webhook({tested})', 'subscription_inactive', 'read-only: no repeat');
select tests.affects(a, 'select from public.webhook_endpoints', case a when 'owner_a' then 4 else 0 end, 'read-only: what is seen by ' || a) from unnest(array['owner_a', 'manager_a', 'owner_b', 'stranger']) a;
update public.organisations set subscription_status = 'active' where id = tests.id('org_a');

-- replacing the secret: two sign for a while, never three
select tests.refused('owner_a', format('rotate_webhook_secret({hook}, %s)', h), 'invalid_input', 'an overlap of ' || h) from unnest(array['-1', '169', 'null']) h;
select tests.keep('second', tests.id('hook'), tests.call('owner_a', 'rotate_webhook_secret({hook})') ->> 'secret');
create function pg_temp.signing() returns text[] language sql as $$
  select array_agg(n.name order by n.name) from private.webhook_secrets s join vault.decrypted_secrets v on v.id = s.id join tests.ids n on n.secret = v.decrypted_secret
  where s.endpoint_id = tests.id('hook') and (s.expires_at is null or s.expires_at > now())
$$;
select is(pg_temp.signing(), array['hook', 'second'], 'both sign');
select is((select s.expires_at from private.webhook_secrets s where s.endpoint_id = tests.id('hook') and s.expires_at is not null), now() + interval '24 hours', 'for a day');
select tests.keep('third', tests.id('hook'), a ->> 'secret'), is((a ->> 'previous_signs_until')::timestamptz, now() + interval '2 hours', 'or as long as is asked for') from tests.call('owner_a', 'rotate_webhook_secret({hook}, 2)') a;
select is(pg_temp.signing(), array['second', 'third'], 'the oldest is forgotten');
select is((select count(*) from vault.decrypted_secrets v where v.decrypted_secret = tests.secret('hook')), 0::bigint, 'in the vault, too');
select tests.keep('fourth', tests.id('hook'), tests.call('owner_a', 'rotate_webhook_secret({hook}, 0)') ->> 'secret');
select is(pg_temp.signing(), array['fourth'], 'without an overlap the new one is alone');
select throws_ok($$insert into private.webhook_secrets (id, organisation_id, endpoint_id) values (gen_random_uuid(), tests.id('org_a'), tests.id('hook'))$$, '23505', null, 'one secret is the present one');
select tests.call('owner_a', 'rotate_webhook_secret({hook})');
update private.webhook_secrets set expires_at = now() - interval '1 second' where expires_at is not null;
select cmp_ok(private.purge_expired(), '>=', 1, 'what has ceased to sign');
select is((select count(*) from vault.decrypted_secrets v where v.decrypted_secret = tests.secret('fourth')), 0::bigint, 'is purged');

-- by hand, not by the thousand
create function pg_temp.try_often() returns text language plpgsql as $$
declare v tests.outcome;
begin
  for i in 1..40 loop
    v := tests.attempt('owner_a', 'send_test_webhook({hook})');
    exit when v.state <> '00000';
  end loop;
  return v.message;
end $$;
select is(pg_temp.try_often(), 'rate_limited', 'tests are limited');
update public.webhook_deliveries set status = 'failed', next_attempt_at = null, finished_at = now();
select tests.refused('owner_a', 'redeliver_webhook({tested})', 'rate_limited', 'and repeats with them');

-- removing: with everything, in the vault too
select tests.answers('owner_a', 'delete_webhook_endpoint({hook})', '{"deleted": true}', 'the owner removes it');
select is((select count(*) from public.webhook_deliveries d where d.endpoint_id = tests.id('hook')) + (select count(*) from private.webhook_secrets s where s.endpoint_id = tests.id('hook'))
  + (select count(*) from pgmq.q_webhooks) + (select count(*) from vault.secrets s where s.description like '%' || tests.id('hook')), 0::bigint, 'nothing of it is left');
select tests.refused('owner_a', 'delete_webhook_endpoint({hook})', 'webhook_endpoint_not_found', 'once');
select is((select count(*) from vault.secrets s where s.description like 'webhook endpoint %'), 3::bigint, 'the others'' secrets are');
delete from public.webhook_events;
delete from public.webhook_endpoints;
select is((select count(*) from vault.secrets s where s.description like 'webhook endpoint %'), 0::bigint, 'however an endpoint goes, its secret goes along');

-- nobody writes past the functions
select tests.refused('owner_a', w, '42501', 'not by hand: ' || w) from unnest(array[
  $$insert into public.webhook_endpoints (organisation_id, url, event_types) values ({org_a}, 'https://x.example/', '{order.placed}')$$, $$update public.webhook_endpoints set url = 'https://x.example/'$$, 'delete from public.webhook_endpoints',
  $$update public.webhook_deliveries set status = 'pending'$$, 'delete from public.webhook_events', $$insert into public.webhook_event_types values ('x.y', 'z')$$]) w;
select tests.affects('stranger', 'select from public.webhook_event_types', 13, 'what can happen is no secret'), tests.refused('anon', 'select from public.webhook_event_types', '42501', 'though not for guests');

select * from finish();
rollback;
