-- What the assistant did and what it cost, by the day, for who pays for it; and how long conversations are kept.

create function public.get_assistant_summary(p_organisation_id uuid, p_from date, p_until date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_days jsonb;
  v_tools jsonb;
begin
  perform private.require_organisation('billing.read', p_organisation_id);
  perform private.check_days(p_from, p_until);
  with calls as materialized (
    select c.*, private.business_date(coalesce(v.timezone, 'UTC'), coalesce(v.day_starts_at, '00:00'), c.called_at) as day
    from public.assistant_calls c left join public.venues v on v.id = c.venue_id
    where c.organisation_id = p_organisation_id and c.called_at >= p_from - interval '2 days' and c.called_at < p_until + interval '3 days'
  ), days as (
    select c.day, count(*) filter (where c.model is not null) as turns, count(*) filter (where c.model is null) as tool_calls, count(*) filter (where c.outcome <> 'ok') as refused,
      count(*) filter (where c.tool = 'confirm_proposal') as confirmed, count(distinct c.actor_id) as people
    from calls c where c.day between p_from and p_until group by c.day
  ), used as (
    select u.* from private.assistant_usage u where u.organisation_id = p_organisation_id and u.day between p_from and p_until
  )
  select
    (select jsonb_agg(jsonb_build_object('day', coalesce(d.day, u.day), 'turns', coalesce(d.turns, 0), 'tool_calls', coalesce(d.tool_calls, 0), 'refused', coalesce(d.refused, 0),
       'confirmed', coalesce(d.confirmed, 0), 'people', coalesce(d.people, 0), 'requests', coalesce(u.requests, 0), 'tokens', coalesce(u.tokens, 0), 'cost_micro', coalesce(u.cost_micro, 0))
       order by coalesce(d.day, u.day)) from days d full join used u on u.day = d.day),
    (select jsonb_agg(jsonb_build_object('tool', t.tool, 'calls', t.calls, 'refused', t.refused) order by t.calls desc, t.tool)
     from (select c.tool, count(*) as calls, count(*) filter (where c.outcome <> 'ok') as refused from calls c where c.day between p_from and p_until group by c.tool) t)
  into v_days, v_tools;
  return jsonb_build_object('organisation_id', p_organisation_id, 'from', p_from, 'until', p_until, 'days', coalesce(v_days, '[]'), 'tools', coalesce(v_tools, '[]'),
    'daily_limits', jsonb_build_object('requests', private.entitlement_limit(p_organisation_id, 'assistant_requests'), 'tokens', private.entitlement_limit(p_organisation_id, 'assistant_tokens'),
      'cost_micro', private.entitlement_limit(p_organisation_id, 'assistant_cost_micro')));
end $$;
comment on function public.get_assistant_summary(uuid, date, date) is
  'The assistant by business day, at most 92: {organisation_id, from, until, days: [{day, turns, tool_calls, refused, confirmed, people, requests, tokens, cost_micro}], tools: '
  '[{tool, calls, refused}], daily_limits}. Turns are questions, and background jobs that took from the budget. Costs are in millionths of the currency of the provider''s prices; days without a call are left out. Needs billing.read. Definer: what '
  'is used is not readable below the policies. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.get_assistant_summary(uuid, date, date) to authenticated;

create function private.forget_conversations() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_forgotten integer;
begin
  delete from private.assistant_turns t where t.started_at < now() - interval '7 days';
  delete from public.assistant_conversations c where c.used_at < now() - interval '90 days';
  delete from public.assistant_messages m where m.created_at < now() - interval '90 days';
  get diagnostics v_forgotten = row_count;
  return v_forgotten;
end $$;
comment on function private.forget_conversations() is
  'Clock, daily: removes conversations that nobody has used for 90 days, older words of those that go on, and turns after a week. Returns how many words of living conversations were forgotten.';
