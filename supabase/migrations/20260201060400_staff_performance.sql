-- Who works here, and what each of them did. Both read what clients cannot: names and addresses belong to Auth.

create function private.person_name(p_metadata jsonb) returns text
language sql immutable parallel safe set search_path = '' as $$
  select nullif(left(trim(coalesce(p_metadata ->> 'full_name', p_metadata ->> 'name', '')), 120), '')
$$;
comment on function private.person_name(jsonb) is 'The name that a user gave to Auth, or null. Users write it themselves: it is shown, never trusted.';

create function public.list_members(p_organisation_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_whole boolean := coalesce(p_organisation_id = any (private.organisations_with('staff.read')), false);
  v_venues uuid[] := private.venues_with('staff.read');
begin
  perform private.require_user();
  if not v_whole and not exists (select 1 from public.venues v where v.organisation_id = p_organisation_id and v.id = any (v_venues)) then
    perform private.fail('permission_denied', 'needs staff.read');
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('membership_id', m.id, 'user_id', m.user_id, 'name', private.person_name(u.raw_user_meta_data),
      'email', u.email, 'role', m.role, 'venue_id', m.venue_id, 'joined_at', m.created_at) order by r.rank desc, m.created_at, m.id), '[]')
    from public.memberships m
    join public.roles r on r.role = m.role
    join auth.users u on u.id = m.user_id
    where m.organisation_id = p_organisation_id and (v_whole or m.venue_id = any (v_venues)));
end $$;
comment on function public.list_members(uuid) is
  'The memberships of an organisation with names and e-mail addresses: [{membership_id, user_id, name, email, role, venue_id, '
  'joined_at}]. Needs staff.read; who has it in single venues only sees those venues'' own members. Definer: clients cannot read '
  'the users of Auth. Errors: not_authenticated, permission_denied.';
grant execute on function public.list_members(uuid) to authenticated;

-- Who finished a ticket, noted by whatever moves tickets. Nothing happens when tickets are created.
alter table public.kitchen_tickets add column ready_by uuid;
comment on column public.kitchen_tickets.ready_by is 'The member who called it ready; null after a recall. No foreign key: history outlives accounts.';

create function private.note_ticket_cook() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.ready_by := case when new.ready_at is not null then auth.uid() end;
  return new;
end $$;
comment on function private.note_ticket_cook() is 'Trigger: notes who made a ticket ready, or forgets it when it is recalled.';
create trigger note_ticket_cook before update of ready_at on public.kitchen_tickets
  for each row when (new.ready_at is distinct from old.ready_at) execute function private.note_ticket_cook();

-- One index per source and window; none of them takes part when a guest orders.
create index order_events_by_member on public.order_events (venue_id, occurred_at) where actor_kind = 'member';
create index collected_payments_by_time on public.payments (venue_id, settled_at) where collected_by is not null;
create index requested_refunds_by_time on public.refunds (venue_id, created_at) where requested_by is not null;
create index finished_tickets_by_time on public.kitchen_tickets (venue_id, ready_at) where ready_by is not null;

