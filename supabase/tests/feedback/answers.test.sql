-- Answers: by a guest of the order's session, once, to what was asked. Hiding and showing, and what the summary says.
begin;
select plan(150);
select tests.fixture();
select tests.insert('stars_' || v, 'owner_' || o, format($$insert into public.feedback_questions (venue_id, kind, prompt, position) values ({venue_%s}, 'stars', 'How was it?', 1)$$, v)),
  tests.insert('choice_' || v, 'owner_' || o, format($$insert into public.feedback_questions (venue_id, kind, prompt, choices, position) values ({venue_%s}, 'choice', 'Again?', '{Yes,No}', 2)$$, v)),
  tests.insert('words_' || v, 'owner_' || o, format($$insert into public.feedback_questions (venue_id, kind, prompt, position) values ({venue_%s}, 'text', 'Else?', 3)$$, v))
from (values ('a1', 'a'), ('a2', 'a'), ('b1', 'b')) p (v, o);
create function pg_temp.answers(p jsonb) returns jsonb language sql as $$
  select coalesce(jsonb_agg(jsonb_build_object('question_id', tests.id(a.key || '_a1'), 'answer', a.value)), '[]') from jsonb_each(p) a
$$;
create function pg_temp.leave(p_guest text, p_order text, p jsonb) returns text language sql as $$
  select format('leave_feedback({$%s}, {%s}, %L)', p_guest, p_order, pg_temp.answers(p))
$$;
create function pg_temp.eaten(p_order text, p_status text default 'completed') returns void language sql as $$
  update public.orders set status = p_status where id = tests.id(p_order)
$$;

-- when: once the order is ready, not before, not when it came to nothing
create function pg_temp.when_tests() returns setof text language plpgsql as $$
declare
  v_status text;
  v_may boolean;
begin
  foreach v_status in array array['placed', 'accepted', 'preparing', 'cancelled', 'ready', 'served', 'completed'] loop
    perform pg_temp.eaten('later_a1', v_status);
    v_may := v_status in ('ready', 'served', 'completed');
    return next tests.answers('anon', 'get_feedback_form({$guest_a1}, {later_a1})', jsonb_build_object('is_open', v_may), v_status || ': the form says whether it is open');
    return next tests.verdict(o, case when v_may then o.state = '00000' else tests.refusal_fits(o, 'feedback_not_open') end, format('an order that is %s %s feedback', v_status, case when v_may then 'takes' else 'takes no' end))
      from tests.attempt('anon', pg_temp.leave('guest_a1', 'later_a1', '{"stars": 5}'), true) o;
  end loop;
end $$;
select pg_temp.when_tests();
select tests.refused('anon', pg_temp.leave('guest_a1', 'waiting_a1', '{"stars": 5}'), 'feedback_not_open', 'what is not paid for was not eaten');

-- who: a guest of the session
select pg_temp.eaten('later_a1', 'served');
select tests.refused('anon', format('leave_feedback(%L, {later_a1}, %L)', s, pg_temp.answers('{"stars": 5}')), 'guest_session_invalid', coalesce(s, 'nothing') || ' is no secret') from unnest(array['', 'guess', null]) s;
select tests.refused('anon', pg_temp.leave(g, 'later_a1', '{"stars": 5}'), 'order_not_found', g || ' says nothing about it') from unnest(array['guest2_a1', 'counter_a1', 'guest_a2', 'guest_b1']) g;
select tests.refused('anon', format('leave_feedback({$guest_a1}, null, %L)', pg_temp.answers('{"stars": 5}')), 'order_not_found', 'nothing is no order');
select tests.refused('service_role', pg_temp.leave('guest_a1', 'later_a1', '{"stars": 5}'), '42501', 'machines eat nothing');

