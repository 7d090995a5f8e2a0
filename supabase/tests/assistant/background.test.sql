-- Background work: who may ask, what a worker is told, and that an answer is written with the right of whoever asked, as it is
-- when the answer comes, once, whole or not at all.
begin;
select plan(158);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id in (tests.id('org_a'), tests.id('org_b'));

create function pg_temp.translate(p_name text, p_actor text default 'manager_a1', p_venue text default 'venue_a1', p_locale text default 'fr') returns uuid language sql as $$
  select tests.keep(p_name, (tests.call(p_actor, format('translate_menu({%s}, %L)', p_venue, p_locale)) ->> 'job_id')::uuid)
$$;
create function pg_temp.ask(p_name text) returns jsonb language sql as $$
  select tests.call('service_role', format('start_assistant_job({%s})', p_name));
  select tests.call('service_role', format('take_assistant_job_budget({%s}, ''model-1'', 900, 100, 50)', p_name));
  select tests.call('service_role', format('note_assistant_response({%1$s}, %2$L)', p_name, 'resp_' || p_name))
$$;
create function pg_temp.asked(p_name text, p_actor text default 'manager_a1', p_venue text default 'venue_a1', p_locale text default 'fr') returns text language plpgsql as $$
begin
  perform pg_temp.translate(p_name, p_actor, p_venue, p_locale), pg_temp.ask(p_name);
  return null;
end $$;
create function pg_temp.answer(p_name text) returns jsonb language sql as $$
  select jsonb_build_object('texts', jsonb_agg(jsonb_build_object('ref', s.ref, 'name', 'fr ' || s.name, 'description', case when s.description is not null then 'fr ' || s.description end) order by s.ref))
  from public.assistant_jobs j cross join jsonb_to_recordset(j.input) s (ref integer, name text, description text) where j.id = tests.id(p_name)
$$;
create function pg_temp.finish(p_name text, p_answer jsonb default null) returns text language sql as $$
  select format('finish_assistant_job({%s}, %L, 100, 20, 30)', p_name, coalesce(p_answer, pg_temp.answer(p_name), '{}'))
$$;
create function pg_temp.written(p_venue text default 'venue_a1', p_locale text default 'fr') returns bigint language sql as $$
  select count(*) from public.menu_translations t where t.venue_id = tests.id(p_venue) and t.locale = p_locale
$$;
create function pg_temp.sent(p_topic text) returns bigint language sql as $$
  select count(*) from private.outbox o where o.topic = 'assistant_job.' || p_topic
$$;
create function pg_temp.clear() returns text language sql as $$
  delete from public.menu_translations; delete from public.assistant_jobs;
  select null::text
$$;

