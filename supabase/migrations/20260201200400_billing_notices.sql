-- What owners are told by mail about their subscription: that the trial is ending, that a payment failed, that the
-- organisation is read-only. An alert lasts as long as what it is about, and is told of once.

create table private.billing_alerts (
  organisation_id uuid not null references public.organisations,
  template text not null,
  raised_at timestamptz not null default now(),
  primary key (organisation_id, template),
  constraint template_is_known check (template in ('trial_ending', 'payment_failed', 'read_only'))
);
comment on table private.billing_alerts is 'What is amiss with an organisation''s subscription, from when it was until it is no longer.';

create table private.billing_notices (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null,
  user_id uuid not null references auth.users on delete cascade,
  template text not null,
  created_at timestamptz not null default now(),
  constraint notice_is_of_an_alert foreign key (organisation_id, template) references private.billing_alerts (organisation_id, template) on delete cascade
);
comment on table private.billing_notices is 'Mails to owners about an alert, one to each; gone with the alert, or after a week.';
create index billing_notices_by_alert on private.billing_notices (organisation_id, template);
create index billing_notices_by_member on private.billing_notices (user_id);
create index billing_notices_by_age on private.billing_notices (created_at);

create function private.subscription_alerts(p_organisation_id uuid) returns table (organisation_id uuid, template text)
language sql stable set search_path = '' as $$
  select o.id, case
    when not private.subscription_is_active(o.subscription_status, o.trial_ends_at, o.past_due_since) then 'read_only'
    when o.subscription_status = 'past_due' then 'payment_failed'
    else 'trial_ending' end
  from public.organisations o
  where (p_organisation_id is null or o.id = p_organisation_id)
    and (o.subscription_status <> 'active' and o.subscription_status <> 'trialing' or o.subscription_status = 'trialing' and o.trial_ends_at < now() + interval '3 days')
$$;
comment on function private.subscription_alerts(uuid) is 'What is amiss now, with one organisation or with any: at most one thing each.';

create function private.watch_subscriptions(p_organisation_id uuid default null) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_notice private.billing_notices;
  v_sent integer := 0;
begin
  delete from private.billing_alerts a
  where (p_organisation_id is null or a.organisation_id = p_organisation_id)
    and not exists (select 1 from private.subscription_alerts(p_organisation_id) s where s.organisation_id = a.organisation_id and s.template = a.template);
  for v_notice in
    with raised as (
      insert into private.billing_alerts (organisation_id, template)
      select s.organisation_id, s.template from private.subscription_alerts(p_organisation_id) s order by s.organisation_id
      on conflict do nothing returning organisation_id, template
    )
    insert into private.billing_notices (organisation_id, user_id, template)
    select r.organisation_id, m.user_id, r.template
    from raised r join public.memberships m on m.organisation_id = r.organisation_id and m.venue_id is null
    join private.permission_roles p on p.permission = 'billing.edit' and m.role = any (p.roles)
    returning *
  loop
    perform private.emit('mail.requested', jsonb_build_object('template', v_notice.template, 'subject_id', v_notice.id));
    v_sent := v_sent + 1;
  end loop;
  return v_sent;
end $$;
comment on function private.watch_subscriptions(uuid) is
  'Clock, every five minutes, and after each look at a subscription: raises and ends alerts, and has those who can pay told of the '
  'new ones. Returns how many mails were asked for.';

create function private.billing_mail(p_notice_id uuid, p_template text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('to', u.email, 'organisation', o.name,
    'locale', coalesce((select v.locale from public.venues v where v.organisation_id = o.id order by v.created_at, v.id limit 1), 'en-GB'),
    'ends_at', case p_template when 'trial_ending' then o.trial_ends_at when 'payment_failed' then o.past_due_since + interval '7 days' end)
  from private.billing_notices n
  join auth.users u on u.id = n.user_id and u.email_confirmed_at is not null
  join public.organisations o on o.id = n.organisation_id
  where n.id = p_notice_id and n.template = p_template
    and exists (select 1 from private.subscription_alerts(n.organisation_id) s where s.template = p_template)
    and exists (
      select 1 from public.memberships m join private.permission_roles p on p.permission = 'billing.edit' and m.role = any (p.roles)
      where m.organisation_id = n.organisation_id and m.venue_id is null and m.user_id = n.user_id)
$$;
comment on function private.billing_mail(uuid, text) is
  'What a notice about a subscription says, and to whom; null when it is true no longer, or none of their concern. ends_at: the end of '
  'the trial or of the days of grace.';