-- what: answers to what is asked now, of the kind that is asked
select tests.refused('anon', format('leave_feedback({$guest_a1}, {later_a1}, %L)', b), 'invalid_input', coalesce(left(b, 60), 'null') || ' is no answer')
from (values (null), ('null'), ('[]'), ('{}'), ('"5"'), ('5'), ('[5]'), ('[null]'), ('[[]]'), ('[{}]'), ('[{"question_id": "x", "answer": 5}]'), ('[{"answer": 5}]'), ('[{"question_id": null, "answer": 5}]'),
  ('[{"question_id": "00000000-0000-0000-0000-000000000000", "answer": 5}]'), ((select jsonb_agg(jsonb_build_object('question_id', tests.id('stars_a1'), 'answer', 5)) from generate_series(1, 51))::text),
  ((pg_temp.answers('{"stars": 5}') || pg_temp.answers('{"stars": 5}'))::text), (replace(pg_temp.answers('{"stars": 5}')::text, 'answer', 'stars')), (jsonb_set(pg_temp.answers('{"stars": 5}'), '{0,more}', '1')::text),
  ((pg_temp.answers('{"stars": 4}') || jsonb_build_array(jsonb_build_object('question_id', tests.id('stars_a2'), 'answer', 5)))::text)) v (b);
select tests.refused('anon', pg_temp.leave('guest_a1', 'later_a1', a::jsonb), 'invalid_input', left(a, 60) || ' does not fit its question')
from unnest(array['{"stars": 0}', '{"stars": 6}', '{"stars": 4.5}', '{"stars": "5"}', '{"stars": null}', '{"stars": [5]}', '{"stars": 5e0, "choice": "Maybe"}', '{"choice": "yes"}', '{"choice": 1}', '{"choice": ["Yes"]}', '{"choice": null}',
  '{"words": ""}', '{"words": "  "}', '{"words": 5}', '{"words": null}', '{"words": {"a": 1}}', format('{"words": "%s"}', repeat('x', 2001)), '{"stars": 5, "words": ""}']) a;
select tests.call('owner_a', 'update public.feedback_questions set is_active = false where id = {words_a1}');
select tests.refused('anon', pg_temp.leave('guest_a1', 'later_a1', '{"words": "good"}'), 'invalid_input', 'what is asked no longer is not answered');
select tests.call('owner_a', 'update public.feedback_questions set is_active = true where id = {words_a1}');
select is((select count(*) from public.feedback), 0::bigint, 'what is refused leaves no trace');

