-- Organisation = the customer we bill; venue = the unit of isolation; membership = who may do what where.
-- Policies follow in the next file, because they need the access helpers, which need these tables.

create table public.organisations (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  slug text not null unique,
  tier text not null default 'starter',
  subscription_status text not null default 'trialing',
  trial_ends_at timestamptz not null default now() + interval '14 days',
  past_due_since timestamptz,
  created_by uuid references auth.users on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) between 3 and 60),
  constraint subscription_status_is_known check (subscription_status in ('trialing', 'active', 'past_due', 'unpaid', 'canceled')),
  constraint past_due_has_a_start check ((subscription_status = 'past_due') = (past_due_since is not null))
);
comment on table public.organisations is 'The customer we bill. Has many venues.';
comment on column public.organisations.tier is 'The plan; set from verified billing events only, never by a client.';
comment on column public.organisations.subscription_status is 'As the payment provider names it; decides read-only mode together with the two timestamps.';
comment on column public.organisations.trial_ends_at is 'End of the 14-day trial, which carries pro entitlements.';
comment on column public.organisations.past_due_since is 'Start of the 7 days of grace after a failed renewal.';
create index organisations_by_creator on public.organisations (created_by);

create table public.venues (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations,
  name text not null,
  slug text not null unique,
  venue_type text not null default 'restaurant',
  service_type text not null default 'both',
  currency text not null default 'GBP',
  locale text not null default 'en-GB',
  timezone text not null default 'Europe/London',
  day_starts_at time not null default '04:00',
  prices_include_tax boolean not null default true,
  service_charge_bp integer not null default 0,
  collection_pays_at_till boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint venues_tenant_key unique (organisation_id, id),
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) between 3 and 60),
  constraint venue_type_is_known check (venue_type in ('cafe', 'restaurant', 'dessert_lounge', 'food_truck', 'bar_pub', 'other')),
  constraint service_type_is_known check (service_type in ('table_service', 'counter_pickup', 'both')),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint day_starts_in_the_morning check (day_starts_at < '12:00'),
  constraint service_charge_is_at_most_a_quarter check (service_charge_bp between 0 and 2500)
);
comment on table public.venues is 'A restaurant, café, bar or truck: the unit of isolation for operations.';
comment on column public.venues.slug is 'Names the venue in public URLs, unique everywhere.';
comment on column public.venues.currency is 'ISO 4217; every amount of this venue is in its minor units.';
comment on column public.venues.timezone is 'IANA name; business days are cut in it.';
comment on column public.venues.day_starts_at is 'Local time at which the business day turns, so that a late night belongs to its evening.';
comment on column public.venues.prices_include_tax is 'Whether menu prices contain tax (United Kingdom: yes) or tax is added on top.';
comment on column public.venues.service_charge_bp is 'Discretionary service charge at tables, in basis points of what the lines cost after discounts; carries no tax.';
comment on column public.venues.collection_pays_at_till is 'Whether collection orders may be paid on pick-up.';

create function private.check_timezone() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform now() at time zone new.timezone;
  return new;
exception when invalid_parameter_value then
  perform private.fail('invalid_input', 'timezone: not an IANA time zone name');
  return null;
end $$;
comment on function private.check_timezone() is 'Trigger: refuses a time zone that Postgres does not know. Errors: invalid_input.';
create trigger check_timezone before insert or update of timezone on public.venues
  for each row execute function private.check_timezone();

create table public.memberships (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations on delete cascade,
  venue_id uuid,
  user_id uuid not null references auth.users on delete cascade,
  role text not null references public.roles,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_membership_per_scope unique nulls not distinct (user_id, organisation_id, venue_id),
  constraint venue_belongs_to_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade,
  constraint owners_own_the_whole_organisation check (role <> 'owner' or venue_id is null)
);
comment on table public.memberships is 'User × organisation with one role, optionally narrowed to one venue.';
comment on column public.memberships.venue_id is 'The one venue this membership reaches; null means every venue of the organisation.';
create index memberships_by_scope on public.memberships (organisation_id, venue_id);
create index memberships_by_role on public.memberships (role);

create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations on delete cascade,
  venue_id uuid,
  email text not null,
  role text not null references public.roles,
  status text not null default 'pending',
  token_hash bytea not null unique,
  invited_by uuid references auth.users on delete set null,
  accepted_by uuid references auth.users on delete set null,
  expires_at timestamptz not null default now() + interval '7 days',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint venue_belongs_to_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade,
  constraint email_is_lower_case check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 254),
  constraint status_is_known check (status in ('pending', 'accepted', 'expired', 'cancelled')),
  constraint owners_own_the_whole_organisation check (role <> 'owner' or venue_id is null)
);
comment on table public.invitations is 'An offer of membership: valid for 7 days, accepted at most once.';
comment on column public.invitations.token_hash is 'SHA-256 of the token in the invitation link; not readable by clients.';
create unique index one_pending_invitation on public.invitations (organisation_id, venue_id, email) nulls not distinct
  where status = 'pending';
create index invitations_by_scope on public.invitations (organisation_id, venue_id);
create index invitations_by_role on public.invitations (role);
create index invitations_by_inviter on public.invitations (invited_by);
create index invitations_by_acceptor on public.invitations (accepted_by);
create index pending_invitations_by_expiry on public.invitations (expires_at) where status = 'pending';

create function private.keep_last_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if old.role <> 'owner' or (tg_op = 'UPDATE' and new.role = 'owner' and new.organisation_id = old.organisation_id) then
    return coalesce(new, old);
  end if;
  -- The organisation's lock makes two owners who leave at once take turns. It is gone when the organisation itself is
  -- being deleted, and then nobody needs to stay.
  perform 1 from public.organisations o where o.id = old.organisation_id for no key update;
  if found and not exists (
    select 1 from public.memberships m
    where m.organisation_id = old.organisation_id and m.role = 'owner' and m.id <> old.id
  ) then
    perform private.fail('last_owner');
  end if;
  return coalesce(new, old);
end $$;
comment on function private.keep_last_owner() is
  'Trigger: an organisation never loses its last owner. Definer, because it must see and lock rows its caller may not. Errors: last_owner.';
create trigger keep_last_owner before update or delete on public.memberships
  for each row execute function private.keep_last_owner();

create trigger set_updated_at before update on public.organisations for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.venues for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.memberships for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.invitations for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.organisations for each row execute function private.audit();
create trigger audit after insert or update or delete on public.venues for each row execute function private.audit();
create trigger audit after insert or update or delete on public.memberships for each row execute function private.audit();
create trigger audit after insert or update or delete on public.invitations for each row execute function private.audit();
