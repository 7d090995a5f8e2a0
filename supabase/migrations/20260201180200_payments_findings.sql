-- Payments, refunds and subscriptions, compared both ways. What follows from the provider's word is done as if its event had come, by the same
-- function and in the same inbox; what is left is a finding with a name, which is resolved by the first run that finds it gone.

create table private.reconciliation_findings (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  subject text not null,
  organisation_id uuid references public.organisations,
  venue_id uuid,
  payment_id uuid,
  detail jsonb not null,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  resolved_at timestamptz,
  closed_at timestamptz,
  closed_by uuid,
  close_reason text,
  constraint venue_is_in_the_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id),
  constraint payment_is_in_the_venue foreign key (venue_id, payment_id) references public.payments (venue_id, id),
  constraint kind_is_known check (kind in ('payment_unknown_here', 'payment_missing_there', 'payment_status_differs', 'payment_amount_differs',
    'payment_paid_twice', 'refund_unknown_here', 'refund_missing_there', 'refund_status_differs', 'refund_amount_differs', 'refund_not_made',
    'subscription_unknown_here', 'subscription_missing_there', 'subscription_differs', 'subscription_price_unknown', 'subscription_twice',
    'balance_differs')),
  constraint whose_it_is_is_known_as_a_whole check ((venue_id is null or organisation_id is not null) and (payment_id is null or venue_id is not null)),
  constraint closed_means_why check ((closed_at is null) = (close_reason is null)),
  constraint it_is_seen_before_it_is_resolved check (first_seen_at <= last_seen_at and last_seen_at <= resolved_at)
);
comment on table private.reconciliation_findings is 'Differences between the provider and the books that no rule could settle; docs/reconciliation.md says what to do about each kind.';
comment on column private.reconciliation_findings.subject is 'The provider''s object; a refund of ours that it never heard of; or a currency and day of the balance.';
comment on column private.reconciliation_findings.organisation_id is 'Null when nothing here says whose it is: for the operator alone.';
comment on column private.reconciliation_findings.venue_id is 'Null for what is the organisation''s as a whole: its subscriptions.';
comment on column private.reconciliation_findings.detail is 'What each side says.';
comment on column private.reconciliation_findings.resolved_at is 'When a run found it gone, or become another one.';
comment on column private.reconciliation_findings.closed_at is 'When a person has looked into it: from then on it is not open, though it may differ still.';
comment on column private.reconciliation_findings.closed_by is 'The member; null for the secret key.';
create unique index one_open_finding_per_subject on private.reconciliation_findings (kind, subject) where resolved_at is null;
create index reconciliation_findings_by_venue on private.reconciliation_findings (organisation_id, venue_id, last_seen_at);
create index reconciliation_findings_by_payment on private.reconciliation_findings (venue_id, payment_id);

-- Old rows stay where they are: these find a window of time at hardly any cost for who writes.
create index payments_by_time on public.payments using brin (created_at);
create index refunds_by_time on public.refunds using brin (created_at);

create type private.difference as (subject text, kind text, event_type text, event_id text, organisation_id uuid, venue_id uuid, payment_id uuid, detail jsonb);
comment on type private.difference is 'What one object of the provider differs in; event_type is what the provider would have told us, kind what it is called if that does not settle it.';