create function public.get_staff_performance(p_venue_id uuid, p_from timestamptz, p_until timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('staff.read', p_venue_id);
begin
  perform private.check_window(p_from, p_until);
  return (
    with deeds (user_id, advanced, served, payments, collected, tips, refunds, refunded, tickets, seconds, forgotten) as (
      select e.actor_id, count(distinct e.order_id) filter (where e.to_status in ('accepted', 'preparing', 'ready', 'served', 'completed')),
        -- Orders without a table are handed over by completing them.
        count(distinct e.order_id) filter (where e.to_status = 'served' or (e.from_status = 'ready' and e.to_status = 'completed')),
        0, 0::numeric, 0::numeric, 0, 0::numeric, 0, 0::numeric, 0
      from public.order_events e
      where e.venue_id = p_venue_id and e.actor_kind = 'member' and e.occurred_at >= p_from and e.occurred_at < p_until
      group by e.actor_id
      union all
      select p.collected_by, 0, 0, count(*), sum(p.amount_minor), sum(p.tip_minor), 0, 0, 0, 0, 0
      from public.payments p
      where p.venue_id = p_venue_id and p.collected_by is not null and p.settled_at >= p_from and p.settled_at < p_until
      group by p.collected_by
      union all
      select r.requested_by, 0, 0, 0, 0, 0, count(*), sum(r.amount_minor), 0, 0, 0
      from public.refunds r
      where r.venue_id = p_venue_id and r.requested_by is not null and r.created_at >= p_from and r.created_at < p_until and r.status <> 'failed'
      group by r.requested_by
      union all
      select t.ready_by, 0, 0, 0, 0, 0, 0, 0, count(*), 0, 0
      from public.kitchen_tickets t
      where t.venue_id = p_venue_id and t.ready_by is not null and t.ready_at >= p_from and t.ready_at < p_until and t.status <> 'cancelled'
      group by t.ready_by
      union all
      -- Work that crosses an edge of the window counts inside of it; nobody works for longer than 16 hours at a stretch.
      select e.user_id, 0, 0, 0, 0, 0, 0, 0, 0,
        coalesce(sum(extract(epoch from least(coalesce(e.clocked_out_at, now()), p_until) - greatest(e.clocked_in_at, p_from))) filter (
          where e.status <> 'forgotten' and coalesce(e.clocked_out_at, now()) > p_from), 0),
        count(*) filter (where e.status = 'forgotten' and e.clocked_in_at >= p_from)
      from public.time_entries e
      where e.venue_id = p_venue_id and e.clocked_in_at >= p_from - interval '16 hours' and e.clocked_in_at < p_until
      group by e.user_id
    ), people as (
      select d.user_id, sum(d.advanced)::bigint as advanced, sum(d.served)::bigint as served, sum(d.payments)::bigint as payments,
        sum(d.collected)::bigint as collected, sum(d.tips)::bigint as tips, sum(d.refunds)::bigint as refunds, sum(d.refunded)::bigint as refunded,
        sum(d.tickets)::bigint as tickets, trunc(sum(d.seconds) / 60)::bigint as minutes, sum(d.forgotten)::bigint as forgotten
      from deeds d group by d.user_id
    )
    select jsonb_build_object('venue_id', p_venue_id, 'from', p_from, 'until', p_until, 'currency', v_venue.currency,
      'members', coalesce(jsonb_agg(jsonb_build_object('user_id', p.user_id, 'name', private.person_name(u.raw_user_meta_data),
        'orders_advanced', p.advanced, 'orders_served', p.served, 'payments', p.payments, 'collected_minor', p.collected, 'tips_minor', p.tips,
        'refunds', p.refunds, 'refunded_minor', p.refunded, 'tickets_done', p.tickets, 'worked_minutes', p.minutes,
        'forgotten_clock_outs', p.forgotten) order by private.person_name(u.raw_user_meta_data), p.user_id), '[]'))
    from people p left join auth.users u on u.id = p.user_id
    where p.advanced + p.payments + p.refunds + p.tickets + p.minutes + p.forgotten > 0);
end $$;
comment on function public.get_staff_performance(uuid, timestamptz, timestamptz) is
  'What each member did in a venue in a window of at most 92 days: {venue_id, from, until, currency, members: [{user_id, name, '
  'orders_advanced, orders_served, payments, collected_minor, tips_minor, refunds, refunded_minor, tickets_done, worked_minutes, '
  'forgotten_clock_outs}]}; who did nothing is not listed. Work in progress counts up to now, forgotten clock-outs count no time. '
  'Needs staff.read. Definer: names are Auth''s. Errors: not_authenticated, permission_denied, invalid_input.';
grant execute on function public.get_staff_performance(uuid, timestamptz, timestamptz) to authenticated;
