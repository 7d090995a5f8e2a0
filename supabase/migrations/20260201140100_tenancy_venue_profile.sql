-- What a venue tells of itself: where it is, what it is, and when it is open. Anybody may read it by the slug.

alter table public.venues
  add column address text,
  add column postcode text,
  add column country text not null default 'GB',
  add column opening_hours jsonb,
  add constraint address_is_short_text check (length(trim(address)) between 1 and 300),
  add constraint postcode_is_short_text check (length(trim(postcode)) between 1 and 12),
  add constraint country_is_iso_3166 check (country ~ '^[A-Z]{2}$');
comment on column public.venues.address is 'Street and town, as it is written on an envelope; null until somebody has said.';
comment on column public.venues.country is 'ISO 3166-1 alpha-2.';
comment on column public.venues.opening_hours is
  'The regular week by the clock on the wall: [{weekday: 1 Monday to 7 Sunday, opens: "HH:MM", closes: "HH:MM"}]. Who closes at or '
  'before the hour of opening closes on the next day. Null: nobody has said; empty: never open.';

create function private.opening_periods(p_hours jsonb) returns int4range[]
language sql immutable parallel safe set search_path = '' as $$
  with clock as (
    select ((h.value ->> 'weekday')::integer - 1) * 1440 as day,
      left(h.value ->> 'opens', 2)::integer * 60 + right(h.value ->> 'opens', 2)::integer as opens,
      left(h.value ->> 'closes', 2)::integer * 60 + right(h.value ->> 'closes', 2)::integer as closes
    from jsonb_array_elements(p_hours) h
  ), spans as (
    select c.day + c.opens as starts, c.day + c.closes + case when c.closes <= c.opens then 1440 else 0 end as ends from clock c
  )
  select coalesce(array_agg(p.period order by p.period), '{}')
  from spans s cross join lateral (
    select int4range(s.starts, least(s.ends, 10080)) as period
    union all select int4range(0, s.ends - 10080) where s.ends > 10080 -- from Sunday night into Monday
  ) p
$$;
comment on function private.opening_periods(jsonb) is
  'Opening hours of the right form as minutes of the week, counted from Monday 00:00; what passes the end of the week goes on at its beginning.';

create function private.is_opening_hours(p_hours jsonb) returns boolean
language sql immutable parallel safe strict security definer set search_path = '' as $$
  select case
    when jsonb_typeof(p_hours) <> 'array' then false
    when jsonb_array_length(p_hours) > 42 or exists (
      select 1 from jsonb_array_elements(p_hours) h
      where jsonb_typeof(h.value) <> 'object' or h.value - array['weekday', 'opens', 'closes'] <> '{}' or not h.value ?& array['weekday', 'opens', 'closes']
        or h.value ->> 'weekday' !~ '^[1-7]$' or jsonb_typeof(h.value -> 'weekday') <> 'number'
        or coalesce(h.value ->> 'opens', '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' or coalesce(h.value ->> 'closes', '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
    ) then false
    -- Together they are as long as one by one: no two overlap.
    else (select coalesce(sum(upper(p) - lower(p)), 0) from unnest(private.opening_periods(p_hours)) p)
      = (select coalesce(sum(upper(u) - lower(u)), 0) from unnest((select range_agg(p) from unnest(private.opening_periods(p_hours)) p)) u)
  end
$$;
comment on function private.is_opening_hours(jsonb) is
  'Whether these are opening hours: at most 42 periods of the right form, of which no two overlap. Members may call it, because a '
  'constraint of a table they write does. Definer: their statements do not reach the function that it asks.';
grant execute on function private.is_opening_hours(jsonb) to authenticated;
alter table public.venues add constraint opening_hours_are_periods_of_the_week check (private.is_opening_hours(opening_hours));
grant update (address, postcode, country, opening_hours) on public.venues to authenticated;

insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('public.venues', 'address', 'nobody', null),
  ('public.venues', 'postcode', 'nobody', null),
  ('public.venues', 'opening_hours', 'nobody', null);

create function private.is_open(p_hours jsonb, p_timezone text, p_at timestamptz default now()) returns boolean
language sql stable set search_path = '' as $$
  select p_hours is not null and exists (
    select 1 from unnest(private.opening_periods(p_hours)) p
    where p @> ((extract(isodow from c.local) - 1) * 1440 + extract(hour from c.local) * 60 + extract(minute from c.local))::integer)
  from (select p_at at time zone p_timezone as local) c
$$;
comment on function private.is_open(jsonb, text, timestamptz) is
  'Whether a venue with these hours is open at an instant, by its own clock on the wall; not when nobody has said.';

create function public.get_venue(p_venue_slug text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues;
begin
  select * into v_venue from public.venues v where v.slug = p_venue_slug;
  if not found then
    perform private.fail('venue_not_found');
  end if;
  return jsonb_build_object('name', v_venue.name, 'slug', v_venue.slug, 'venue_type', v_venue.venue_type, 'service_type', v_venue.service_type,
    'address', v_venue.address, 'postcode', v_venue.postcode, 'country', v_venue.country, 'currency', v_venue.currency, 'locale', v_venue.locale,
    'timezone', v_venue.timezone, 'opening_hours', v_venue.opening_hours,
    'is_open', case when v_venue.opening_hours is not null then private.is_open(v_venue.opening_hours, v_venue.timezone) end);
end $$;
comment on function public.get_venue(text) is
  'What a venue tells of itself, by slug, for anybody: {name, slug, venue_type, service_type, address, postcode, country, currency, '
  'locale, timezone, opening_hours: [{weekday, opens, closes}], is_open}; opening_hours and is_open are null where nobody has said. '
  'Definer: guests have no access to tables. Errors: venue_not_found.';
grant execute on function public.get_venue(text) to anon, authenticated;
