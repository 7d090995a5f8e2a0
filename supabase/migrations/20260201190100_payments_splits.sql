-- A bill that several people pay. An order is split into shares that add up to what is due on it; a table's bill is split
-- order by order, so that every share, as every payment, is a part of one order. While an order is split, its shares are
-- what is collected; when its price changes, when it is paid otherwise or cancelled, the split is over.

insert into private.errors (code, http_status, meaning, remedy) values
  ('split_invalid', 422, 'The bill cannot be split this way; detail says what is wrong.', 'Send {method: equal | items | amount, shares}.'),
  ('bill_is_split', 409, 'The order is split: it is paid share by share, or all of the rest at once.', 'Pay a share or the whole rest, or cancel the split.'),
  ('bill_split_paid', 409, 'A share of the order has been paid: its price does not change any more.', 'Cancel the split first; what is paid stays paid.'),
  ('bill_split_not_found', 404, 'There is no such split that the caller can see.', 'Use a bill_id that split_bill returned.'),
  ('bill_share_not_found', 404, 'The order has no such share, or its split is over.', 'Load the bill again and use one of its shares'' ids.'),
  ('bill_share_paid', 409, 'The share is paid.', 'Pay another one.');

create table public.bill_splits (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  order_id uuid not null,
  bill_id uuid not null,
  method text not null,
  amount_minor bigint not null,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text,
  constraint bill_splits_order_key unique (venue_id, order_id, id),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint one_split_of_an_order_per_bill unique (venue_id, bill_id, order_id),
  constraint method_is_known check (method in ('equal', 'items', 'amount')),
  constraint amount_is_positive check (amount_minor > 0),
  constraint outcome_is_known check (outcome in ('paid', 'cancelled', 'changed', 'overtaken')),
  constraint what_ended_has_an_outcome check ((ended_at is null) = (outcome is null))
);
comment on table public.bill_splits is 'How the bill of an order is, or was, split into shares; the orders of a table that were split together have one bill_id.';
comment on column public.bill_splits.amount_minor is 'What was due when it was split: the sum of its shares, by deferred constraint.';
comment on column public.bill_splits.outcome is
  'paid: nothing is due any more; cancelled: by staff, or with the order; changed: the order''s price did; overtaken: a payment came that is no share of it.';

create table public.bill_shares (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  order_id uuid not null,
  split_id uuid not null,
  number integer not null,
  amount_minor bigint not null,
  items jsonb,
  constraint bill_shares_order_key unique (venue_id, order_id, id),
  constraint split_is_of_the_order foreign key (venue_id, order_id, split_id) references public.bill_splits (venue_id, order_id, id),
  constraint one_share_per_number unique (venue_id, order_id, split_id, number),
  constraint number_counts_from_one check (number between 1 and 50),
  constraint amount_is_positive check (amount_minor > 0),
  constraint items_are_a_list check (jsonb_typeof(items) = 'array')
);
comment on table public.bill_shares is 'Append-only: what one of those who share a bill pays of one order.';
comment on column public.bill_shares.number is 'Who pays it: the shares of one bill_id with one number are one person''s.';
comment on column public.bill_shares.items is 'What it is for, when it was split by item: [{line_id, quantity}]; what nobody took is shared by all.';
create trigger bill_shares_append_only before update or delete on public.bill_shares for each row execute function private.forbid_change();
create trigger bill_shares_no_truncate before truncate on public.bill_shares for each statement execute function private.forbid_change();

alter table public.orders add column split_id uuid;
alter table public.orders add constraint split_is_of_the_order
  foreign key (venue_id, id, split_id) references public.bill_splits (venue_id, order_id, id);
comment on column public.orders.split_id is 'The split by which it is being paid; null when it is not split, or no longer.';
create index split_orders on public.orders (venue_id, id, split_id) where split_id is not null;
alter table public.payments add constraint share_is_of_the_order
  foreign key (venue_id, order_id, share_id) references public.bill_shares (venue_id, order_id, id);
create index payments_by_share on public.payments (venue_id, order_id, share_id) where share_id is not null;
create unique index one_payment_settles_a_share on public.payments (share_id) where status = 'succeeded' and not is_excess and share_id is not null;

alter table public.bill_splits enable row level security;
alter table public.bill_shares enable row level security;
create policy select_member on public.bill_splits for select to authenticated
  using (venue_id = any ((select private.venues_with('orders.read'))::uuid[]));
create policy select_member on public.bill_shares for select to authenticated
  using (venue_id = any ((select private.venues_with('orders.read'))::uuid[]));
grant select on public.bill_splits, public.bill_shares to authenticated;
create trigger audit after insert or update or delete on public.bill_splits for each row execute function private.audit();

insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('public.bill_shares', 'items', 'nobody', null); -- ids and quantities

create function private.unpaid_shares_minor(p_split_id uuid) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(sum(s.amount_minor), 0) from public.bill_splits b
    join public.bill_shares s on s.venue_id = b.venue_id and s.order_id = b.order_id and s.split_id = b.id
    where b.id = p_split_id and not exists (
      select 1 from public.payments p
      where p.venue_id = s.venue_id and p.order_id = s.order_id and p.share_id = s.id and p.status = 'succeeded' and not p.is_excess));
end $$;
comment on function private.unpaid_shares_minor(uuid) is 'The sum of the shares of a split that are not paid.';

