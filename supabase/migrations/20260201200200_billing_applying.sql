-- The provider's subscription object is the truth, and events only say that it is time to look. An event leads to a job;
-- the job asks the provider for the subscription as it is then, and hands it in here. So it does not matter how often, in
-- which order or how late events arrive: whoever asked last is right.

insert into private.outbox_routes (topic, queue) values ('subscription.changed', 'provider_calls');

create function private.request_subscription_look(p_reference text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- The provider is asked after this instant: whatever led here is in its answer.
  perform private.emit('subscription.changed', jsonb_build_object('subscription_reference', p_reference, 'seen_at', clock_timestamp()));
end $$;
comment on function private.request_subscription_look(text) is 'Asks for a job that looks at a subscription and hands in what it sees.';

create function private.note_subscription_event(p_object jsonb) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_reference text := case p_object ->> 'object'
    when 'subscription' then p_object ->> 'id'
    when 'invoice' then p_object #>> '{parent,subscription_details,subscription}'
    when 'checkout.session' then p_object ->> 'subscription' end;
begin
  if v_reference is null then
    return 'not_ours';
  end if;
  perform private.request_subscription_look(v_reference);
  return 'subscription_noted';
end $$;
comment on function private.note_subscription_event(jsonb) is
  'Takes notice of an event about a subscription, an invoice or a checkout. Nothing in it is believed but whose it is.';

create function private.subscription_facts(p_subscription public.subscriptions) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('status', p_subscription.status, 'tier', p_subscription.tier, 'next_tier', p_subscription.next_tier,
    'add_ons', (select coalesce(jsonb_agg(a.add_on order by a.add_on), '[]') from public.add_ons a where p_subscription.items ? a.add_on),
    'trial_ends_at', p_subscription.trial_ends_at, 'current_period_ends_at', p_subscription.current_period_ends_at,
    'cancel_at_period_end', p_subscription.cancel_at_period_end)
$$;
comment on function private.subscription_facts(public.subscriptions) is 'What the history keeps of a subscription.';

create function private.settle_plan(p_organisation_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_subscription public.subscriptions := private.current_subscription(p_organisation_id);
  v_add_ons text[] := array(select a.add_on from public.add_ons a where v_subscription.items ? a.add_on and v_subscription.status <> 'canceled');
begin
  if v_subscription.id is null then
    return;
  end if;
  update public.organisations o
  set tier = v_subscription.tier, trial_ends_at = coalesce(v_subscription.trial_ends_at, o.trial_ends_at), past_due_since = v_subscription.past_due_since,
    -- Paused is a trial that ended without a card: as good as unpaid.
    subscription_status = case v_subscription.status when 'paused' then 'unpaid' else v_subscription.status end
  where o.id = p_organisation_id and (o.tier, o.subscription_status, o.trial_ends_at, o.past_due_since) is distinct from
    (v_subscription.tier, case v_subscription.status when 'paused' then 'unpaid' else v_subscription.status end,
      coalesce(v_subscription.trial_ends_at, o.trial_ends_at), v_subscription.past_due_since);
  delete from public.organisation_add_ons x where x.organisation_id = p_organisation_id and x.add_on <> all (v_add_ons);
  insert into public.organisation_add_ons (organisation_id, add_on) select p_organisation_id, a from unnest(v_add_ons) a on conflict do nothing;
end $$;
comment on function private.settle_plan(uuid) is
  'Plan, status and add-ons of an organisation, from its subscription that counts. The only function that writes them; call it with the organisation locked.';

create function private.read_subscription(p_object jsonb, p_seen_at timestamptz) returns public.subscriptions
language plpgsql stable set search_path = '' as $$
declare
  v_read public.subscriptions;
  v_plan jsonb;
  v_tier text;
begin
  select i.item, i.item #>> '{price,metadata,servio_tier}' into v_plan, v_tier
  from jsonb_array_elements(p_object #> '{items,data}') i (item)
  where exists (select 1 from public.tiers t where t.tier = i.item #>> '{price,metadata,servio_tier}');
  select jsonb_object_agg(coalesce(t.tier, a.add_on, ''), i.item ->> 'id') into v_read.items
  from jsonb_array_elements(p_object #> '{items,data}') i (item)
  left join public.tiers t on t.tier = i.item #>> '{price,metadata,servio_tier}'
  left join public.add_ons a on a.add_on = i.item #>> '{price,metadata,servio_add_on}'
  having count(*) filter (where t.tier is not null) = 1 and count(*) = count(coalesce(t.tier, a.add_on)) and count(*) = count(distinct coalesce(t.tier, a.add_on));
  if v_read.items is null then
    return null;
  end if;
  v_read.provider_reference := p_object ->> 'id';
  v_read.status := p_object ->> 'status';
  v_read.tier := v_tier;
  -- A plan that was paid for is kept until the period ends, although the price of the next one is set already.
  if (v_plan ->> 'current_period_start')::numeric < (nullif(p_object #>> '{metadata,servio_keeps_until}', ''))::numeric
    and exists (select 1 from public.tiers t where t.tier = p_object #>> '{metadata,servio_keeps_tier}') then
    v_read.tier := p_object #>> '{metadata,servio_keeps_tier}';
    v_read.next_tier := nullif(v_tier, v_read.tier);
  end if;
  v_read.currency := upper(p_object ->> 'currency');
  v_read.billing_interval := v_plan #>> '{price,recurring,interval}';
  v_read.trial_ends_at := to_timestamp((p_object ->> 'trial_end')::numeric);
  v_read.current_period_ends_at := to_timestamp((v_plan ->> 'current_period_end')::numeric);
  v_read.cancel_at_period_end := coalesce((p_object ->> 'cancel_at_period_end')::boolean, false);
  v_read.past_due_since := case when v_read.status = 'past_due' then coalesce(to_timestamp((p_object #>> '{latest_invoice,created}')::numeric), p_seen_at) end;
  v_read.started_at := to_timestamp((p_object ->> 'created')::numeric);
  v_read.seen_at := p_seen_at;
  return v_read;
end $$;
comment on function private.read_subscription(jsonb, timestamptz) is
  'The provider''s object as a row of ours; null when its prices are not exactly one plan and known add-ons. A latest_invoice that '
  'is expanded says since when it is past due.';

create function public.apply_subscription(p_object jsonb, p_seen_at timestamptz default now()) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_read public.subscriptions;
  v_before public.subscriptions;
  v_after public.subscriptions;
  v_was jsonb;
  v_is jsonb;
begin
  if p_seen_at is null or p_object ->> 'object' is distinct from 'subscription' then
    perform private.fail('invalid_input', 'p_object: a subscription of the provider; p_seen_at: when it was asked for');
  end if;
  v_read := private.read_subscription(p_object, p_seen_at);
  select o.id into v_after.organisation_id from public.organisations o
  where o.id = coalesce(
    (select s.organisation_id from public.subscriptions s where s.provider_reference = p_object ->> 'id'),
    private.metadata_uuid(p_object, 'organisation_id'),
    (select c.organisation_id from public.billing_customers c where c.provider_reference = p_object ->> 'customer'))
  for no key update;
  if not found then
    return jsonb_build_object('outcome', 'not_ours');
  elsif v_read.items is null then
    return jsonb_build_object('outcome', 'unknown_price', 'organisation_id', v_after.organisation_id);
  end if;
  v_read.organisation_id := v_after.organisation_id;
  select * into v_before from public.subscriptions s where s.provider_reference = v_read.provider_reference;
  if v_before.status = 'past_due' and v_read.status = 'past_due' then
    v_read.past_due_since := least(v_before.past_due_since, v_read.past_due_since);
  end if;
  insert into public.subscriptions as s (organisation_id, provider_reference, status, tier, next_tier, items, currency, billing_interval,
    trial_ends_at, current_period_ends_at, cancel_at_period_end, past_due_since, started_at, seen_at)
  values (v_read.organisation_id, v_read.provider_reference, v_read.status, v_read.tier, v_read.next_tier, v_read.items, v_read.currency, v_read.billing_interval,
    v_read.trial_ends_at, v_read.current_period_ends_at, v_read.cancel_at_period_end, v_read.past_due_since, v_read.started_at, v_read.seen_at)
  on conflict (provider_reference) do update set
    status = excluded.status, tier = excluded.tier, next_tier = excluded.next_tier, items = excluded.items, currency = excluded.currency,
    billing_interval = excluded.billing_interval, trial_ends_at = excluded.trial_ends_at, current_period_ends_at = excluded.current_period_ends_at,
    cancel_at_period_end = excluded.cancel_at_period_end, past_due_since = excluded.past_due_since, seen_at = excluded.seen_at
  where s.seen_at <= excluded.seen_at
  returning * into v_after;
  if not found then
    return jsonb_build_object('outcome', 'stale', 'organisation_id', v_read.organisation_id);
  end if;
  v_was := case when v_before.id is not null then private.subscription_facts(v_before) end;
  v_is := private.subscription_facts(v_after);
  if v_is is distinct from v_was then
    insert into public.subscription_events (organisation_id, subscription_id, before, after, trace_id)
    values (v_after.organisation_id, v_after.id, v_was, v_is, private.trace_id());
  end if;
  if (private.current_subscription(v_after.organisation_id)).id = v_after.id then
    insert into public.billing_customers as c (organisation_id, provider_reference) values (v_after.organisation_id, p_object ->> 'customer')
    on conflict (organisation_id) do update set provider_reference = excluded.provider_reference where c.provider_reference <> excluded.provider_reference;
  end if;
  perform private.settle_plan(v_after.organisation_id), private.watch_subscriptions(v_after.organisation_id);
  return jsonb_build_object('organisation_id', v_after.organisation_id, 'subscription_id', v_after.id, 'status', v_after.status, 'tier', v_after.tier,
    'outcome', case
      when (select count(*) from public.subscriptions s where s.organisation_id = v_after.organisation_id
        and s.status not in ('incomplete', 'incomplete_expired', 'canceled')) > 1 then 'second_subscription'
      when v_is is distinct from v_was then 'changed' else 'unchanged' end);
exception when data_exception or check_violation or not_null_violation or unique_violation then
  perform private.fail('invalid_input', 'p_object: not of the provider''s form, or its customer is another organisation''s');
  return null;
end $$;
comment on function public.apply_subscription(jsonb, timestamptz) is
  'Takes the provider''s subscription object (latest_invoice expanded) as what is true, asked for after p_seen_at by the database''s '
  'clock: an answer asked for earlier than the last one taken is stale and changes nothing, so order and repeats do not matter. '
  'For workers and reconciliation only. Returns {outcome: changed | unchanged | stale | not_ours | unknown_price | '
  'second_subscription, organisation_id?, subscription_id?, status?, tier?}; unknown_price and second_subscription need a person. '
  'Definer: the service role has no table access. Errors: invalid_input.';
grant execute on function public.apply_subscription(jsonb, timestamptz) to service_role;
