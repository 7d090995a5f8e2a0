-- Asking, answering, hiding, summing up.

create function private.require_guest_order(p_guest private.guest, p_order_id uuid) returns public.orders
language plpgsql stable set search_path = '' as $$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o
  where o.venue_id = p_guest.venue_id and o.id = p_order_id and o.session_id = p_guest.session_id;
  if not found then
    perform private.fail('order_not_found');
  end if;
  return v_order;
end $$;
comment on function private.require_guest_order(private.guest, uuid) is 'An order of the guest''s own session. Errors: order_not_found.';

create function public.get_feedback_form(p_session_token text, p_order_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_guest private.guest := private.require_guest(p_session_token);
  v_order public.orders := private.require_guest_order(v_guest, p_order_id);
begin
  return jsonb_build_object('order_id', v_order.id,
    'is_open', v_order.status in ('ready', 'served', 'completed'),
    'is_given', exists (select 1 from public.feedback f where f.venue_id = v_order.venue_id and f.order_id = v_order.id),
    'questions', (
      select coalesce(jsonb_agg(jsonb_build_object('question_id', q.id, 'kind', q.kind, 'prompt', q.prompt, 'choices', q.choices) order by q.position, q.created_at, q.id), '[]')
      from public.feedback_questions q where q.venue_id = v_order.venue_id and q.is_active));
end $$;
comment on function public.get_feedback_form(text, uuid) is
  'What a guest may be asked about an order of their session: {order_id, is_open, is_given, questions: [{question_id, kind, prompt, '
  'choices}]}. Definer: guests have no access to tables. Errors: guest_session_invalid, order_not_found.';
grant execute on function public.get_feedback_form(text, uuid) to anon, authenticated;

create function private.check_answers(p_venue_id uuid, p_answers jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  c_uuid constant text := '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$';
  v_problem text;
begin
  if coalesce(jsonb_typeof(p_answers), '') <> 'array' or jsonb_array_length(p_answers) not between 1 and 50 then
    perform private.fail('invalid_input', 'p_answers: an array of 1 to 50 answers');
  end if;
  select format('p_answers[%s]: %s', a.ordinality - 1, case
      when jsonb_typeof(a.value) <> 'object' or a.value - array['question_id', 'answer'] <> '{}' then 'an object with question_id and answer only'
      else 'question_id: a uuid' end) into v_problem
  from jsonb_array_elements(p_answers) with ordinality a
  where jsonb_typeof(a.value) <> 'object' or a.value - array['question_id', 'answer'] <> '{}' or coalesce(a.value ->> 'question_id', '') !~ c_uuid
  order by a.ordinality limit 1;
  if v_problem is null then
    select format('p_answers[%s]: %s', a.ordinality - 1, case
        when q.id is null then 'no question that the venue asks'
        when a.is_repeated then 'the question is answered twice'
        else case q.kind when 'stars' then 'answer: 1 to 5' when 'choice' then 'answer: one of the choices' else 'answer: a text of 1 to 2000 characters' end
      end) into v_problem
    from (
      select e.ordinality, e.value -> 'answer' as answer, (e.value ->> 'question_id')::uuid as question_id,
        count(*) over (partition by (e.value ->> 'question_id')::uuid) > 1 as is_repeated
      from jsonb_array_elements(p_answers) with ordinality e
    ) a
    left join public.feedback_questions q on q.venue_id = p_venue_id and q.id = a.question_id and q.is_active
    where q.id is null or a.is_repeated or not coalesce(case q.kind
      when 'stars' then jsonb_typeof(a.answer) = 'number' and a.answer #>> '{}' ~ '^[1-5]$'
      when 'choice' then jsonb_typeof(a.answer) = 'string' and a.answer #>> '{}' = any (q.choices)
      else jsonb_typeof(a.answer) = 'string' and length(trim(a.answer #>> '{}')) between 1 and 2000 end, false)
    order by a.ordinality limit 1;
  end if;
  if v_problem is not null then
    perform private.fail('invalid_input', v_problem);
  end if;
end $$;
comment on function private.check_answers(uuid, jsonb) is
  'Refuses answers to questions that the venue does not ask now, or of another kind than asked. Errors: invalid_input.';

create function private.given_answers(p_venue_id uuid, p_feedback_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_object_agg(a.question_id, case a.kind when 'stars' then to_jsonb(a.stars) when 'choice' then to_jsonb(a.choice) else to_jsonb(a.body) end)
  from public.feedback_answers a where a.venue_id = p_venue_id and a.feedback_id = p_feedback_id
$$;
comment on function private.given_answers(uuid, uuid) is 'The answers of one feedback: {question_id: answer}.';

create function public.leave_feedback(p_session_token text, p_order_id uuid, p_answers jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_guest private.guest := private.require_guest(p_session_token);
  v_order public.orders := private.require_guest_order(v_guest, p_order_id);
  v_feedback uuid;
  v_given jsonb;
begin
  if v_order.status not in ('ready', 'served', 'completed') then
    perform private.fail('feedback_not_open', 'the order is ' || v_order.status);
  end if;
  -- Of ten devices that answer at once, this statement lets one in; the others wait for it and find its answers.
  insert into public.feedback (venue_id, order_id) values (v_order.venue_id, v_order.id)
  on conflict on constraint one_feedback_per_order do nothing returning id into v_feedback;
  if found then
    perform private.check_answers(v_order.venue_id, p_answers);
    insert into public.feedback_answers (venue_id, feedback_id, question_id, kind, stars, choice, body)
    select v_order.venue_id, v_feedback, q.id, q.kind, case q.kind when 'stars' then (a.value ->> 'answer')::integer end,
      case q.kind when 'choice' then a.value ->> 'answer' end, case q.kind when 'text' then trim(a.value ->> 'answer') end
    from jsonb_array_elements(p_answers) a
    join public.feedback_questions q on q.venue_id = v_order.venue_id and q.id = (a.value ->> 'question_id')::uuid;
    v_given := private.given_answers(v_order.venue_id, v_feedback);
  else
    select f.id, private.given_answers(f.venue_id, f.id) into v_feedback, v_given
    from public.feedback f where f.venue_id = v_order.venue_id and f.order_id = v_order.id;
    -- The same answers are the same request, sent again because its answer was lost; with others somebody was first.
    if not coalesce(jsonb_typeof(p_answers) = 'array', false) or v_given is distinct from (
      select jsonb_object_agg(coalesce(lower(a.value ->> 'question_id'), ''), case jsonb_typeof(a.value -> 'answer')
        when 'string' then to_jsonb(trim(a.value ->> 'answer')) else a.value -> 'answer' end)
      from jsonb_array_elements(p_answers) a
    ) then
      perform private.fail('feedback_given');
    end if;
  end if;
  return jsonb_build_object('feedback_id', v_feedback, 'order_id', v_order.id, 'answers', v_given);
end $$;
comment on function public.leave_feedback(text, uuid, jsonb) is
  'A guest''s answers about an order of their session that is ready, served or completed: p_answers = [{question_id, answer}], 1 '
  'to 50 of them, answer being 1 to 5 (stars), one of the choices, or a text of up to 2000 characters. Once per order. Returns '
  '{feedback_id, order_id, answers: {question_id: answer}}; a repeat with the same answers returns the same. Definer: guests have '
  'no access to tables. Errors: guest_session_invalid, order_not_found, feedback_not_open, feedback_given, invalid_input.';
grant execute on function public.leave_feedback(text, uuid, jsonb) to anon, authenticated;

create function public.moderate_feedback(p_feedback_id uuid, p_is_hidden boolean, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_feedback public.feedback;
begin
  perform private.require_user();
  select * into v_feedback from public.feedback f
  where f.id = p_feedback_id and f.venue_id = any (private.venues_with('analytics.read')) for no key update;
  if not found then
    perform private.fail('feedback_not_found');
  end if;
  perform private.require_venue('settings.edit', v_feedback.venue_id);
  if p_is_hidden is null or length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'p_is_hidden: true or false; p_reason: 1 to 280 characters');
  end if;
  if v_feedback.is_hidden <> p_is_hidden then
    update public.feedback f set is_hidden = p_is_hidden, moderated_by = auth.uid(), moderation_reason = trim(p_reason)
    where f.id = p_feedback_id returning * into v_feedback;
  end if;
  return jsonb_build_object('feedback_id', v_feedback.id, 'is_hidden', v_feedback.is_hidden, 'moderated_by', v_feedback.moderated_by,
    'moderation_reason', v_feedback.moderation_reason);
end $$;
comment on function public.moderate_feedback(uuid, boolean, text) is
  'Hides feedback from the summary, or shows it again, with a reason; who and why stay with it and in the audit history. Needs '
  'settings.edit. Returns {feedback_id, is_hidden, moderated_by, moderation_reason}; a repeat returns the first decision. '
  'Definer: clients do not write feedback. Errors: not_authenticated, feedback_not_found, permission_denied, '
  'subscription_inactive, invalid_input.';
grant execute on function public.moderate_feedback(uuid, boolean, text) to authenticated;

create function public.get_feedback_summary(p_venue_id uuid, p_from timestamptz, p_until timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_venue('analytics.read', p_venue_id);
  perform private.check_window(p_from, p_until);
  return (
    with given as materialized (
      select f.id, f.order_id, f.created_at, f.is_hidden from public.feedback f
      where f.venue_id = p_venue_id and f.created_at >= p_from and f.created_at < p_until
    ), answers as materialized (
      select a.question_id, a.kind, a.stars, a.choice, a.body, g.order_id, g.created_at, g.id,
        row_number() over (partition by a.question_id order by g.created_at desc, g.id) as latest
      from given g join public.feedback_answers a on a.venue_id = p_venue_id and a.feedback_id = g.id
      where not g.is_hidden
    ), counted as (
      select v.question_id, jsonb_object_agg(v.value, v.times) as counts
      from (select a.question_id, coalesce(a.stars::text, a.choice) as value, count(*) as times from answers a where a.kind <> 'text' group by 1, 2) v
      group by v.question_id
    ), summed as (
      select a.question_id, count(*) as answers, round(avg(a.stars), 2) as average_stars,
        jsonb_agg(jsonb_build_object('feedback_id', a.id, 'order_id', a.order_id, 'left_at', a.created_at, 'text', a.body) order by a.latest)
          filter (where a.kind = 'text' and a.latest <= 20) as texts
      from answers a group by a.question_id
    )
    select jsonb_build_object('venue_id', p_venue_id, 'from', p_from, 'until', p_until,
      'given', (select count(*) from given g where not g.is_hidden), 'hidden', (select count(*) from given g where g.is_hidden),
      'questions', coalesce(jsonb_agg(jsonb_build_object('question_id', q.id, 'kind', q.kind, 'prompt', q.prompt, 'is_active', q.is_active,
        'answers', coalesce(s.answers, 0), 'average_stars', s.average_stars, 'counts', c.counts, 'texts', s.texts) order by q.position, q.created_at, q.id), '[]'))
    from public.feedback_questions q
    left join summed s on s.question_id = q.id
    left join counted c on c.question_id = q.id
    where q.venue_id = p_venue_id and (q.is_active or s.answers > 0));
end $$;
comment on function public.get_feedback_summary(uuid, timestamptz, timestamptz) is
  'Feedback of a venue in a window of at most 92 days, without what is hidden: {venue_id, from, until, given, hidden, questions: '
  '[{question_id, kind, prompt, is_active, answers, average_stars, counts: {stars or choice: times}, texts: [the latest 20: '
  '{feedback_id, order_id, left_at, text}]}]}; questions that are off are listed when they were answered. Needs analytics.read. '
  'Definer: read below the policies, in one query. Errors: not_authenticated, permission_denied, invalid_input.';
grant execute on function public.get_feedback_summary(uuid, timestamptz, timestamptz) to authenticated;
