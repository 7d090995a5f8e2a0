-- Who comes back. Nobody is followed for this number: it is counted, when it is asked for, from the phone numbers and addresses
-- that guests left with their orders, for as long as they are kept. No key of a guest is stored, and what was erased, on request
-- or 90 days after the visit, is in no count any more; so there is no rollup of it, and no past beyond these days.

create function private.guest_visits(p_venue_id uuid) returns table (guest text, business_date date, visited_at timestamptz, is_repeat boolean)
language sql stable set search_path = '' as $$
  with contacts as (
    select o.business_date, o.created_at, nullif(regexp_replace(c.phone, '\D', '', 'g'), '') as phone, nullif(lower(trim(c.email)), '') as email
    from public.order_customers c join public.orders o on o.venue_id = c.venue_id and o.id = c.order_id
    where c.venue_id = p_venue_id and private.is_sale(o.status)
  ), guests as (
    -- The phone number, else the one that came with the same address once, else the address.
    select coalesce(c.phone, min(c.phone) over (partition by c.email), c.email) as guest, c.business_date, c.created_at
    from contacts c where coalesce(c.phone, c.email) is not null
  )
  select g.guest, g.business_date, g.created_at, g.business_date > min(g.business_date) over (partition by g.guest) from guests g
$$;
comment on function private.guest_visits(uuid) is
  'The orders of a venue whose guests left a phone number (compared by its digits) or an e-mail address, with what tells one guest '
  'from another and whether they had been there on an earlier business day. For counting; no answer may hold it.';

create function private.repeat_guests_by(p_venue_id uuid, p_from date, p_until date, p_granularity text)
returns table (is_total boolean, starts_on date, starts_at timestamptz, local_time text, guests bigint, repeat_guests bigint, repeat_guest_rate_bp bigint)
language sql stable set search_path = '' as $$
  select s.is_total, s.starts_on, s.starts_at, to_char(s.starts_at at time zone s.timezone, 'YYYY-MM-DD"T"HH24:MI'), s.guests, s.repeat_guests,
    round(10000.0 * s.repeat_guests / s.guests)::bigint
  from (
    select grouping(p.starts_on) = 1 as is_total, p.starts_on, p.starts_at, min(p.timezone) as timezone,
      count(distinct p.guest) as guests, count(distinct p.guest) filter (where p.is_repeat) as repeat_guests
    from (
      select t.guest, t.is_repeat, v.timezone, private.day_of_period(t.business_date, p_granularity) as starts_on,
        case p_granularity when 'hour' then date_trunc('hour', t.visited_at, v.timezone) end as starts_at
      from private.guest_visits(p_venue_id) t join public.venues v on v.id = p_venue_id
      where t.business_date between p_from and p_until
    ) p group by grouping sets ((p.starts_on, p.starts_at), ())
  ) s where s.guests > 0
$$;
comment on function private.repeat_guests_by(uuid, date, date, text) is
  'Repeat guests: of the guests of a period who can be told apart, those who had been there on an earlier business day. A row per '
  'period, one over all (is_total): whoever comes twice in it is one guest.';

create function public.get_repeat_guests(p_venue_id uuid, p_from date, p_until date, p_granularity text default 'day') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
begin
  perform private.require_feature(v_venue.organisation_id, 'advanced_analytics'), private.require_range(p_from, p_until, p_granularity);
  return (
    with numbers as materialized (select * from private.repeat_guests_by(p_venue_id, p_from, p_until, p_granularity))
    select jsonb_build_object('venue_id', v_venue.id, 'timezone', v_venue.timezone, 'granularity', p_granularity, 'from', p_from, 'until', p_until,
      'total', (select jsonb_build_object('guests', n.guests, 'repeat_guests', n.repeat_guests, 'repeat_guest_rate_bp', n.repeat_guest_rate_bp)
                from numbers n where n.is_total),
      'periods', (select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(n)) - 'is_total' order by n.starts_on, n.starts_at), '[]') from numbers n where not n.is_total)));
end $$;
comment on function public.get_repeat_guests(uuid, date, date, text) is
  'How many guests came back, of those who left a phone number or an e-mail address with an order: {venue_id, timezone, granularity, '
  'from, until, total: {guests, repeat_guests, repeat_guest_rate_bp}, periods: [{starts_on, starts_at?, local_time?, guests, '
  'repeat_guests, repeat_guest_rate_bp}]}. Known are the last 90 days: what was erased counts no more. Periods without such guests '
  'are left out, and total is null without any. Arguments as get_kpis. Needs analytics.read and advanced_analytics. Definer: contact data is not '
  'readable with analytics.read. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.';
grant execute on function public.get_repeat_guests(uuid, date, date, text) to authenticated;