create function private.payment_differences(p_objects jsonb) returns setof private.difference
language sql stable set search_path = '' as $$
  with said as (
    select o ->> 'id' as id, o ->> 'status' as status, upper(o ->> 'currency') as currency,
      (o ->> case o ->> 'status' when 'succeeded' then 'amount_received' else 'amount' end)::bigint as amount_minor, private.metadata_uuid(o, 'payment_id') as named
    from jsonb_array_elements(p_objects) o where o ->> 'object' in ('payment_intent', 'checkout.session')
  ), compared as (
    select s.*, p, coalesce(p.provider_reference = s.id, false) as is_its_own,
      coalesce((s.amount_minor, s.currency) <> (p.amount_minor, p.currency), false) as amount_differs
    from said s
    left join public.payments r on r.provider = 'stripe' and r.provider_reference = s.id
    left join public.payments p on p.id = coalesce(r.id, s.named)
  ), judged as (
    select c.*, case
      when (c.p).id is null then case when c.named is not null and c.status in ('succeeded', 'processing', 'requires_capture') then 'payment_unknown_here' end
      when c.status = 'missing' then case when c.is_its_own and (c.p).status in ('pending', 'succeeded') then 'payment_missing_there' end
      when c.currency is null then null -- a checkout page, whose intent is compared by itself
      when c.status = 'succeeded' and (c.p).status = 'succeeded' and not c.is_its_own then 'payment_paid_twice'
      when c.amount_differs and (c.is_its_own or c.status = 'succeeded') and (c.status <> 'canceled' or (c.p).status = 'succeeded') then 'payment_amount_differs'
      when c.status = 'succeeded' and (c.p).status <> 'succeeded' then 'payment_status_differs'
      when c.status <> 'succeeded' and (c.p).status = 'succeeded' and c.is_its_own then 'payment_status_differs'
      when c.status = 'canceled' and (c.p).status in ('reserved', 'pending') and c.is_its_own then 'payment_status_differs'
      -- Given up here a quarter of an hour ago, and it could still be paid there.
      when c.status like 'requires\_%' and (c.p).status = 'canceled' and c.is_its_own and (c.p).updated_at < now() - interval '15 minutes' then 'payment_status_differs'
    end as kind
    from compared c
  )
  select j.id, j.kind, e.event_type, 'reconciled:' || e.event_type || ':' || j.id, (j.p).organisation_id, (j.p).venue_id, (j.p).id,
    jsonb_build_object('there', jsonb_strip_nulls(jsonb_build_object('status', j.status, 'amount_minor', j.amount_minor, 'currency', j.currency, 'payment_id', j.named)),
      'here', jsonb_strip_nulls(jsonb_build_object('status', (j.p).status, 'amount_minor', (j.p).amount_minor, 'currency', (j.p).currency,
        'provider_reference', (j.p).provider_reference, 'order_id', (j.p).order_id)))
  from judged j
  cross join lateral (select case
    when j.status = 'succeeded' and (j.p).status <> 'succeeded' then 'payment_intent.succeeded'
    when j.status = 'canceled' and j.kind = 'payment_status_differs' and (j.p).status <> 'succeeded' then 'payment_intent.canceled' end as event_type) e
  where j.kind is not null
$$;
comment on function private.payment_differences(jsonb) is
  'In what these payment intents (the provider''s objects; status missing when it has none of that id) differ from the payments here. '
  'Those that carry none of our ids are somebody else''s business.';

create function private.refund_differences(p_objects jsonb) returns setof private.difference
language sql stable set search_path = '' as $$
  with said as (
    select o ->> 'id' as id, case when o ->> 'status' = 'canceled' then 'failed' when o ->> 'status' = 'requires_action' then 'pending' else o ->> 'status' end as status,
      upper(o ->> 'currency') as currency, (o ->> 'amount')::bigint as amount_minor, o ->> 'payment_intent' as payment_intent, private.metadata_uuid(o, 'refund_id') as named
    from jsonb_array_elements(p_objects) o where o ->> 'object' = 'refund'
  ), compared as (
    select s.*, r, p
    from said s
    left join public.refunds k on k.provider_reference = s.id
    left join public.refunds r on r.id = coalesce(k.id, s.named)
    left join public.payments i on i.provider = 'stripe' and i.provider_reference = s.payment_intent
    left join public.payments p on p.id = coalesce(r.payment_id, i.id)
  ), judged as (
    select c.*, case
      when c.status = 'missing' then case when (c.r).provider_reference = c.id and (c.r).status in ('pending', 'succeeded') then 'refund_missing_there' end
      when (c.r).id is null then case when ((c.p).id is not null or c.named is not null) and c.status <> 'failed' then 'refund_unknown_here' end
      when (c.amount_minor, c.currency) is distinct from ((c.r).amount_minor, (c.p).currency) then 'refund_amount_differs'
      when c.status <> (c.r).status or (c.r).provider_reference is null and (c.r).status = 'pending' then 'refund_status_differs'
    end as kind
    from compared c
  )
  select j.id, j.kind, e.event_type, 'reconciled:' || e.event_type || ':' || j.id || ':' || j.status, (j.p).organisation_id, (j.p).venue_id, (j.p).id,
    jsonb_build_object('there', jsonb_strip_nulls(jsonb_build_object('status', j.status, 'amount_minor', j.amount_minor, 'currency', j.currency, 'payment_intent', j.payment_intent)),
      'here', jsonb_strip_nulls(jsonb_build_object('refund_id', (j.r).id, 'status', (j.r).status, 'amount_minor', (j.r).amount_minor, 'order_id', (j.p).order_id)))
  from judged j
  cross join lateral (select case
    when j.kind = 'refund_unknown_here' and (j.p).id is not null then 'refund.created'
    when j.kind = 'refund_status_differs' and (j.r).status = 'pending' then 'refund.updated'
    when j.kind = 'refund_status_differs' and j.status = 'failed' then 'refund.failed' end as event_type) e
  where j.kind is not null
