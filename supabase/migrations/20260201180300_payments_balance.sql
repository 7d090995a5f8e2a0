-- The provider's balance beside the ledger, by currency and day. A day is one of UTC, as at the provider. What moved there is
-- kept here, one row per balance transaction, and each is looked up in the ledger: what is booked on another day is in transit,
-- what is in one of both only is a difference. What the provider kept of each is booked from here.

create table private.balance_transactions (
  id text primary key,
  category text not null,
  amount_minor bigint not null,
  currency text not null,
  fee_minor bigint not null,
  net_minor bigint not null,
  balance_currency text not null,
  payment_reference text,
  refund_reference text,
  payment_id uuid,
  created_at timestamptz not null
);
comment on table private.balance_transactions is 'What moved on the balance at the provider; its word, unchanged.';
comment on column private.balance_transactions.category is 'The provider''s reporting category: charge, refund, refund_failure, dispute, payout, fee …';
comment on column private.balance_transactions.amount_minor is 'In the currency of the payment, as the ledger books it; for disputes with their fee.';
comment on column private.balance_transactions.net_minor is 'What the balance changed by, in its own currency, after the fee.';
comment on column private.balance_transactions.payment_reference is 'The provider''s payment intent that it belongs to.';
comment on column private.balance_transactions.payment_id is 'The payment that the provider says it is for, whether there is such a one or not.';
create index balance_transactions_by_payment on private.balance_transactions (payment_reference) where payment_reference is not null;
create index balance_transactions_by_refund on private.balance_transactions (refund_reference) where refund_reference is not null;
create index balance_transactions_by_time on private.balance_transactions using brin (created_at);
create index ledger_transactions_by_time on private.ledger_transactions using brin (occurred_at);
create trigger balance_transactions_append_only before update or delete on private.balance_transactions
  for each row execute function private.forbid_change();
create trigger balance_transactions_no_truncate before truncate on private.balance_transactions
  for each statement execute function private.forbid_change();

create function private.keep_balance_transactions(p_objects jsonb) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_kept integer;
begin
  insert into private.balance_transactions (id, category, amount_minor, currency, fee_minor, net_minor, balance_currency, payment_reference,
    refund_reference, payment_id, created_at)
  select o ->> 'id', o ->> 'reporting_category', (o ->> 'amount')::bigint, upper(o ->> 'currency'), (o ->> 'fee')::bigint, (o ->> 'net')::bigint,
    upper(o ->> 'balance_currency'), o ->> 'payment_intent', o ->> 'refund', private.metadata_uuid(o, 'payment_id'), to_timestamp((o ->> 'created')::bigint)
  from jsonb_array_elements(p_objects) o where o ->> 'object' = 'balance_transaction'
  on conflict (id) do nothing;
  get diagnostics v_kept = row_count;
  return v_kept;
end $$;
comment on function private.keep_balance_transactions(jsonb) is 'Keeps what moved at the provider, each once. Returns how many are new.';

create function private.book_fees(p_movements text[]) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_booked integer;
begin
  with booked as (
    insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id, provider_reference, trace_id)
    select p.organisation_id, p.venue_id, b.balance_currency, 'fee', p.order_id, p.id, b.id, private.trace_id()
    from private.balance_transactions b
    join public.payments p on p.provider = 'stripe' and p.provider_reference = b.payment_reference and p.status = 'succeeded'
    -- A dispute's fee is booked with its movement.
    where b.id = any (p_movements) and b.category in ('charge', 'refund', 'refund_failure') and b.fee_minor <> 0
    order by b.id
    on conflict (provider_reference) where provider_reference is not null do nothing
    returning id, provider_reference, payment_id
  ), entries as (
    insert into private.ledger_entries (transaction_id, account, amount_minor)
    select t.id, e.account, e.amount_minor
    from booked t join private.balance_transactions b on b.id = t.provider_reference join public.payments p on p.id = t.payment_id
    cross join lateral (values ('provider_fees', b.fee_minor), (case when p.destination is null then 'provider' else 'platform_fees' end, -b.fee_minor)) e (account, amount_minor)
    returning transaction_id
  )
  select count(distinct e.transaction_id) into v_booked from entries e;
  return v_booked;
end $$;
comment on function private.book_fees(text[]) is
  'Books what the provider kept of these balance transactions, in the currency it settles in: each once, whoever asks how often, and '
  'only those of settled payments. Returns how many were booked.';

create function private.movements_without_fee(p_since timestamptz) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(b.id), '{}')
  from private.ledger_transactions t
  join public.payments p on p.id = t.payment_id and p.provider = 'stripe'
  join private.balance_transactions b on b.payment_reference = p.provider_reference and b.fee_minor <> 0
  where t.kind = 'settlement' and t.occurred_at >= p_since
    and not exists (select 1 from private.ledger_transactions f where f.provider_reference = b.id)
$$;
comment on function private.movements_without_fee(timestamptz) is
  'What moved for payments that were settled since: their page may have been read before, when no fee of theirs could be booked.';

create function private.balance_days(p_from date, p_until date, p_organisation_id uuid default null) returns table (
  day date, currency text, provider_minor bigint, books_minor bigint, in_transit_minor bigint, unknown_here_minor bigint,
  missing_there_minor bigint, amount_differs_minor bigint, provider_fees_minor bigint, booked_fees_minor bigint)