-- once
create function pg_temp.left_as(p_name text, p_guest text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_feedback jsonb := tests.call('anon', pg_temp.leave(p_guest, p_name, p));
begin
  perform tests.keep('feedback_' || p_name, (v_feedback ->> 'feedback_id')::uuid);
  return v_feedback;
end $$;
select is(pg_temp.left_as('later_a1', 'guest_a1', '{"stars": 4, "choice": "Yes", "words": " Lovely burger "}') -> 'answers', jsonb_build_object(tests.id('stars_a1')::text, 4, tests.id('choice_a1')::text, 'Yes', tests.id('words_a1')::text, 'Lovely burger'), 'the answers, as they were given');
select is(tests.call('anon', pg_temp.leave('guest_a1', 'later_a1', '{"words": "Lovely burger", "choice": "Yes", "stars": 4}')) ->> 'feedback_id', tests.id('feedback_later_a1')::text, 'the same again is the same feedback');
select tests.refused('anon', pg_temp.leave('guest_a1', 'later_a1', a::jsonb), 'feedback_given', a || ' comes too late') from unnest(array['{"stars": 1}', '{"stars": 4, "choice": "Yes"}', '{"stars": 4, "choice": "Yes", "words": "No"}']) a;
select tests.refused('anon', format('leave_feedback({$guest_a1}, {later_a1}, %L)', b), 'feedback_given', coalesce(b, 'null') || ', too') from unnest(array[null, '5', '[]', '[null]', '[{}]', '{}']) b;
select tests.answers('anon', 'get_feedback_form({$guest_a1}, {later_a1})', '{"is_given": true}', 'the form knows');
select throws_ok($$insert into public.feedback (venue_id, order_id) values (tests.id('venue_a1'), tests.id('later_a1'))$$, '23505', null, 'one per order, by constraint');
select throws_ok(format('insert into public.feedback_answers (venue_id, feedback_id, question_id, kind, stars, choice, body) values (tests.id(%L), tests.id(''feedback_later_a1''), tests.id(%L), %s)', v, q, c), s, null, format('%s of %s as %s is impossible', c, q, v))
from (values ('venue_a1', 'stars_a2', '''stars'', 5, null, null', '23503'), ('venue_a2', 'stars_a2', '''stars'', 5, null, null', '23503')) t (v, q, c, s);
select throws_ok(format('update public.feedback_answers set %s where question_id = tests.id(''stars_a1'')', c), s, null, c || ' is impossible')
from (values ('stars = 6', '23514'), ('stars = 0', '23514'), ('stars = null', '23514'), ('choice = ''Yes''', '23514'), ('stars = null, choice = ''Yes''', '23514'), ('kind = ''text'', stars = null, body = ''x''', '23503')) v (c, s);
select throws_ok($$update public.feedback_answers set body = ' ' where question_id = tests.id('words_a1')$$, '23514', null, 'an empty text is impossible');

select throws_ok($$insert into public.feedback (venue_id, order_id) values (tests.id('venue_a2'), tests.id('paid_a1'))$$, '23503', null, 'feedback is about an order of the venue, by constraint');

-- who reads: analytics.read; nobody writes
select tests.affects('manager_a1', 'select 1 from public.feedback_answers where venue_id = {venue_a1}', 3, 'a manager reads the answers');
select tests.affects(a, 'select 1 from public.feedback_answers', 0, a || ' does not') from unnest(array['staff_a', 'server_a1', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.affects(a, 'select 1 from public.feedback', 0, a || ' does not even see that there are any') from unnest(array['staff_a', 'server_a1', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused(a, format('%s', c), '42501', a || ': ' || c) from unnest(array['owner_a', 'anon', 'service_role']) a,
  unnest(array['insert into public.feedback (venue_id, order_id) values ({venue_a1}, {paid_a1})', 'update public.feedback_answers set stars = 5', 'delete from public.feedback', 'update public.feedback set is_hidden = true']) c;

-- the summary
select tests.place('second', 'guest_a1', 'table', 'pay_later', 'cola_a1'), tests.place('third', 'guest2_a1', 'table', 'pay_later', 'cola_a1'), tests.place('fourth', 'guest2_a1', 'table', 'pay_later', 'cola_a1');
select pg_temp.eaten(o) from unnest(array['second', 'third', 'fourth']) o;
select pg_temp.left_as('second', 'guest_a1', '{"stars": 5, "choice": "Yes"}'), pg_temp.left_as('third', 'guest2_a1', '{"stars": 5, "choice": "No"}'), pg_temp.left_as('fourth', 'guest2_a1', '{"words": "Nasty words"}');
update public.feedback set created_at = now() - interval '1 hour' where id = tests.id('feedback_later_a1');
create function pg_temp.summary(p_from text default '-2 hours', p_until text default '1 second') returns jsonb language sql as $$
  select tests.call('manager_a1', format('get_feedback_summary({venue_a1}, now() + interval %L, now() + interval %L)', p_from, p_until))
$$;
select is(pg_temp.summary() - array['questions', 'from', 'until', 'venue_id'], '{"given": 4, "hidden": 0}', 'four orders were answered');
select is((pg_temp.summary() #> '{questions,0}') - array['question_id'], '{"kind": "stars", "prompt": "How was it?", "is_active": true, "answers": 3, "average_stars": 4.67, "counts": {"4": 1, "5": 2}, "texts": null}', 'stars: how many, on average, of each');
select is((pg_temp.summary() #> '{questions,1}') - array['question_id'], '{"kind": "choice", "prompt": "Again?", "is_active": true, "answers": 3, "average_stars": null, "counts": {"Yes": 2, "No": 1}, "texts": null}', 'choices: how many of each');
select is(jsonb_path_query_array(pg_temp.summary(), '$.questions[2].texts[*].text'), '["Nasty words", "Lovely burger"]', 'texts: the latest first');
select is(pg_temp.summary('-2 hours', '-1 hour') -> 'given', '0', 'the end of a window is not in it');
select is(pg_temp.summary('-1 hour', '-1 minute') -> 'given', '1', 'its beginning is');
select is(jsonb_path_query_array(pg_temp.summary('-1 hour', '-1 minute'), '$.questions[*].answers'), '[1, 1, 1]', 'with its answers only');
select tests.refused(a, 'get_feedback_summary({venue_a1}, now(), now() + interval ''1 hour'')', 'permission_denied', a || ' reads no summary') from unnest(array['staff_a', 'server_a1', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', 'get_feedback_summary({venue_a2}, now(), now() + interval ''1 hour'')', 'permission_denied', 'nor the manager of the other venue');
select tests.refused('owner_a', 'get_feedback_summary({venue_a1}, now(), now() + interval ''93 days'')', 'invalid_input', 'of a quarter at most');

-- hiding and showing
select tests.refused(a, 'moderate_feedback({feedback_fourth}, true, ''insults'')', 'feedback_not_found', a || ' hides nothing') from unnest(array['staff_a', 'server_a1', 'kitchen_a', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', format('moderate_feedback({feedback_fourth}, %s)', c), 'invalid_input', 'not with ' || c) from unnest(array['true, null', 'true, '' ''', 'null, ''x''', 'true, repeat(''x'', 281)']) c;
select tests.answers('manager_a1', 'moderate_feedback({feedback_fourth}, true, '' insults '')', jsonb_build_object('is_hidden', true, 'moderated_by', tests.id('manager_a1'), 'moderation_reason', 'insults'), 'a manager hides, and says why');
select tests.answers('owner_a', 'moderate_feedback({feedback_fourth}, true, ''me, too'')', jsonb_build_object('moderated_by', tests.id('manager_a1'), 'moderation_reason', 'insults'), 'the first decision stands');
select is(pg_temp.summary() - array['questions', 'from', 'until', 'venue_id'], '{"given": 3, "hidden": 1}', 'hidden feedback does not count, but is counted');
select is(jsonb_path_query_array(pg_temp.summary(), '$.questions[2].texts[*].text'), '["Lovely burger"]', 'its words are gone from the summary');
select tests.answers('owner_a', 'moderate_feedback({feedback_fourth}, false, ''fair enough'')', jsonb_build_object('is_hidden', false, 'moderated_by', tests.id('owner_a'), 'moderation_reason', 'fair enough'), 'it can be shown again');
select is(pg_temp.summary() -> 'given', '4', 'and counts again');
select results_eq($$select e.actor_id, (e.after ->> 'is_hidden')::boolean, e.after ->> 'moderation_reason' from private.audit_events e where e.row_id = tests.id('feedback_fourth') and e.actor_id is not null order by e.id$$,
  $$values (tests.id('manager_a1'), true, 'insults'), (tests.id('owner_a'), false, 'fair enough')$$, 'every decision is kept');
select throws_ok(format('update public.feedback set %s where id = tests.id(''feedback_second'')', c), '23514', null, c || ' is impossible') from unnest(array['is_hidden = true', 'moderated_by = gen_random_uuid()', 'moderation_reason = ''x''', 'moderation_reason = '' '', moderated_by = gen_random_uuid()']) c;
update public.feedback set updated_at = '2026-01-01' where id = tests.id('feedback_fourth');
select is((select f.updated_at from public.feedback f where f.id = tests.id('feedback_fourth')), now(), 'and its time, by nobody''s word');

-- a question that is off is listed while it was answered; a window without answers lists what is asked
select tests.call('owner_a', 'update public.feedback_questions set is_active = false where id = {words_a1}');
select is(jsonb_array_length(pg_temp.summary() -> 'questions'), 3, 'an answered question stays in the summary');
select is(jsonb_array_length(pg_temp.summary('1 second', '1 hour') -> 'questions'), 2, 'otherwise only what is asked is there');

-- a closed session still speaks; a read-only organisation still listens
select pg_temp.eaten('paid_a1');
update public.table_sessions set closed_at = now() where id = tests.id('guest_a1');
select tests.answers('anon', pg_temp.leave('guest_a1', 'paid_a1', '{"stars": 3}'), '{}', 'on the way home');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select pg_temp.eaten('till_a1');
select tests.answers('anon', pg_temp.leave('counter_a1', 'till_a1', '{"stars": 3}'), '{}', 'the guest need not know about subscriptions');
select is(pg_temp.summary() -> 'given', '6', 'which read');
select tests.refused('owner_a', 'moderate_feedback({feedback_second}, true, ''x'')', 'subscription_inactive', 'and do not moderate');

select * from finish();
rollback;