$$;
comment on function private.refund_differences(jsonb) is 'The same for refunds, whoever made them.';

create function private.subscription_differences(p_objects jsonb) returns setof private.difference
language plpgsql stable set search_path = '' as $$
declare
  c_ended constant text[] := array['canceled', 'incomplete_expired', 'missing'];
begin
  return query
  with said as (
    select o ->> 'id' as id, o ->> 'status' as status, private.metadata_uuid(o, 'organisation_id') as named,
      coalesce(s.organisation_id, n.id, c.organisation_id) as whose, s as here, private.read_subscription(o, now()) as there
    from jsonb_array_elements(p_objects) o
    left join public.subscriptions s on s.provider_reference = o ->> 'id'
    left join public.organisations n on n.id = private.metadata_uuid(o, 'organisation_id')
    left join public.billing_customers c on c.provider_reference = o ->> 'customer'
    where o ->> 'object' = 'subscription'
  ), judged as (
    select x.*, case
      when x.status = 'missing' then case when not (x.here).status = any (c_ended) then 'subscription_missing_there' end
      when x.whose is null then case when x.named is not null and not x.status = any (c_ended) then 'subscription_unknown_here' end
      when (x.there).items is null then case when not x.status = any (c_ended) then 'subscription_price_unknown' end
      when (x.here).id is null then 'subscription_unknown_here'
      when private.subscription_facts(x.here) <> private.subscription_facts(x.there) or (x.here).past_due_since > (x.there).past_due_since
        or ((x.here).items, (x.here).currency, (x.here).billing_interval) is distinct from ((x.there).items, (x.there).currency, (x.there).billing_interval)
        then 'subscription_differs'
      when not x.status = any (c_ended || 'incomplete'::text) and exists (
        select 1 from public.subscriptions s
        where s.organisation_id = x.whose and s.id <> (x.here).id and not s.status = any (c_ended || 'incomplete'::text)) then 'subscription_twice'
    end as kind
    from said x
  )
  select j.id, j.kind, case when j.kind in ('subscription_unknown_here', 'subscription_differs') and j.whose is not null then 'subscription.changed' end, null::text,
    j.whose, null::uuid, null::uuid,
    jsonb_build_object('there', jsonb_strip_nulls(jsonb_build_object('organisation_id', j.named))
        || case when (j.there).items is null then jsonb_build_object('status', j.status) else private.subscription_facts(j.there) end,
      'here', case when (j.here).id is null then '{}' else private.subscription_facts(j.here) end)
  from judged j where j.kind is not null;
end $$;
comment on function private.subscription_differences(jsonb) is
  'The same for subscriptions. No event is made up for one that differs: like after every event, the provider is asked what is true.';

create function private.differences(p_objects jsonb) returns setof private.difference
language sql stable set search_path = '' as $$
  select * from private.payment_differences(p_objects) union all select * from private.refund_differences(p_objects)
  union all select * from private.subscription_differences(p_objects)
$$;
comment on function private.differences(jsonb) is 'In what these objects of the provider differ from the books.';