language sql stable set search_path = '' as $$
  with bounds as (
    select p_from::timestamp at time zone 'UTC' as since, p_until::timestamp at time zone 'UTC' as until
  ), there as (
    select (b.created_at at time zone 'UTC')::date as day, b.currency, b.amount_minor, b.fee_minor, b.balance_currency, coalesce(f.fee_minor, 0) as booked_fee_minor,
      k.id is not null as is_booked, k.amount_minor as booked_minor, (k.occurred_at at time zone 'UTC')::date as booked_on
    from private.balance_transactions b
    left join public.payments r on r.provider = 'stripe' and r.provider_reference = b.payment_reference
    left join public.payments o on o.id = coalesce(r.id, b.payment_id)
    left join lateral (
      select t.id, t.occurred_at, e.amount_minor
      from (
        select t.* from private.ledger_transactions t where b.category = 'charge' and t.kind = 'settlement' and t.payment_id = r.id
        union all
        select t.* from public.refunds x join private.ledger_transactions t on t.refund_id = x.id and t.kind = b.category
        where b.category in ('refund', 'refund_failure') and x.provider_reference = b.refund_reference
        union all
        select t.* from private.ledger_transactions t where t.kind = 'dispute' and t.provider_reference = b.id
      ) t join private.ledger_entries e on e.transaction_id = t.id and e.account = 'provider'
      limit 1
    ) k on true
    left join lateral (
      select sum(e.amount_minor) as fee_minor
      from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id and e.account in ('provider_fees', 'dispute_fees')
      where t.provider_reference = b.id
    ) f on true
    where b.created_at >= (select since from bounds) and b.created_at < (select until from bounds)
      and b.category in ('charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal')
      and (r.id is not null or b.payment_id is not null) and (p_organisation_id is null or o.organisation_id = p_organisation_id)
  ), here as (
    select (t.occurred_at at time zone 'UTC')::date as day, t.currency, e.amount_minor, m.id is not null as is_there,
      (m.created_at at time zone 'UTC')::date as there_on
    from private.ledger_transactions t
    join private.ledger_entries e on e.transaction_id = t.id and e.account = 'provider'
    left join public.payments p on p.id = t.payment_id
    left join public.refunds r on r.id = t.refund_id
    left join lateral (
      select b.id, b.created_at from private.balance_transactions b
      where t.kind = 'settlement' and b.category = 'charge' and b.payment_reference = p.provider_reference
      union all
      select b.id, b.created_at from private.balance_transactions b
      where t.refund_id is not null and b.category = t.kind and b.refund_reference = r.provider_reference
      union all
      select b.id, b.created_at from private.balance_transactions b where t.kind = 'dispute' and b.id = t.provider_reference
      limit 1
    ) m on true
    where t.kind not in ('fee', 'transfer', 'transfer_reversal') and t.occurred_at >= (select since from bounds) and t.occurred_at < (select until from bounds)
      and (p_organisation_id is null or t.organisation_id = p_organisation_id)
  ), parts as (
    select t.day, t.currency, t.amount_minor as provider, 0 as books, case when t.booked_on <> t.day then t.booked_minor else 0 end as in_transit,
      case when t.is_booked then 0 else t.amount_minor end as unknown_here, 0 as missing_there,
      case when t.is_booked then t.amount_minor - t.booked_minor else 0 end as amount_differs, 0 as provider_fees, 0 as booked_fees from there t
    union all
    select h.day, h.currency, 0, h.amount_minor, case when h.there_on <> h.day then -h.amount_minor else 0 end, 0,
      case when h.is_there then 0 else h.amount_minor end, 0, 0, 0 from here h
    union all
    select t.day, t.balance_currency, 0, 0, 0, 0, 0, 0, t.fee_minor, t.booked_fee_minor from there t
  )
  select p.day, p.currency, sum(p.provider)::bigint, sum(p.books)::bigint, sum(p.in_transit)::bigint, sum(p.unknown_here)::bigint,
    sum(p.missing_there)::bigint, sum(p.amount_differs)::bigint, sum(p.provider_fees)::bigint, sum(p.booked_fees)::bigint
  from parts p group by p.day, p.currency
$$;
comment on function private.balance_days(date, date, uuid) is
  'From a day until before another (UTC), per currency: what moved at the provider for payments of ours, what the ledger''s account '
  '"provider" says, and what explains the difference: provider − books = in transit + unknown here − missing there + amounts that '
  'differ. Fees apart: what the provider kept of these movements, and what is booked of it. Of one organisation, or of all.';

create function private.balance_differences(p_from date, p_until date) returns setof private.difference
language sql stable set search_path = '' as $$
  select d.currency || ' ' || d.day, 'balance_differs', null::text, null::text, null::uuid, null::uuid, null::uuid, to_jsonb(d) - '{day,currency}'::text[]
  from private.balance_days(p_from, p_until) d
  where d.unknown_here_minor <> 0 or d.missing_there_minor <> 0 or d.amount_differs_minor <> 0 or d.provider_fees_minor <> d.booked_fees_minor
$$;
comment on function private.balance_differences(date, date) is 'The days on which ledger and balance differ by more than what is in transit, or in what the provider kept.';

create function private.refunds_not_made() returns setof private.difference
language sql stable set search_path = '' as $$
  select r.id::text, 'refund_not_made', null::text, null::text, p.organisation_id, p.venue_id, p.id,
    jsonb_build_object('here', jsonb_build_object('refund_id', r.id, 'status', r.status, 'amount_minor', r.amount_minor, 'order_id', p.order_id))
  from public.refunds r join public.payments p on p.venue_id = r.venue_id and p.id = r.payment_id
  where r.status = 'pending' and r.provider_reference is null and r.created_at < now() - interval '1 hour'
$$;
comment on function private.refunds_not_made() is 'Refunds that were asked for an hour ago and that the provider has not heard of.';
