-- Payments and refunds. A payment belongs to one order; how much of it can still be refunded is one number on its row,
-- claimed by the first statement of a refund, so that two refunds cannot both fit.

create table public.payments (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  organisation_id uuid not null,
  order_id uuid not null,
  method text not null,
  status text not null,
  amount_minor bigint not null,
  tip_minor bigint not null default 0,
  currency text not null,
  tendered_minor bigint,
  refund_claimed_minor bigint not null default 0,
  provider text,
  provider_reference text,
  failure_code text,
  terminal_reference text,
  share_id uuid,
  is_excess boolean not null default false,
  destination text,
  application_fee_minor bigint not null default 0,
  reversal_claimed_minor bigint not null default 0,
  collected_by uuid,
  reason text,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint payments_tenant_key unique (venue_id, id),
  constraint payments_order_key unique (venue_id, order_id, id),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint venue_is_in_the_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id),
  constraint one_payment_per_provider_object unique (provider, provider_reference),
  constraint method_is_known check (method in ('online', 'cash', 'card_terminal', 'write_off')),
  constraint status_is_known check (status in ('reserved', 'pending', 'succeeded', 'canceled')),
  constraint only_online_payments_wait check (method = 'online' or status = 'succeeded'),
  constraint online_means_a_provider check ((method = 'online') = (provider is not null)),
  constraint amount_is_positive check (amount_minor > 0),
  constraint write_offs_have_an_author_and_a_reason check (
    case method when 'write_off' then collected_by is not null and reason is not null and length(trim(reason)) between 1 and 280 and tip_minor = 0 else reason is null end),
  constraint tip_is_part_of_the_amount check (tip_minor between 0 and amount_minor),
  constraint only_online_shares_are_in_excess check (not is_excess or (method = 'online' and share_id is not null and tip_minor = 0)),
  constraint only_online_payments_go_elsewhere check (destination is null or method = 'online'),
  constraint our_fee_is_part_of_what_goes_elsewhere check (application_fee_minor between 0 and case when destination is null then 0 else amount_minor end),
  constraint reversals_fit_into_what_went_elsewhere check (reversal_claimed_minor between 0 and case when destination is null then 0 else amount_minor end),
  constraint cash_covers_the_amount check (tendered_minor >= amount_minor),
  constraint refunds_fit_into_the_payment check (refund_claimed_minor between 0 and amount_minor),
  constraint settled_means_succeeded check ((status = 'succeeded') = (settled_at is not null))
);
comment on table public.payments is 'Every attempt to pay an order, online or at the till, and what was given up because nobody will pay it.';
comment on column public.payments.reason is 'Why it was written off; only then.';
comment on column public.payments.status is 'reserved: row exists, provider not asked yet; pending: with the provider; succeeded: settled in the ledger; canceled.';
comment on column public.payments.amount_minor is 'What is paid, tip included, in minor units.';
comment on column public.payments.tip_minor is 'The part of the amount that is a tip.';
comment on column public.payments.tendered_minor is 'Cash handed over; the change is tendered less amount.';
comment on column public.payments.share_id is 'The share of a split bill that it pays.';
comment on column public.payments.is_excess is 'It paid a share that was paid already: it pays nothing of the order and goes back.';
comment on column public.payments.destination is
  'The organisation''s own account at the provider that the money goes on to, as it was when the payment was started; null: it stays with Servio.';
comment on column public.payments.application_fee_minor is 'What Servio keeps of it.';
comment on column public.payments.reversal_claimed_minor is 'What refunds have taken back, or are taking back, from the destination.';
comment on column public.payments.refund_claimed_minor is 'Refunds made or under way.';
comment on column public.payments.provider_reference is 'The provider''s object: a PaymentIntent, or a Checkout Session until it is paid and has one.';
comment on column public.payments.failure_code is 'Why the last attempt was declined, in the provider''s words; the guest may try again.';
create unique index one_open_online_payment_per_order on public.payments (venue_id, order_id, share_id) nulls not distinct
  where method = 'online' and status in ('reserved', 'pending');
create index payments_by_organisation on public.payments (organisation_id, venue_id, created_at desc);

create table public.refunds (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  payment_id uuid not null,
  amount_minor bigint not null,
  reason text not null,
  status text not null,
  provider_reference text unique,
  failure_code text,
  reverses_transfer boolean not null default false,
  requested_by uuid,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint refunds_payment_key unique (venue_id, payment_id, id),
  constraint payment_is_in_the_venue foreign key (venue_id, payment_id) references public.payments (venue_id, id),
  constraint status_is_known check (status in ('pending', 'succeeded', 'failed')),
  constraint amount_is_positive check (amount_minor > 0),
  constraint reason_is_given check (length(reason) between 1 and 280),
  constraint settled_means_succeeded check ((status = 'succeeded') = (settled_at is not null))
);
comment on table public.refunds is 'Money given back. Online ones are pending until the provider confirms them.';
comment on column public.refunds.reverses_transfer is 'The provider takes it back from the payment''s destination, with our fee in proportion.';
comment on column public.refunds.requested_by is 'The member who asked; null when a rule did (late or excess payment) or it came from the provider.';
create index pending_refunds on public.refunds (created_at) where status = 'pending';

alter table private.ledger_transactions
  add constraint payment_is_of_the_order foreign key (venue_id, order_id, payment_id) references public.payments (venue_id, order_id, id),
  add constraint refund_is_of_the_payment foreign key (venue_id, payment_id, refund_id) references public.refunds (venue_id, payment_id, id);
create index ledger_transactions_by_refund on private.ledger_transactions (venue_id, payment_id, refund_id) where refund_id is not null;

alter table public.payments enable row level security;
alter table public.refunds enable row level security;
create policy select_member on public.payments for select to authenticated
  using (venue_id = any ((select private.venues_with('orders.read'))::uuid[]));
create policy select_member on public.refunds for select to authenticated
  using (venue_id = any ((select private.venues_with('orders.read'))::uuid[]));
grant select on public.payments, public.refunds to authenticated;
create trigger set_updated_at before update on public.payments for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.refunds for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.refunds for each row execute function private.audit();
