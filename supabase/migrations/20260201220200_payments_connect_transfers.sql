-- Where an online payment goes on to, what Servio keeps of it, and what refunds bring back. The provider does all of this with
-- the charge and the refund themselves (destination charges); here it is booked, and owners are told.

create table private.application_fees (
  tier text not null references public.tiers,
  currency text not null,
  basis_points integer not null,
  fixed_minor bigint not null,
  primary key (tier, currency),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint rate_is_a_part_of_the_payment check (basis_points between 0 and 10000 and fixed_minor >= 0)
);
comment on table private.application_fees is
  'What Servio keeps of an online payment that goes on to an organisation''s own account, by plan; the provider''s own fee is paid out '
  'of it. Without a row for a currency its payments stay with Servio. Reference data, changed by migrations only.';
comment on column private.application_fees.basis_points is 'Hundredths of a percent of the payment, rounded half up. With fixed_minor at least one, since the provider takes no fee of nothing.';
comment on column private.application_fees.fixed_minor is 'Added to each payment, in minor units.';
insert into private.application_fees (tier, currency, basis_points, fixed_minor) values
  ('starter', 'GBP', 250, 20), ('pro', 'GBP', 200, 20), ('enterprise', 'GBP', 175, 20),
  ('starter', 'EUR', 250, 25), ('pro', 'EUR', 200, 25), ('enterprise', 'EUR', 175, 25);

create function private.destination_of(p_organisation_id uuid, p_currency text, p_amount_minor bigint) returns table (destination text, fee_minor bigint)
language sql stable set search_path = '' as $$
  select a.provider_reference, least(p_amount_minor, greatest(private.divide_half_up(p_amount_minor * f.basis_points, 10000) + f.fixed_minor, 1))
  from public.connected_accounts a
  join public.organisations o on o.id = a.organisation_id
  join private.application_fees f on f.tier = o.tier and f.currency = p_currency
  where a.organisation_id = p_organisation_id and a.closed_at is null and a.unlinked_at is null and a.charges_enabled
$$;
comment on function private.destination_of(uuid, text, bigint) is
  'The account that a new payment goes on to, and what Servio keeps of it; no row when it stays with Servio.';

create function private.post_transfer(p_payment public.payments) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_transaction uuid;
begin
  insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id, trace_id)
  values (p_payment.organisation_id, p_payment.venue_id, p_payment.currency, 'transfer', p_payment.order_id, p_payment.id, private.trace_id())
  returning id into v_transaction;
  insert into private.ledger_entries (transaction_id, account, amount_minor)
  select v_transaction, e.account, e.amount_minor
  from (values ('provider', -p_payment.amount_minor), ('connected', p_payment.amount_minor - p_payment.application_fee_minor),
    ('platform_fees', p_payment.application_fee_minor)) as e (account, amount_minor)
  where e.amount_minor <> 0;
end $$;
comment on function private.post_transfer(public.payments) is
  'Books that a settled payment went on to its destination, less what Servio keeps; by constraint it can be booked once.';

create function private.claim_reversal(p_payment_id uuid, p_amount_minor bigint) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- A refund that came back has taken its part back already, and the provider does not send it again: the next one is paid
  -- from what Servio holds since.
  update public.payments p set reversal_claimed_minor = p.reversal_claimed_minor + p_amount_minor
  where p.id = p_payment_id and p.destination is not null and p.reversal_claimed_minor + p_amount_minor <= p.amount_minor;
  return found;
end $$;
comment on function private.claim_reversal(uuid, bigint) is
  'Whether a refund takes its amount back from where the payment went: never more than was sent. Callers have claimed the refund.';

create function private.settle_reversal(p_payment public.payments, p_refund public.refunds) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_transaction uuid;
  v_reversed bigint;
  v_fee_back bigint;
begin
  if p_refund.status = 'failed' and p_refund.provider_reference is null then
    -- The provider never had it, so it has taken nothing back.
    update public.payments p set reversal_claimed_minor = p.reversal_claimed_minor - p_refund.amount_minor where p.id = p_payment.id;
    return;
  end if;
  select coalesce(sum(e.amount_minor) filter (where e.account = 'provider'), 0), coalesce(-sum(e.amount_minor) filter (where e.account = 'platform_fees'), 0)
  into v_reversed, v_fee_back
  from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
  where t.venue_id = p_payment.venue_id and t.order_id = p_payment.order_id and t.payment_id = p_payment.id and t.kind = 'transfer_reversal';
  -- Of the whole that is back by now, less what is back already: however many refunds, together they give exactly the fee.
  v_fee_back := private.divide_half_up(p_payment.application_fee_minor * (v_reversed + p_refund.amount_minor), p_payment.amount_minor) - v_fee_back;
  insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id, refund_id, trace_id)
  values (p_payment.organisation_id, p_payment.venue_id, p_payment.currency, 'transfer_reversal', p_payment.order_id, p_payment.id, p_refund.id, private.trace_id())
  returning id into v_transaction;
  insert into private.ledger_entries (transaction_id, account, amount_minor)
  select v_transaction, e.account, e.amount_minor
  from (values ('provider', p_refund.amount_minor), ('connected', v_fee_back - p_refund.amount_minor), ('platform_fees', -v_fee_back)) as e (account, amount_minor)
  where e.amount_minor <> 0;
