-- What members are told by mail without asking: that stock runs low, and how a day closed. A notice is one mail to one member;
-- who may not see the matter any more, or whose address was never confirmed, gets none.

create table private.notices (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  template text not null,
  about jsonb not null,
  created_at timestamptz not null default now(),
  constraint template_is_known check (template in ('low_stock', 'daily_close', 'webhook_disabled', 'payment_trouble'))
);
comment on table private.notices is 'Mails to members; what they say is read when they are sent. Kept for a week.';
comment on column private.notices.about is 'low_stock: the ingredients'' ids; daily_close: the business date; webhook_disabled: the endpoint''s id; payment_trouble: what it is, and the order''s number and amount.';
create index notices_by_venue on private.notices (venue_id);
create index notices_by_member on private.notices (user_id);
create index notices_by_age on private.notices (created_at);

create function private.members_with(p_permission text, p_venue_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select m.user_id
  from public.venues v
  join public.organisations o on o.id = v.organisation_id
  join public.memberships m on m.organisation_id = v.organisation_id and (m.venue_id is null or m.venue_id = v.id)
  join private.permission_roles p on p.permission = p_permission and m.role = any (p.roles)
  where v.id = p_venue_id
    and (not p.needs_subscription or private.subscription_is_active(o.subscription_status, o.trial_ends_at, o.past_due_since))
  group by m.user_id
$$;
comment on function private.members_with(text, uuid) is 'Who has a permission at a venue now: private.reach, seen from the other side.';

create function private.notify_members(p_template text, p_permission text, p_venue_id uuid, p_about jsonb) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_notice uuid;
  v_sent integer := 0;
begin
  for v_notice in
    insert into private.notices (venue_id, user_id, template, about)
    select p_venue_id, m.user_id, p_template, p_about from private.members_with(p_permission, p_venue_id) m (user_id)
    returning id
  loop
    perform private.emit('mail.requested', jsonb_build_object('template', p_template, 'subject_id', v_notice));
    v_sent := v_sent + 1;
  end loop;
  return v_sent;
end $$;
comment on function private.notify_members(text, text, uuid, jsonb) is 'Has everybody who has a permission at a venue told by mail. Returns how many.';

create function private.notice_mail(p_notice_id uuid, p_template text, p_permission text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('to', u.email, 'organisation', o.name, 'venue', v.name, 'locale', v.locale, 'currency', v.currency,
    'venue_id', v.id, 'about', n.about)
  from private.notices n
  join auth.users u on u.id = n.user_id and u.email_confirmed_at is not null
  join public.venues v on v.id = n.venue_id
  join public.organisations o on o.id = v.organisation_id
  where n.id = p_notice_id and n.template = p_template and n.user_id in (select private.members_with(p_permission, n.venue_id))
$$;
comment on function private.notice_mail(uuid, text, text) is 'To whom a notice goes, and from where; null when they may not know it any more.';

-- Low stock. An alert lasts from the minute in which an ingredient is first seen to be low until it is no longer; it is told of
-- once, and all that is new at a venue is told of together, at most once an hour.
create table private.stock_alerts (
  venue_id uuid not null,
  ingredient_id uuid not null,
  raised_at timestamptz not null default now(),
  told_at timestamptz,
  primary key (venue_id, ingredient_id),
  constraint ingredient_is_in_the_venue foreign key (venue_id, ingredient_id) references public.ingredients (venue_id, id) on delete cascade
);
comment on table private.stock_alerts is 'Ingredients that are low, from when they were until they are restocked.';
comment on column private.stock_alerts.told_at is 'When a mail about it was asked for; null while it waits for the next one.';

create table private.stock_tellings (
  venue_id uuid primary key references public.venues on delete cascade,
  told_at timestamptz not null
);
comment on table private.stock_tellings is 'When a venue was last told of low stock.';

create function private.venues_with_stock_news() returns uuid[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    -- The watched ingredients of every venue are read once a minute; an index on what is low would cost every sale more.
    select i.venue_id from public.ingredients i
    left join private.stock_alerts a on a.venue_id = i.venue_id and a.ingredient_id = i.id
    where (i.par_level is not null or i.reorder_level is not null or a.ingredient_id is not null)
      and coalesce(private.is_low(i.on_hand, i.par_level, i.reorder_level), false) <> (a.ingredient_id is not null)
    union
    select a.venue_id from private.stock_alerts a left join private.stock_tellings t on t.venue_id = a.venue_id
    where a.told_at is null and (t.told_at is null or t.told_at <= now() - interval '1 hour'));
end $$;
comment on function private.venues_with_stock_news() is 'Venues where something became low or was restocked, or where it is time to tell of what became low.';

create function private.watch_stock(p_venue_id uuid) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_low uuid[];
begin
  delete from private.stock_alerts a using public.ingredients i
  where a.venue_id = p_venue_id and i.venue_id = a.venue_id and i.id = a.ingredient_id
    and private.is_low(i.on_hand, i.par_level, i.reorder_level) is not true;
  insert into private.stock_alerts (venue_id, ingredient_id)
  select i.venue_id, i.id from public.ingredients i
  where i.venue_id = p_venue_id and private.is_low(i.on_hand, i.par_level, i.reorder_level) order by i.id
  on conflict do nothing;
  if not exists (select 1 from private.stock_alerts a where a.venue_id = p_venue_id and a.told_at is null) then
    return 0;
  end if;
  -- This statement wins the hour, or loses it.
  insert into private.stock_tellings as t (venue_id, told_at) values (p_venue_id, now())
  on conflict (venue_id) do update set told_at = now() where t.told_at <= now() - interval '1 hour';
  if not found then
    return 0;
  end if;
  with told as (
    update private.stock_alerts a set told_at = now() where a.venue_id = p_venue_id and a.told_at is null returning a.ingredient_id
  )
  select array_agg(t.ingredient_id order by t.ingredient_id) into v_low from told t;
  if v_low is null then
    return 0;
  end if;
  return private.notify_members('low_stock', 'inventory.edit', p_venue_id, to_jsonb(v_low));
end $$;
comment on function private.watch_stock(uuid) is
  'Raises and ends the alerts of a venue, and has those who may change its inventory told of the new ones, all in one mail, at most '
  'once an hour. Returns how many mails were asked for.';

create function private.low_stock_mail(p_notice_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_mail jsonb := private.notice_mail(p_notice_id, 'low_stock', 'inventory.edit');
  v_low jsonb;
begin
  select jsonb_agg(jsonb_build_object('name', l.name, 'unit', l.unit, 'on_hand', l.on_hand, 'level', coalesce(l.reorder_level, l.par_level),
    'on_order', l.on_order) order by l.name) into v_low
  from private.low_stock((v_mail ->> 'venue_id')::uuid) l
  where v_mail -> 'about' ? l.ingredient_id::text;
  return case when v_low is not null then v_mail - '{about,venue_id}'::text[] || jsonb_build_object('ingredients', v_low) end;
end $$;
comment on function private.low_stock_mail(uuid) is 'What a notice of low stock says now: what is still low of what it is about; null when nothing is.';

-- The daily close
create function private.announce_close(p_venue public.venues, p_business_date date) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- A day on which nothing happened is no news.
  if exists (select 1 from public.daily_closes c where c.venue_id = p_venue.id and c.business_date = p_business_date
      and (c.expired_orders > 0 or c.closed_sessions > 0 or c.unsettled <> '[]' or c.open_drawers <> '[]'))
    or exists (select 1 from public.orders o where o.venue_id = p_venue.id and o.business_date = p_business_date) then
    perform private.notify_members('daily_close', 'analytics.read', p_venue.id, to_jsonb(p_business_date));
  end if;
end $$;
comment on function private.announce_close(public.venues, date) is 'Has those who may see a venue''s figures told how its day closed, unless nothing happened.';

create function private.daily_close_mail(p_notice_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_mail jsonb := private.notice_mail(p_notice_id, 'daily_close', 'analytics.read');
  v_venue_id uuid := v_mail ->> 'venue_id';
  v_date date := v_mail ->> 'about';
  v_figures jsonb;
begin
  select jsonb_build_object('orders', coalesce(sum(q.orders), 0), 'cancelled_orders', coalesce(sum(q.cancelled_orders), 0),
      'gross_minor', coalesce(sum(q.gross_minor), 0), 'refunds_minor', coalesce(sum(q.refunds_minor), 0), 'tax_minor', coalesce(sum(q.tax_minor), 0),
      'net_minor', coalesce(private.net_revenue_minor(sum(q.gross_minor)::bigint, sum(q.refunds_minor)::bigint, sum(q.tax_minor)::bigint), 0),
      'tips_minor', coalesce(sum(q.tips_minor), 0)) into v_figures
  from private.count_quarters(array[v_venue_id], array[v_date]) q;
  return v_mail - '{about,venue_id}'::text[] || jsonb_build_object('business_date', v_date,
    'figures', v_figures || (
      select jsonb_build_object(
        'unpaid_minor', coalesce(sum(greatest(o.total_minor - o.paid_minor, 0)) filter (where private.is_sale(o.status)), 0),
        'held_minor', coalesce(sum(o.paid_minor - o.refunded_minor) filter (where o.status in ('cancelled', 'expired')), 0),
        'written_off_minor', (select coalesce(sum(p.collected_minor), 0) from private.count_payments(array[v_venue_id], array[v_date]) p where p.method = 'write_off'))
      from public.orders o where o.venue_id = v_venue_id and o.business_date = v_date),
    'payments', (
      select coalesce(jsonb_agg(jsonb_build_object('method', p.method, 'payments', p.payments, 'amount_minor', p.collected_minor - p.refunded_minor) order by p.method), '[]')
      from private.count_payments(array[v_venue_id], array[v_date]) p where p.method <> 'write_off')) || (
    select jsonb_build_object('expired_orders', c.expired_orders, 'closed_sessions', c.closed_sessions, 'unsettled', c.unsettled, 'open_drawers', c.open_drawers)
    from public.daily_closes c where c.venue_id = v_venue_id and c.business_date = v_date);
end $$;
comment on function private.daily_close_mail(uuid) is
  'What the mail about a daily close says: the day''s figures as every report defines them, what differs (unpaid, written off, or '
  'held for orders that did not take place), and what the close left open.';

insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('private.notices', 'about', 'nobody', null); -- ids and dates
