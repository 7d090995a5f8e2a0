-- A venue's loyalty programme: points for what members pay, redeemed as a discount. Who holds a card is a member; nobody is
-- asked for a name, a phone number or an address. docs/loyalty.md tells the rules.

insert into private.errors (code, http_status, meaning, remedy) values
  ('loyalty_not_offered', 409, 'The venue has no loyalty programme now.', 'Order without the card; its points are kept.'),
  ('loyalty_card_invalid', 422, 'The loyalty card is not one of this venue, or has been replaced.', 'Show the member''s present card, or order without one.'),
  ('loyalty_points_too_few', 422, 'The venue redeems no fewer points than its minimum.', 'Redeem at least the minimum named in the details, or none.'),
  ('loyalty_points_insufficient', 409, 'The member does not have these points.', 'Read the balance again and redeem or deduct at most that.'),
  ('loyalty_account_not_found', 404, 'There is no such loyalty account in reach of this caller.', 'Check the id.');

create table public.loyalty_programmes (
  venue_id uuid primary key references public.venues on delete cascade,
  name text not null,
  is_active boolean not null,
  earn_points integer not null,
  earn_per_minor bigint not null,
  point_value_minor bigint not null,
  min_redeem_points bigint not null,
  expires_after_days integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint points_are_earned check (earn_points between 1 and 10000 and earn_per_minor between 1 and 1000000),
  constraint a_point_is_worth_something check (point_value_minor between 1 and 1000000),
  constraint minimum_is_plausible check (min_redeem_points between 1 and 1000000),
  constraint points_last_a_month_to_five_years check (expires_after_days between 30 and 1830)
);
comment on table public.loyalty_programmes is 'What a venue gives for loyalty. Switched off, no further order redeems or earns, and every balance is kept.';
comment on column public.loyalty_programmes.name is 'What the redeemed amount is called among an order''s discounts.';
comment on column public.loyalty_programmes.earn_points is 'Points for every earn_per_minor paid for what was ordered.';
comment on column public.loyalty_programmes.point_value_minor is 'What a point takes off an order, in minor units.';
comment on column public.loyalty_programmes.expires_after_days is 'An account that was not used for so long loses its points.';

create table public.loyalty_accounts (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  user_id uuid references auth.users on delete set null,
  points bigint not null default 0,
  used_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint loyalty_accounts_tenant_key unique (venue_id, id),
  constraint one_account_per_member_and_venue unique (venue_id, user_id)
);
comment on table public.loyalty_accounts is 'A member of a venue''s programme: whoever holds the card.';
comment on column public.loyalty_accounts.user_id is 'The user who was signed in when the card was made, and may have a new one; null: only the card says whose it is.';
comment on column public.loyalty_accounts.points is 'Sum of the account''s movements. Below zero when points were spent before the order that brought them was refunded.';
comment on column public.loyalty_accounts.used_at is 'When points were last earned, redeemed or adjusted, or the card was made.';
create index loyalty_accounts_by_user on public.loyalty_accounts (user_id);
create index loyalty_accounts_by_use on public.loyalty_accounts (venue_id, used_at);

create table private.loyalty_cards (
  account_id uuid primary key,
  venue_id uuid not null,
  card_hash bytea not null unique,
  constraint account_is_in_the_venue foreign key (venue_id, account_id) references public.loyalty_accounts (venue_id, id) on delete cascade
);
comment on table private.loyalty_cards is 'The one card of an account: SHA-256 of 256 random bits, which the guest''s device shows as a QR code.';
create index loyalty_cards_by_account on private.loyalty_cards (venue_id, account_id);

alter table public.orders add column has_member boolean not null default false;
comment on column public.orders.has_member is 'Whether it came with a loyalty card; order_loyalty says whose. Other orders cost loyalty nothing.';

create table public.order_loyalty (
  venue_id uuid not null,
  order_id uuid not null,
  account_id uuid not null,
  earn_points integer not null,
  earn_per_minor bigint not null,
  point_value_minor bigint not null,
  redeemed_points bigint not null,
  returned_points bigint not null default 0,
  earned_points bigint not null default 0,
  steps integer not null default 0,
  primary key (venue_id, order_id),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint account_is_in_the_venue foreign key (venue_id, account_id) references public.loyalty_accounts (venue_id, id),
  constraint points_are_not_negative check (least(redeemed_points, returned_points, earned_points) >= 0),
  constraint at_most_what_was_redeemed_is_returned check (returned_points <= redeemed_points)
);
comment on table public.order_loyalty is 'The member of an order, and the programme''s terms when it was placed.';
comment on column public.order_loyalty.redeemed_points is 'Taken when it was placed.';
comment on column public.order_loyalty.returned_points is 'Given back when it was cancelled or expired, or completed without needing them.';
comment on column public.order_loyalty.earned_points is 'What it has brought so far, as private.points_earned counts.';
comment on column public.order_loyalty.steps is 'How many movements it has made; the number of its next one is one more.';
create index order_loyalty_by_account on public.order_loyalty (venue_id, account_id);