end $$;
comment on function private.settle_reversal(public.payments, public.refunds) is
  'Books what a refund that the provider has taken up brought back from the destination, with our fee in proportion; one that it '
  'refused frees its claim. Callers hold the order''s lock.';

create function public.refuse_destination(p_payment_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_payment public.payments;
begin
  select * into v_payment from public.payments p where p.id = p_payment_id and p.destination is not null;
  if not found then
    perform private.fail('payment_not_found');
  end if;
  update public.payments p set status = 'canceled' where p.id = p_payment_id and p.status = 'reserved';
  if found then
    v_payment.status := 'canceled';
    update public.connected_accounts a set charges_enabled = false, seen_at = clock_timestamp()
    where a.provider_reference = v_payment.destination and a.charges_enabled;
    perform private.request_account_look(v_payment.destination);
  end if;
  return jsonb_build_object('payment_id', p_payment_id, 'status', v_payment.status);
end $$;
comment on function public.refuse_destination(uuid) is
  'The provider does not take a reserved payment for the account that it was to go on to: the payment is given up, new ones stay with '
  'Servio, and a look at the account says when they go on again. For the payments function only. Returns {payment_id, status}; a '
  'repeat changes nothing. Definer: the service role has no table access. Errors: payment_not_found.';
grant execute on function public.refuse_destination(uuid) to service_role;

create function public.get_payouts(p_organisation_id uuid, p_from date default null, p_until date default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_until date := coalesce(p_until, (now() at time zone 'UTC')::date);
  v_from date := coalesce(p_from, v_until - 6);
begin
  perform private.require_organisation('billing.read', p_organisation_id);
  perform private.check_days(v_from, v_until);
  return jsonb_build_object('organisation_id', p_organisation_id, 'from', v_from, 'until', v_until,
    'account', (
      select jsonb_build_object('account_id', a.id, 'provider_reference', a.provider_reference, 'is_linked', a.unlinked_at is null,
        'charges_enabled', a.charges_enabled, 'payouts_enabled', a.payouts_enabled, 'requirements', a.requirements, 'seen_at', a.seen_at)
      from public.connected_accounts a where a.organisation_id = p_organisation_id and a.closed_at is null),
    'balances', (
      select coalesce(jsonb_agg(to_jsonb(b) order by b.currency), '[]')
      from (
        select t.currency, coalesce(sum(e.amount_minor) filter (where e.account = 'connected'), 0)::bigint as transferred_minor,
          coalesce(sum(e.amount_minor) filter (where e.account = 'provider'), 0)::bigint as owed_minor
        from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
        where t.organisation_id = p_organisation_id and e.account in ('connected', 'provider') group by t.currency
      ) b),
    'days', (
      select coalesce(jsonb_agg(to_jsonb(d) order by d.day, d.currency), '[]')
      from (
        select (t.occurred_at at time zone 'UTC')::date as day, t.currency,
          coalesce(sum(e.amount_minor) filter (where e.account = 'provider' and t.kind = 'settlement'), 0)::bigint as gross_minor,
          coalesce(-sum(e.amount_minor) filter (where e.account = 'provider' and t.kind in ('refund', 'refund_failure')), 0)::bigint as refunds_minor,
          coalesce(sum(e.amount_minor) filter (where e.account = 'provider_fees'), 0)::bigint as provider_fees_minor,
          coalesce(sum(e.amount_minor) filter (where e.account = 'platform_fees'), 0)::bigint as platform_fees_minor,
          coalesce(sum(e.amount_minor) filter (where e.account in ('disputes', 'dispute_fees', 'dispute_losses')), 0)::bigint as disputes_minor,
          coalesce(sum(e.amount_minor) filter (where e.account = 'connected'), 0)::bigint as transferred_minor,
          coalesce(sum(e.amount_minor) filter (where e.account = 'provider'), 0)::bigint as owed_minor
        from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
        where t.organisation_id = p_organisation_id
          and t.occurred_at >= v_from::timestamp at time zone 'UTC' and t.occurred_at < (v_until + 1)::timestamp at time zone 'UTC'
          and e.account in ('provider', 'connected', 'provider_fees', 'platform_fees', 'disputes', 'dispute_fees', 'dispute_losses')
        group by 1, 2
      ) d));
end $$;
comment on function public.get_payouts(uuid, date, date) is
  'What became of the money that guests paid online, from one day to another (UTC, up to 92 days, by default the last seven), per day '
  'and currency: gross − refunds − provider fees − platform fees − disputes = transferred to the organisation''s own account + owed by '
  'Servio. Needs billing.read. Returns {organisation_id, from, until, account: {account_id, provider_reference, is_linked, '
  'charges_enabled, payouts_enabled, requirements, seen_at} | null, balances: [{currency, transferred_minor, owed_minor}] of all time, days: [{day, '
  'currency, gross_minor, refunds_minor, provider_fees_minor, platform_fees_minor, disputes_minor, transferred_minor, owed_minor}]}. '
  'Definer: clients do not read the ledger. Errors: not_authenticated, permission_denied, invalid_input.';
grant execute on function public.get_payouts(uuid, date, date) to authenticated;
