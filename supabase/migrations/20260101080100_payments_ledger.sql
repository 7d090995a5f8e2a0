-- The books: double entry, append-only, one set of balanced entries per event. What an order has been paid is moved by
-- settlements and refunds, and by nothing else. Debits are positive, credits negative. This is the list of accounts:
--
--   settlement   provider | cash | card_terminal  +amount    orders −bill part, tips −tip part
--                provider  +amount                          excess −amount   (a share that was paid already; its refund is the reverse)
--   write-off    write_off +amount                         orders −amount
--   refund       orders +bill part, tips +tip part           provider | cash | card_terminal  −amount   (refund_failure: the reverse)
--   fee          provider_fees +fee                          provider −fee
--   dispute      disputes +amount, dispute_fees +fee         provider −both    (withdrawn; reinstated is the reverse)
--                dispute_losses +amount                      disputes −amount  (lost)
--   drawer       cash ±amount                                drawer ∓amount    (put in, taken out, counted otherwise)
--   transfer     connected +amount − our fee, platform_fees +our fee             provider −amount  (to the organisation's own account)
--   transfer_reversal  provider +amount                      connected −amount + fee back, platform_fees −fee back
-- What `provider` has is what we hold for the organisation and owe it; below zero it owes us. Where the money went to its own
-- account, the provider's fee is ours to bear: provider_fees +fee, platform_fees −fee.

create table private.ledger_transactions (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null,
  venue_id uuid not null,
  currency text not null,
  kind text not null,
  order_id uuid,
  payment_id uuid,
  refund_id uuid,
  dispute_id uuid,
  drawer_movement_id uuid,
  provider_reference text,
  occurred_at timestamptz not null default now(),
  trace_id text,
  constraint venue_is_in_the_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint kind_is_known check (kind in ('settlement', 'refund', 'refund_failure', 'fee', 'dispute', 'drawer', 'transfer', 'transfer_reversal')),
  constraint only_the_drawer_moves_without_an_order check ((kind = 'drawer') = (order_id is null)),
  constraint only_the_drawer_moves_without_a_payment check ((kind = 'drawer') = (payment_id is null)),
  constraint refunds_name_their_refund check ((kind in ('refund', 'refund_failure', 'transfer_reversal')) = (refund_id is not null)),
  constraint disputes_name_their_dispute check ((kind = 'dispute') = (dispute_id is not null)),
  constraint the_drawer_names_its_movement check ((kind = 'drawer') = (drawer_movement_id is not null)),
  constraint fees_name_their_movement check (kind <> 'fee' or provider_reference is not null),
  constraint only_fees_and_disputes_name_a_movement check (kind in ('fee', 'dispute') or provider_reference is null),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$')
);
comment on table private.ledger_transactions is 'Append-only: one row per settlement, refund, refund that came back, fee, movement of a dispute, of the cash drawer or to the organisation''s own account.';
comment on column private.ledger_transactions.provider_reference is
  'The provider''s balance transaction that a fee or a movement of a dispute comes from; a lost dispute moves nothing at the provider.';
create unique index one_settlement_per_payment on private.ledger_transactions (payment_id) where kind = 'settlement';
create unique index one_transfer_per_payment on private.ledger_transactions (payment_id) where kind = 'transfer';
create unique index one_transaction_per_refund on private.ledger_transactions (refund_id, kind) where refund_id is not null;
create unique index one_transaction_per_movement on private.ledger_transactions (provider_reference) where provider_reference is not null;
create unique index one_transaction_per_drawer_movement on private.ledger_transactions (venue_id, drawer_movement_id) where drawer_movement_id is not null;
create index ledger_transactions_by_order on private.ledger_transactions (venue_id, order_id, payment_id);
create index ledger_transactions_by_organisation on private.ledger_transactions (organisation_id, venue_id, occurred_at);

create table private.ledger_entries (
  transaction_id uuid not null references private.ledger_transactions,
  account text not null,
  amount_minor bigint not null,
  primary key (transaction_id, account),
  constraint account_is_known check (account in (
    'provider', 'cash', 'card_terminal', 'write_off', 'orders', 'tips', 'excess', 'provider_fees', 'disputes', 'dispute_fees', 'dispute_losses', 'drawer',
    'connected', 'platform_fees')),
  constraint amount_is_not_zero check (amount_minor <> 0)
);
comment on table private.ledger_entries is 'Append-only: the entries of a transaction sum to zero, by deferred constraint.';
comment on column private.ledger_entries.account is 'provider, cash, card_terminal: where money is; write_off: what never came; orders, tips: what it was for; excess: what goes back; '
  'provider_fees, dispute_fees: what the provider keeps; disputes: what banks hold until they decide; dispute_losses: what they gave back; '
  'drawer: what cash came or went otherwise than by payments; connected: what went to the organisation''s own account at the provider; '
  'platform_fees: what Servio keeps of that.';
comment on column private.ledger_entries.amount_minor is 'Debit positive, credit negative, in minor units of the transaction''s currency.';

create trigger ledger_transactions_append_only before update or delete on private.ledger_transactions
  for each row execute function private.forbid_change();
create trigger ledger_transactions_no_truncate before truncate on private.ledger_transactions
  for each statement execute function private.forbid_change();
create trigger ledger_entries_append_only before update or delete on private.ledger_entries
  for each row execute function private.forbid_change();
create trigger ledger_entries_no_truncate before truncate on private.ledger_entries
  for each statement execute function private.forbid_change();

create function private.check_balance() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_transaction uuid := coalesce((to_jsonb(new) ->> 'transaction_id')::uuid, (to_jsonb(new) ->> 'id')::uuid);
  v_sum bigint;
begin
  select sum(e.amount_minor) into v_sum from private.ledger_entries e where e.transaction_id = v_transaction;
  if v_sum is distinct from 0 then
    raise exception 'ledger transaction % does not balance: %', v_transaction, coalesce(v_sum::text, 'no entries') using errcode = '23514';
  end if;
  -- now() is the start of the database transaction: entries come with what they belong to, or never.
  if not exists (select 1 from private.ledger_transactions t where t.id = v_transaction and t.occurred_at = now()) then
    raise exception 'ledger transaction % is closed', v_transaction using errcode = '23514';
  end if;
  return null;
end $$;
comment on function private.check_balance() is
  'Deferred constraint: a ledger transaction has entries, they sum to zero, and none is added or dated later. Definer, so that it sees every entry.';
create constraint trigger transaction_balances after insert on private.ledger_transactions
  deferrable initially deferred for each row execute function private.check_balance();
create constraint trigger entry_keeps_balance after insert on private.ledger_entries
  deferrable initially deferred for each row execute function private.check_balance();

create function private.move_order_balance() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.orders o
  set paid_minor = o.paid_minor + m.paid_minor, refunded_minor = o.refunded_minor + m.refunded_minor
  from (
    select t.venue_id, t.order_id,
      coalesce(sum(-a.amount_minor) filter (where t.kind = 'settlement'), 0) as paid_minor,
      coalesce(sum(a.amount_minor) filter (where t.kind in ('refund', 'refund_failure')), 0) as refunded_minor
    from added a join private.ledger_transactions t on t.id = a.transaction_id
    where a.account in ('orders', 'tips')
    group by t.venue_id, t.order_id
  ) m
  where o.venue_id = m.venue_id and o.id = m.order_id;
  return null;
end $$;
comment on function private.move_order_balance() is
  'After-insert trigger: an order''s paid and refunded sums follow the ledger. Definer, because nobody may write them.';
create trigger move_order_balance after insert on private.ledger_entries
  referencing new table as added for each statement execute function private.move_order_balance();

create function private.check_order_balance() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (
    select 1
    from public.orders o
    cross join lateral (
      select coalesce(sum(-e.amount_minor) filter (where t.kind = 'settlement'), 0) as paid_minor,
        coalesce(sum(e.amount_minor) filter (where t.kind in ('refund', 'refund_failure')), 0) as refunded_minor
      from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
      where t.venue_id = o.venue_id and t.order_id = o.id and e.account in ('orders', 'tips')
    ) l
    where o.id = new.id and (o.paid_minor, o.refunded_minor) is distinct from (l.paid_minor, l.refunded_minor)
  ) then
    raise exception 'order % does not equal its ledger', new.id using errcode = '23514';
  end if;
  return null;
end $$;
comment on function private.check_order_balance() is
  'Deferred constraint: paid_minor and refunded_minor of an order equal its ledger when the transaction ends, whoever wrote '
  'them. Definer, so that it sees every entry.';
create constraint trigger order_equals_its_ledger after update of paid_minor, refunded_minor on public.orders
  deferrable initially deferred for each row execute function private.check_order_balance();
create constraint trigger new_order_equals_its_ledger after insert on public.orders
  deferrable initially deferred for each row when (new.paid_minor <> 0 or new.refunded_minor <> 0)
  execute function private.check_order_balance();