create function private.end_split(p_order public.orders, p_outcome text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update public.orders o set split_id = null where o.venue_id = p_order.venue_id and o.id = p_order.id;
  update public.bill_splits b set ended_at = now(), outcome = p_outcome where b.id = p_order.split_id and b.ended_at is null;
end $$;
comment on function private.end_split(public.orders, text) is 'Ends the split of a locked order: what is due on it is due as a whole again.';

create function private.change_split_bill(p_order public.orders) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if private.unpaid_shares_minor(p_order.split_id) < (select b.amount_minor from public.bill_splits b where b.id = p_order.split_id) then
    perform private.fail('bill_split_paid');
  end if;
  perform private.end_split(p_order, 'changed');
end $$;
comment on function private.change_split_bill(public.orders) is
  'The bill of a locked, split order is about to change: the split is over, unless a share of it is paid. Errors: bill_split_paid.';

create function private.follow_split() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_outcome text := case
    when new.status in ('cancelled', 'expired') then 'cancelled'
    when new.paid_minor >= new.total_minor then 'paid'
    when private.unpaid_shares_minor(new.split_id) <> new.total_minor - new.paid_minor then 'overtaken' end;
begin
  if v_outcome is not null then
    perform private.end_split(new, v_outcome);
  end if;
  return null;
end $$;
comment on function private.follow_split() is
  'After-update trigger: a split ends when nothing is due any more, when its order does, or when its order was paid otherwise '
  'than by its shares. Definer, because clients write neither orders nor splits.';
create trigger follow_split after update of paid_minor, status on public.orders
  for each row when (new.split_id is not null) execute function private.follow_split();

-- Those who share a bill hear that it is split and that one of them has paid; what changes the order's status is told anyway.
create trigger broadcast_split after update of split_id, paid_minor on public.orders for each row
  when (old.split_id is distinct from new.split_id
    or new.split_id is not null and old.paid_minor <> new.paid_minor and old.payment_status = new.payment_status)
  execute function private.broadcast_order();

create function private.check_split_sums() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_split uuid;
  v_problem text;
begin
  if tg_table_name = 'bill_splits' then
    v_split := new.id;
  elsif tg_table_name = 'bill_shares' then
    v_split := new.split_id;
  else
    v_split := coalesce(new.split_id, old.split_id);
  end if;
  select case when s.amount_minor <> b.amount_minor then 'the sum of its shares'
    else 'what is due on its order' end into v_problem
  from public.bill_splits b
  cross join lateral (
    select coalesce(sum(s.amount_minor), 0) as amount_minor from public.bill_shares s
    where s.venue_id = b.venue_id and s.order_id = b.order_id and s.split_id = b.id) s
  left join public.orders o on o.venue_id = b.venue_id and o.id = b.order_id and o.split_id = b.id
  where b.id = v_split and (s.amount_minor <> b.amount_minor
    or (b.ended_at is null) <> (o.id is not null)
    or (o.id is not null and private.unpaid_shares_minor(b.id) <> o.total_minor - o.paid_minor));
  if found then
    raise exception 'split % is not %', v_split, v_problem using errcode = '23514';
  end if;
  return null;
end $$;
comment on function private.check_split_sums() is
  'Deferred constraint: when the transaction ends, the shares of a split add up to it, it is open exactly while its order says '
  'so, and then its unpaid shares are what is due. Definer, so that it sees every row.';
create constraint trigger split_equals_its_shares after insert or update on public.bill_splits
  deferrable initially deferred for each row execute function private.check_split_sums();
create constraint trigger shares_equal_their_split after insert on public.bill_shares
  deferrable initially deferred for each row execute function private.check_split_sums();
create constraint trigger unpaid_shares_are_due after update of total_minor, paid_minor, split_id on public.orders
  deferrable initially deferred for each row when (new.split_id is not null or old.split_id is not null) execute function private.check_split_sums();

create function private.pay_share_once() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Somebody else was faster, at the till or online. The money is booked apart and goes back: the order keeps what it is owed.
  if exists (
    select 1 from public.payments p
    where p.venue_id = new.venue_id and p.order_id = new.order_id and p.share_id = new.share_id and p.status = 'succeeded' and not p.is_excess) then
    new.is_excess := true;
    new.tip_minor := 0;
  end if;
  return new;
end $$;
comment on function private.pay_share_once() is
  'Before-update trigger: of two payments that succeed for one share, the second is in excess. The order''s lock orders them. '
  'Definer, because clients do not write payments.';
create trigger pay_share_once before update of status on public.payments
  for each row when (new.share_id is not null and new.status = 'succeeded' and old.status <> 'succeeded') execute function private.pay_share_once();

create function private.due_of(p_order public.orders, p_share_id uuid) returns bigint
language plpgsql stable set search_path = '' as $$
declare
  v_share public.bill_shares;
begin
  if p_share_id is null then
    return p_order.total_minor - p_order.paid_minor;
  end if;
  select * into v_share from public.bill_shares s where s.venue_id = p_order.venue_id and s.order_id = p_order.id and s.id = p_share_id;
  if exists (
    select 1 from public.payments p
    where p.venue_id = p_order.venue_id and p.order_id = p_order.id and p.share_id = v_share.id and p.status = 'succeeded') then
    perform private.fail('bill_share_paid');
  elsif v_share.id is null or v_share.split_id is distinct from p_order.split_id then
    perform private.fail('bill_share_not_found');
  end if;
  return v_share.amount_minor;
end $$;
comment on function private.due_of(public.orders, uuid) is
  'What is due on a locked order, or for one share of it that is not paid. Errors: bill_share_not_found, bill_share_paid.';