-- who may ask
select tests.verdict(o, o.state = '00000', a || ' asks') from unnest(array['owner_a', 'manager_a', 'manager_a1']) a, tests.attempt(a, 'translate_menu({venue_a1}, ''fr'')', true) o;
select tests.refused(a, 'translate_menu({venue_a1}, ''fr'')', 'permission_denied', a || ' asks for no translation'), tests.refused(a, 'read_menu_files({venue_a1}, array[''x''])', 'permission_denied', a || ' has no file read')
from unnest(array['staff_a', 'staff_a1', 'kitchen_a1', 'server_a', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', 'translate_menu({venue_a2}, ''fr'')', 'permission_denied', 'a venue''s manager asks for nothing elsewhere');
select tests.refused('owner_a', format('translate_menu({venue_a1}, %L)', l), 'invalid_input', 'no translation into ' || coalesce(l, 'nothing')) from unnest(array[null, 'xx', 'en', 'FR', 'fr; drop table orders']) l;
update public.organisations set tier = 'pro' where id = tests.id('org_a');
select tests.refused('owner_a', 'translate_menu({venue_a1}, ''fr'')', 'entitlement_exceeded', 'not in this plan'), tests.refused('owner_a', 'read_menu_files({venue_a1}, array[''x''])', 'entitlement_exceeded', 'nor is reading');
update public.organisations set tier = 'enterprise', subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', 'translate_menu({venue_a1}, ''fr'')', 'subscription_inactive', 'not without a subscription'), tests.refused('owner_a', 'read_menu_files({venue_a1}, array[''x''])', 'subscription_inactive', 'nor is a file read');
update public.organisations set subscription_status = 'active' where id = tests.id('org_a');

-- what is asked for, and what is lent for it
select tests.answers('manager_a1', 'translate_menu({venue_a1}, ''fr'')', '{"kind": "translate_menu", "arguments": {"locale": "fr"}, "status": "requested", "reason": null, "result": null}', 'a manager asks');
select tests.keep('first', j.id) is null from public.assistant_jobs j;
select results_eq($$select j.organisation_id, j.venue_id, j.actor_id, j.status, j.expires_at - j.created_at from public.assistant_jobs j$$, $$values (tests.id('org_a'), tests.id('venue_a1'), tests.id('manager_a1'), 'requested', interval '1 hour')$$, 'it is written down, and has an hour');
select results_eq($$select d.job_id, d.venue_id, d.person_id, d.permission, d.expires_at - d.created_at, d.used_at from private.assistant_delegations d$$,
  $$values (tests.id('first'), tests.id('venue_a1'), tests.id('manager_a1'), 'menu.edit', interval '1 hour', null::timestamptz)$$, 'with the right of who asked, for this venue and one permission, for an hour');
select results_eq($$select o.payload from private.outbox o where o.topic = 'assistant_job.requested'$$, $$values (jsonb_build_object('job_id', tests.id('first')))$$, 'a worker is told which job, and nothing else');
select tests.refused('owner_a', 'translate_menu({venue_a1}, ''de'')', 'assistant_job_running', 'one at a time in a venue');
select tests.verdict(o, o.state = '00000', 'another venue has its own') from tests.attempt('owner_a', 'translate_menu({venue_a2}, ''fr'')', true) o;
select tests.affects('manager_a1', 'select 1 from public.assistant_jobs', 1, 'who asked sees it'), tests.affects('owner_a', 'select 1 from public.assistant_jobs', 1, 'so does the owner'), tests.affects('manager_a', 'select 1 from public.assistant_jobs', 0, 'another manager does not'),
  tests.affects('owner_b', 'select 1 from public.assistant_jobs', 0, 'nor another organisation''s owner');
select tests.refused(a, q, '42501', a || ' has no way to a delegation: ' || q) from unnest(array['manager_a1', 'service_role']) a,
  unnest(array['select 1 from private.assistant_delegations', 'insert into private.assistant_delegations (job_id, venue_id, person_id, permission) values ({first}, {venue_a1}, {owner_a}, ''staff.manage'')',
    'update private.assistant_delegations set person_id = {owner_a}', 'select private.with_delegation(null, null)', 'select private.write_translations(null, null)', 'update public.assistant_jobs set actor_id = {owner_a}', 'select private.end_assistant_job(null, null)']) q;

-- a delegation stays as it was given, for the database's owner too
select is((tests.attempt('postgres', 'update private.assistant_delegations set ' || c, true)).state, '42501', 'nobody changes a delegation: ' || c)
from unnest(array['person_id = {owner_a}', 'venue_id = {venue_a2}', 'permission = ''staff.manage''', 'expires_at = expires_at + interval ''1 hour''', 'created_at = now() + interval ''1 day'', expires_at = now() + interval ''1 day 1 hour''']) c;
select is((tests.attempt('postgres', 'update private.assistant_delegations set used_at = now()', true)).state, '00000', 'but that it is used');

-- what a worker is told: the texts by number, and no id
select tests.answers('service_role', 'start_assistant_job({first})', '{"status": "requested", "kind": "translate_menu", "venue": {"locale": "en-GB", "currency": "GBP"}}', 'a worker starts it');
select is((select jsonb_path_query_array(tests.call('service_role', 'start_assistant_job({first})'), '$.texts[*].name')), '["Mains", "Drinks", "Beer", "Burger", "Cola", "Cooking", "Extras", "Bacon", "Cheese", "No bun", "Rare", "Well done"]', 'with all that has no translation, in the order of the menu');
select is((select jsonb_agg(distinct k order by k) from jsonb_array_elements(tests.call('service_role', 'start_assistant_job({first})') -> 'texts') t, jsonb_object_keys(t) k), '["description", "kind", "name", "ref"]', 'by number, without ids');
select ok(tests.call('service_role', 'start_assistant_job({first})')::text !~ (select tests.id('manager_a1')::text), 'nor who asks, but by a pseudonym');
update public.menu_items set name = 'Lager' where id = tests.id('beer_a1');
select is(tests.call('service_role', 'start_assistant_job({first})') #>> '{texts,2,name}', 'Beer', 'started again, it sends what it has sent');
update public.menu_items set name = 'Beer' where id = tests.id('beer_a1');
select tests.answers('service_role', 'take_assistant_job_budget({first}, ''model-1'', 900, 100, 50)', '{"status": "requested"}', 'its share is taken');
select tests.answers('service_role', 'note_assistant_response({first}, ''resp_first'')', '{"status": "asked", "response_id": "resp_first"}', 'the provider has it');
select tests.answers('service_role', 'note_assistant_response({first}, ''resp_other'')', '{"status": "asked", "response_id": "resp_first"}', 'and answers under one name');
select tests.refused('service_role', format('note_assistant_response({first}, %L)', r), 'invalid_input', 'which is a name') from unnest(array[null, '', repeat('x', 201)]) r;
select tests.answers('service_role', 'start_assistant_job({first})', '{"status": "asked"}', 'what is asked is not started'), ok(not tests.call('service_role', 'start_assistant_job({first})') ? 'texts', 'and tells nothing');
select tests.answers('service_role', 'get_assistant_job({first})', '{"status": "asked", "kind": "translate_menu", "response_id": "resp_first", "texts": 12}', 'a worker looks it up');

-- an answer is written by the person, once
select tests.answers('service_role', pg_temp.finish('first'), '{"status": "succeeded", "result": {"written": 12, "skipped": 0, "remaining": 0}}', 'an answer is written');
select is(pg_temp.written(), 12::bigint, 'all of it');
select set_eq($$select t.name from public.menu_translations t where t.menu_item_id = tests.id('burger_a1') or t.category_id = tests.id('mains_a1') or t.group_id = tests.id('extras_a1') or t.option_id = tests.id('rare_a1')$$, array['fr Burger', 'fr Mains', 'fr Extras', 'fr Rare'], 'beside what it translates');
select is((select count(distinct e.actor_id) from private.audit_events e where e.table_name = 'menu_translations' and e.actor_id = tests.id('manager_a1')), 1::bigint, 'in the name of who asked');
select is((select count(*) from private.audit_events e where e.table_name = 'menu_translations' and e.venue_id = tests.id('venue_a1') and e.actor_id is distinct from tests.id('manager_a1')), 0::bigint, 'and of nobody else');
select results_eq($$select j.status, j.input, j.input_tokens, j.output_tokens, j.finished_at is not null from public.assistant_jobs j$$, $$values ('succeeded', null::jsonb, 100, 20, true)$$, 'it has ended, and what was sent is gone');
select isnt((select d.used_at from private.assistant_delegations d), null, 'the right that was lent is used');
select results_eq($$select c.actor_id, c.tool, c.outcome, c.rows_touched, c.arguments from public.assistant_calls c$$, $$values (tests.id('manager_a1'), 'translate_menu', 'ok', 12, jsonb_build_object('job_id', tests.id('first')))$$, 'and the history says so');
select tests.answers('service_role', pg_temp.finish('first', '{"texts": [{"ref": 1, "name": "again"}]}'), '{"status": "succeeded", "result": {"written": 12}}', 'again, it is the same job'), is((select count(*) from public.menu_translations t where t.name = 'again'), 0::bigint, 'and writes nothing');
select tests.refused('manager_a1', 'translate_menu({venue_a1}, ''fr'')', 'nothing_to_translate', 'now there is nothing left');
select is((select count(*) from public.menu_version_translations v where v.venue_id = tests.id('venue_a1')), 0::bigint, 'guests see nothing of it');
select tests.refused('manager_a1', 'cancel_assistant_job({first})', 'assistant_job_closed', 'what has ended is not called off');
select tests.answers('service_role', 'fail_assistant_job({first}, ''late'')', '{"status": "succeeded", "reason": null}', 'nor does it fail');
select is((tests.attempt('postgres', 'update private.assistant_delegations set used_at = null', true)).state, '42501', 'and its right is not used again');

-- what people did meanwhile stays theirs
select pg_temp.clear(), pg_temp.asked('meanwhile') is null;
select tests.call('owner_a', 'update public.menu_items set name = ''Lager'' where id = {beer_a1}') is null, tests.insert('ours', 'owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, 'fr', {cola_a1}, 'Coca')$$) is null,
  tests.call('owner_a', 'delete from public.modifier_options where id = {nobun_a1}') is null, tests.call('owner_a', 'update public.menu_items set description = ''With chips'' where id = {burger_a1}') is null;
select tests.answers('service_role', pg_temp.finish('meanwhile'), '{"status": "succeeded", "result": {"written": 8, "skipped": 4, "remaining": 2}}', 'what was renamed, described, translated or removed meanwhile is left alone');
select is((select t.name from public.menu_translations t where t.menu_item_id = tests.id('cola_a1')), 'Coca', 'above all what people have translated');
update public.menu_items set name = 'Beer' where id = tests.id('beer_a1');
select pg_temp.asked('rest') is null, tests.answers('service_role', pg_temp.finish('rest'), '{"result": {"written": 2, "skipped": 0, "remaining": 0}}', 'asked again, it is the rest');
select is((select t.description from public.menu_translations t where t.menu_item_id = tests.id('burger_a1')), 'fr With chips', 'with descriptions where there are some');

-- the right is asked for again: as it is when the answer comes
create temporary table losses (what text, loss text, reason text);
insert into losses values ('their role', 'update public.memberships set role = ''staff'' where user_id = {temp} and organisation_id = {org_a}', 'permission_denied'), ('their membership', 'delete from public.memberships where user_id = {temp} and organisation_id = {org_a}', 'permission_denied'),
  ('their membership of this venue', 'update public.memberships set venue_id = {venue_a2} where user_id = {temp} and organisation_id = {org_a}', 'permission_denied'), ('the plan', 'update public.organisations set tier = ''pro'' where id = {org_a}', 'entitlement_exceeded'),
  ('the subscription', 'update public.organisations set subscription_status = ''canceled'' where id = {org_a}', 'subscription_inactive'),
  ('the hour', 'update private.assistant_delegations set created_at = created_at - interval ''1 hour'', expires_at = expires_at - interval ''1 hour''', 'delegation_ended'), ('the delegation', 'delete from private.assistant_delegations', 'delegation_ended'),
  ('the delegation, used', 'update private.assistant_delegations set used_at = now()', 'delegation_ended');
select tests.join_member('temp', 'owner_a', 'org_a', 'manager', 'venue_a1'), tests.join_member('elsewhere', 'owner_b', 'org_b', 'manager');
insert into public.memberships (organisation_id, user_id, role) values (tests.id('org_b'), tests.id('temp'), 'manager');
create function pg_temp.lose(p_loss text, p_when text) returns text language plpgsql as $$
declare
  v_answer jsonb;
  v_job public.assistant_jobs;
begin
  perform pg_temp.clear(), pg_temp.translate('lost', 'temp');
  if p_when = 'later' then perform pg_temp.ask('lost'); end if;
  v_answer := pg_temp.answer('lost');
  set constraints all immediate;
  alter table private.assistant_delegations disable trigger keep_delegation;
  execute tests.expand(p_loss);
  alter table private.assistant_delegations enable trigger keep_delegation;
  perform tests.call('service_role', case p_when when 'later' then pg_temp.finish('lost', v_answer) else 'start_assistant_job({lost})' end);
  select * into v_job from public.assistant_jobs j where j.id = tests.id('lost');
  raise exception '% %, % written, input %', v_job.status, v_job.reason, pg_temp.written(), v_job.input using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return sqlerrm;
end $$;
select is(pg_temp.lose(l.loss, w), format('discarded %s, 0 written, input <NULL>', l.reason), format('who has lost %s %s: the result is thrown away', l.what, w)) from losses l, unnest(array['before it was asked', 'later']) w;
select is(pg_temp.lose('select 1', 'later'), 'succeeded <NULL>, 11 written, input <NULL>', 'who has lost nothing: it is written');

-- answers that do not fit
select pg_temp.clear();
create function pg_temp.bad(p_answer text) returns text language plpgsql as $$
declare
  v_job public.assistant_jobs;
begin
  perform pg_temp.asked('bad');
  perform tests.call('service_role', pg_temp.finish('bad', coalesce(p_answer::jsonb, jsonb_set(pg_temp.answer('bad'), '{texts,10,name}', to_jsonb(repeat('x', 121))))));
  select * into v_job from public.assistant_jobs j where j.id = tests.id('bad');
  raise exception '% %, % written', v_job.status, v_job.reason, pg_temp.written() using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return sqlerrm;
end $$;
select is(pg_temp.bad(a), 'failed answer_invalid, 0 written', 'an answer that does not fit fails: ' || coalesce(a, 'the last of eleven is too long')) from unnest(array[null, '{}', '[]', '"x"', '{"texts": 1}', '{"texts": []}', '{"texts": [{"ref": 1, "name": "x"}]}',
  '{"texts": [{"ref": "one", "name": "x"}]}', (select jsonb_build_object('texts', jsonb_agg(jsonb_build_object('ref', n + 1, 'name', 'x')))::text from generate_series(1, 11) n),
  (select jsonb_build_object('texts', jsonb_agg(jsonb_build_object('ref', n, 'name', 'x')))::text from generate_series(1, 12) n), (select jsonb_build_object('texts', jsonb_agg(jsonb_build_object('ref', greatest(n, 2), 'name', 'x')))::text from generate_series(1, 11) n),
  (select jsonb_build_object('texts', jsonb_agg(jsonb_build_object('ref', n, 'name', null)))::text from generate_series(1, 11) n)]) a;
select pg_temp.asked('checked') is null, tests.refused('service_role', 'finish_assistant_job({checked}, null)', 'invalid_input', 'no answer is none'), tests.refused('service_role', 'finish_assistant_job({checked}, ''{}'', -1, 1, 1)', 'invalid_input', 'tokens are counted up'),
  tests.refused('service_role', 'finish_assistant_job({checked}, ''{}'', 1, 1)', 'invalid_input', 'with what they have cost');
select tests.refused('service_role', format('fail_assistant_job({checked}, %L)', r), 'invalid_input', 'a reason is a code') from unnest(array[null, '', 'Because!', repeat('x', 61)]) r;
select tests.refused('service_role', 'fail_assistant_job({checked}, ''x'', 1, 1, -1)', 'invalid_input', 'here, too'), tests.refused('service_role', 'fail_assistant_job({checked}, ''x'', 1)', 'invalid_input', 'as there');
select tests.answers('service_role', 'fail_assistant_job({checked}, ''model_failed'', 7, 0, 1)', '{"status": "failed", "reason": "model_failed", "result": null}', 'without an answer it fails, with a reason'), tests.answers('service_role', pg_temp.finish('checked', '{"texts": []}'), '{"status": "failed"}', 'for good');
select results_eq($$select j.input_tokens, j.input from public.assistant_jobs j where j.id = tests.id('checked')$$, $$values (7, null::jsonb)$$, 'and says what it has cost');
select tests.refused('service_role', format(c, gen_random_uuid()), 'assistant_job_not_found', 'no such job: ' || c) from unnest(array['start_assistant_job(%L)', 'take_assistant_job_budget(%L, ''m'', 1, 1, 1)', 'get_assistant_job(%L)', 'note_assistant_response(%L, ''x'')', 'finish_assistant_job(%L, ''{}'')', 'fail_assistant_job(%L, ''x'')']) c;

-- called off
select pg_temp.clear(), pg_temp.asked('off') is null;
select tests.refused(a, 'cancel_assistant_job({off})', 'assistant_job_not_found', a || ' calls nothing off') from unnest(array['owner_a', 'manager_a', 'stranger']) a;
select tests.answers('manager_a1', 'cancel_assistant_job({off})', '{"status": "cancelled"}', 'who asked calls it off'), tests.answers('manager_a1', 'cancel_assistant_job({off})', '{"status": "cancelled"}', 'twice is once'), is(pg_temp.sent('cancelled'), 1::bigint, 'the provider is told, once');
select tests.answers('service_role', pg_temp.finish('off', '{"texts": []}'), '{"status": "cancelled", "result": null}', 'an answer that comes is not used'), tests.answers('service_role', 'note_assistant_response({off}, ''resp_new'')', '{"status": "cancelled", "response_id": "resp_off"}', 'nor is it asked again'), is(pg_temp.written(), 0::bigint, 'nothing is written');
select pg_temp.translate('soon') is null, tests.call('owner_a', 'remove_member({membership_manager_a1})') is null, tests.answers('manager_a1', 'cancel_assistant_job({soon})', '{"status": "cancelled"}', 'whatever they may do by now');

-- the claims of the worker are its own again, whatever came of it
create function pg_temp.claims_after(p_name text, p_answer jsonb) returns text language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"role": "service_role"}', true);
  perform private.with_delegation(j, p_answer) from public.assistant_jobs j where j.id = tests.id(p_name);
  return current_setting('request.jwt.claims');
end $$;
select pg_temp.clear(), pg_temp.asked('mine', 'manager_a') is null;
select is(pg_temp.claims_after('mine', a), '{"role": "service_role"}', 'nobody is left in whose name a worker goes on') from unnest(array[null, '{}', pg_temp.answer('mine')]) a;
select set_config('request.jwt.claims', '', true);

-- twenty a day
select pg_temp.clear();
insert into public.assistant_jobs (organisation_id, venue_id, actor_id, kind, arguments, status, finished_at, created_at, expires_at)
select tests.id('org_a'), tests.id('venue_a2'), tests.id('owner_a'), 'read_menu', '{}', 'cancelled', now(), now() - a, now() - a + interval '1 hour' from (select make_interval(hours => n) as a from generate_series(5, 24) n) x;
select tests.verdict(o, o.state = '00000', 'after nineteen in a day, one more') from tests.attempt('owner_a', 'translate_menu({venue_a1}, ''fr'')', true) o;
update public.assistant_jobs set created_at = created_at + interval '1 minute', expires_at = expires_at + interval '1 minute';
select tests.refused('owner_a', 'translate_menu({venue_a1}, ''fr'')', 'assistant_job_limit', 'after twenty none, in whatever venue'), ok((tests.attempt('owner_a', 'translate_menu({venue_a1}, ''fr'')')).detail ~ '^20 within 24 hours; the next one after \d{4}-', 'and it says when');
select tests.verdict(o, o.state = '00000', 'that is this organisation''s, and no other''s') from tests.attempt('owner_b', 'translate_menu({venue_b1}, ''fr'')', true) o;

-- large menus come in pieces
select pg_temp.clear();
insert into public.menu_items (venue_id, category_id, name, description, price_minor, position) select tests.id('venue_a1'), tests.id('mains_a1'), 'Dish ' || n, repeat('x', 500), 1, n from generate_series(1, 130) n;
select pg_temp.translate('large', 'owner_a') is null;
select cmp_ok(jsonb_array_length(tests.call('service_role', 'start_assistant_job({large})') -> 'texts'), '<', 125, 'as many texts as one answer can hold'), cmp_ok(jsonb_array_length(tests.call('service_role', 'start_assistant_job({large})') -> 'texts'), '>', 110, 'and no fewer');
update public.menu_items set description = '' where name like 'Dish %';
insert into public.menu_items (venue_id, category_id, name, price_minor, position) select tests.id('venue_a1'), tests.id('mains_a1'), 'Dish ' || n, 1, n from generate_series(131, 450) n;
select tests.call('owner_a', 'cancel_assistant_job({large})') is null, pg_temp.translate('many', 'owner_a') is null;
select is(jsonb_array_length(tests.call('service_role', 'start_assistant_job({many})') -> 'texts'), 400, 'four hundred at most');
select tests.insert('all', 'owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, 'fr', {cola_a1}, 'Coca')$$) is null;
update public.assistant_jobs set input = null where id = tests.id('many');
insert into public.menu_translations (venue_id, locale, category_id, menu_item_id, group_id, option_id, name)
select tests.id('venue_a1'), 'fr', case u.kind when 'category' then u.id end, case u.kind when 'item' then u.id end, case u.kind when 'group' then u.id end, case u.kind when 'option' then u.id end, 'x' from private.untranslated_texts(tests.id('venue_a1'), 'fr') u;
select tests.answers('service_role', 'start_assistant_job({many})', '{"status": "succeeded", "result": {"written": 0}}', 'what others have translated before it starts needs no model');

select * from finish();
rollback;
