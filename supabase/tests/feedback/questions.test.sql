-- What a venue asks: kinds that fit their choices, and nothing is ever reworded.
begin;
select plan(35);
select tests.fixture();

select tests.answers('manager_a1', q, '{}', 'a manager asks: ' || q) from unnest(array['get_feedback_summary({venue_a1}, now(), now() + interval ''1 hour'')']) q;
select tests.insert('stars', 'manager_a1', $$insert into public.feedback_questions (venue_id, kind, prompt, position) values ({venue_a1}, 'stars', 'How was it?', 1)$$);
select tests.insert('choice', 'owner_a', $$insert into public.feedback_questions (venue_id, kind, prompt, choices, position) values ({venue_a1}, 'choice', 'Will you come back?', '{Yes,No}', 2)$$);
select tests.insert('words', 'owner_a', $$insert into public.feedback_questions (venue_id, kind, prompt, position) values ({venue_a1}, 'text', 'Anything else?', 3)$$);
select tests.insert('elsewhere', 'owner_a', $$insert into public.feedback_questions (venue_id, kind, prompt) values ({venue_a2}, 'stars', 'How was it there?')$$);
select tests.refused(a, $$insert into public.feedback_questions (venue_id, kind, prompt) values ({venue_a1}, 'stars', 'Mine')$$, '42501', a || ' asks nothing') from unnest(array['staff_a', 'server_a1', 'kitchen_a', 'owner_b', 'stranger', 'anon']) a;
select tests.refused('manager_a1', $$insert into public.feedback_questions (venue_id, kind, prompt) values ({venue_a2}, 'stars', 'Mine')$$, '42501', 'a venue''s manager asks in the venue only');
select tests.refused('owner_a', format('insert into public.feedback_questions (venue_id, kind, prompt, choices) values ({venue_a1}, %s)', v), '23514', v || ' is no question')
from unnest(array[$$'number', 'How many?', null$$, $$'stars', ' ', null$$, $$'choice', 'Which?', null$$, $$'stars', 'How?', '{a,b}'$$, $$'choice', 'Which?', '{A}'$$, $$'choice', 'Which?', '{}'$$, $$'choice', 'Which?', '{a,null}'$$, $$'choice', 'Which?', '{a,""}'$$,
  $$'choice', 'Which?', '{{a,b},{c,d}}'$$, $$'text', repeat('x', 281), null$$, $$'choice', 'Which?', array[repeat('x', 1000), 'y']$$, $$'choice', 'Which?', string_to_array('a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u', ',')$$]) v;
select tests.refused('owner_a', format('update public.feedback_questions set %s where id = {stars}', s), '42501', 'nobody changes ' || s) from unnest(array['prompt = ''How bad was it?''', 'kind = ''text''', 'choices = ''{a,b}''', 'venue_id = {venue_a2}']) s;
select tests.refused('owner_a', 'delete from public.feedback_questions where id = {stars}', '42501', 'or takes a question back');
select tests.affects('manager_a1', 'update public.feedback_questions set is_active = false where id = {words}', 1, 'a question is switched off');
select tests.affects('staff_a', 'update public.feedback_questions set is_active = true where id = {words}', 0, 'by who may');
select throws_ok($$insert into public.feedback_questions (venue_id, kind, prompt) values (gen_random_uuid(), 'stars', 'Whose?')$$, '23503', null, 'a question belongs to a venue');
update public.feedback_questions set updated_at = '2026-01-01' where id = tests.id('words');
select is((select q.updated_at from public.feedback_questions q where q.id = tests.id('words')), now(), 'when it was changed is nobody''s word');
select is((select array_agg(e.actor_id order by e.id) from private.audit_events e where e.row_id = tests.id('words') and e.actor_id is not null), array[tests.id('owner_a'), tests.id('manager_a1')], 'and who asked it and who switched it off is kept');

-- the form that guests see
select tests.answers('anon', 'get_feedback_form({$guest_a1}, {later_a1})', jsonb_build_object('is_open', false, 'is_given', false), 'before the order is ready the form is closed');
select is(tests.call('anon', 'get_feedback_form({$guest_a1}, {later_a1})') -> 'questions', jsonb_build_array(
  jsonb_build_object('question_id', tests.id('stars'), 'kind', 'stars', 'prompt', 'How was it?', 'choices', null),
  jsonb_build_object('question_id', tests.id('choice'), 'kind', 'choice', 'prompt', 'Will you come back?', 'choices', jsonb_build_array('Yes', 'No'))), 'the questions that are on, in their order');
select tests.refused('anon', 'get_feedback_form(''a guess'', {later_a1})', 'guest_session_invalid', 'a guessed secret opens no form');
select tests.refused('anon', 'get_feedback_form({$guest2_a1}, {later_a1})', 'order_not_found', 'nor does the next table''s');
select tests.refused('anon', 'get_feedback_form({$guest_b1}, {later_a1})', 'order_not_found', 'or another restaurant''s');

select * from finish();
rollback;