create function public.compare_with_provider(p_run_id uuid, p_worker uuid, p_objects jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.hold_reconciliation(p_run_id, p_worker);
  return (
    -- The provider is asked after this instant, as after an event.
    select coalesce(jsonb_agg(jsonb_build_object('object_id', d.subject, 'event_id', d.event_id, 'type', d.event_type,
      'seen_at', case d.event_type when 'subscription.changed' then clock_timestamp() end) order by d.subject), '[]')
    from private.differences(p_objects) d);
end $$;
comment on function public.compare_with_provider(uuid, uuid, jsonb) is
  'In what these objects of the provider differ from the books, and what it would have told us, had its events come: with event_id and '
  'type null where no event would settle it. For workers only, who hand the others to record_provider_event; where seen_at is set the '
  'provider is asked once more, for apply_subscription. Returns [{object_id, event_id, type, seen_at}]. Definer: the service role has no table access. Errors: reconciliation_lost.';
grant execute on function public.compare_with_provider(uuid, uuid, jsonb) to service_role;

create function private.note_findings(p_found private.difference[], p_subjects text[]) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_new integer;
begin
  update private.reconciliation_findings f set resolved_at = clock_timestamp()
  where f.resolved_at is null and f.subject = any (p_subjects)
    and not exists (
      select 1 from unnest(p_found) d where (d.kind, d.subject) = (f.kind, f.subject) and (f.closed_at is null or d.detail = f.detail));
  update private.reconciliation_findings f set last_seen_at = clock_timestamp(), detail = d.detail
  from unnest(p_found) d where f.resolved_at is null and (d.kind, d.subject) = (f.kind, f.subject);
  insert into private.reconciliation_findings (kind, subject, organisation_id, venue_id, payment_id, detail)
  select d.kind, d.subject, d.organisation_id, d.venue_id, d.payment_id, d.detail from unnest(p_found) d
  on conflict (kind, subject) where resolved_at is null do nothing;
  get diagnostics v_new = row_count;
  return v_new;
end $$;
comment on function private.note_findings(private.difference[], text[]) is
  'Of these subjects, all of which have just been looked at, these differences are there and no others; what a person has closed stays '
  'closed for as long as it is the same. Returns how many are new.';

create function public.get_unconfirmed_objects(p_run_id uuid, p_worker uuid, p_limit integer default 20) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_run private.reconciliation_runs := private.hold_reconciliation(p_run_id, p_worker);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('object_id', u.object_id, 'object', u.object) order by u.object_id), '[]')
    from (
      select x.object_id, min(x.object) as object
      from (
        select p.provider_reference as object_id, 'payment' as object from public.payments p
        where p.created_at >= v_run.window_from and p.created_at < v_run.window_to - interval '5 minutes' and p.method = 'online' and p.status in ('pending', 'succeeded')
        union all
        select r.provider_reference, 'refund' from public.refunds r
        where r.created_at >= v_run.window_from and r.created_at < v_run.window_to - interval '5 minutes' and r.status in ('pending', 'succeeded')
        union all
        select s.provider_reference, 'subscription' from public.subscriptions s where s.status not in ('canceled', 'incomplete_expired')
        union all
        select f.subject, split_part(f.kind, '_', 1) from private.reconciliation_findings f
        where f.resolved_at is null and f.kind not in ('balance_differs', 'refund_not_made')
      ) x
      where x.object_id is not null and not exists (select 1 from private.reconciliation_seen s where s.run_id = p_run_id and s.object_id = x.object_id)
      group by x.object_id order by x.object_id limit least(greatest(p_limit, 1), 100)
    ) u);
end $$;
comment on function public.get_unconfirmed_objects(uuid, uuid, integer) is
  'What the books, or open findings, say is at the provider, and its lists did not show: up to p_limit (1-100), in order. For workers '
  'only, who ask for each by its id. Returns [{object_id, object: payment | refund | subscription}]. Definer: the service role has no table access. '
  'Errors: reconciliation_lost.';
grant execute on function public.get_unconfirmed_objects(uuid, uuid, integer) to service_role;

insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('private.reconciliation_findings', 'detail', 'nobody', null); -- amounts, states and ids