create table public.loyalty_movements (
  id bigint generated always as identity primary key,
  venue_id uuid not null,
  account_id uuid not null,
  kind text not null,
  points bigint not null,
  order_id uuid,
  step integer,
  reason text,
  created_by uuid,
  created_at timestamptz not null default now(),
  constraint account_is_in_the_venue foreign key (venue_id, account_id) references public.loyalty_accounts (venue_id, id),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint once_per_order_and_step unique (venue_id, order_id, step),
  constraint kind_is_known check (kind in ('earn', 'reverse', 'redeem', 'return', 'expire', 'adjust')),
  constraint sign_fits_the_kind check (case when kind in ('earn', 'return') then points > 0 when kind = 'adjust' then points <> 0 else points < 0 end),
  constraint orders_earn_and_redeem check ((kind not in ('expire', 'adjust')) = (order_id is not null) and (order_id is null) = (step is null)),
  constraint adjustments_have_an_author_and_a_reason check ((kind = 'adjust') = (reason is not null) and (kind = 'adjust') = (created_by is not null)),
  constraint reason_is_short_text check (length(trim(reason)) between 1 and 280)
);
comment on table public.loyalty_movements is 'Append-only: every change of a member''s points, signed.';
comment on column public.loyalty_movements.kind is
  'earn and reverse: an order brought points, and took them back as it was refunded or cancelled; redeem and return: an order took points off '
  'the account, and gave back what it did not need; expire: unused for too long; adjust: by a person.';
comment on column public.loyalty_movements.step is 'Which of its order''s movements it is: by constraint each happens once.';
comment on column public.loyalty_movements.created_by is 'The member of staff who adjusted. No foreign key: history outlives accounts.';
create unique index redeemed_and_returned_once on public.loyalty_movements (order_id, kind) where kind in ('redeem', 'return');
create index loyalty_movements_by_account on public.loyalty_movements (venue_id, account_id, id desc);
create index loyalty_movements_by_time on public.loyalty_movements (venue_id, created_at);
create trigger loyalty_movements_append_only before update or delete on public.loyalty_movements
  for each row execute function private.forbid_change();
create trigger loyalty_movements_no_truncate before truncate on public.loyalty_movements
  for each statement execute function private.forbid_change();

create function private.add_points() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- This statement decides: of two orders that redeem the same points, the second finds too few. Only what an order takes
  -- back of what it had brought may leave an account below zero: the points were spent, the money went back.
  update public.loyalty_accounts a
  set points = a.points + new.points, used_at = case when new.kind in ('earn', 'redeem', 'adjust') then now() else a.used_at end
  where a.venue_id = new.venue_id and a.id = new.account_id and (new.points > 0 or new.kind = 'reverse' or a.points + new.points >= 0);
  if not found then
    perform private.fail('loyalty_points_insufficient');
  end if;
  return null;
end $$;
comment on function private.add_points() is
  'After-insert trigger: a new movement changes its account''s points. Definer, because nobody may write points. Errors: loyalty_points_insufficient.';
create trigger add_points after insert on public.loyalty_movements for each row execute function private.add_points();

create function private.my_loyalty_accounts() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(select a.id from public.loyalty_accounts a where a.user_id = (select auth.uid()));
end $$;
comment on function private.my_loyalty_accounts() is 'Ids of the signed-in user''s own loyalty accounts. Definer: see reach.';
grant execute on function private.my_loyalty_accounts() to authenticated;

alter table public.loyalty_programmes enable row level security;
alter table public.loyalty_accounts enable row level security;
alter table public.order_loyalty enable row level security;
alter table public.loyalty_movements enable row level security;
create policy select_member on public.loyalty_programmes for select to authenticated
  using (venue_id = any ((select private.venues_with('menu.read'))::uuid[]));
create policy select_own_or_service on public.loyalty_accounts for select to authenticated
  using (id = any ((select private.my_loyalty_accounts())::uuid[]) or venue_id = any ((select private.venues_with('payments.collect'))::uuid[]));
create policy select_own_or_service on public.order_loyalty for select to authenticated
  using (account_id = any ((select private.my_loyalty_accounts())::uuid[]) or venue_id = any ((select private.venues_with('payments.collect'))::uuid[]));
create policy select_own_or_service on public.loyalty_movements for select to authenticated
  using (account_id = any ((select private.my_loyalty_accounts())::uuid[]) or venue_id = any ((select private.venues_with('payments.collect'))::uuid[]));
grant select on public.loyalty_programmes, public.order_loyalty to authenticated;
-- Staff see accounts and what moved them, not which user an account belongs to; members not who of the staff adjusted it.
grant select (id, venue_id, points, used_at, created_at) on public.loyalty_accounts to authenticated;
grant select (id, venue_id, account_id, kind, points, order_id, reason, created_at) on public.loyalty_movements to authenticated;
create trigger set_updated_at before update on public.loyalty_programmes for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.loyalty_programmes for each row execute function private.audit();

-- The person behind an account is found by their user's address or number. The link is erased on request, and 90 days after
-- an unused account's points have expired; the account stays, as one of whoever holds its card.
insert into private.guest_tables (table_name, visited, erasure) values ('public.loyalty_accounts',
  't.used_at + (select make_interval(days => p.expires_after_days) from public.loyalty_programmes p where p.venue_id = t.venue_id)', 'blank');
insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('public.loyalty_accounts', 'user_id', 'guest', 'user'),
  ('public.loyalty_programmes', 'name', 'nobody', null);
