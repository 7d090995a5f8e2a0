-- A guest's bank takes money back and asks the venue to prove its case. The provider reports each step; the books follow what
-- it moves: from the provider to what is disputed, and from there back, or lost. Events in any order end in the same state.

create table public.disputes (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  payment_id uuid not null,
  provider_reference text not null unique,
  status text not null,
  reason text not null,
  amount_minor bigint not null,
  respond_by timestamptz,
  opened_at timestamptz not null,
  reported_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint disputes_payment_key unique (venue_id, payment_id, id),
  constraint payment_is_in_the_venue foreign key (venue_id, payment_id) references public.payments (venue_id, id),
  constraint status_is_known check (status in ('warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response',
    'under_review', 'appeal_needs_response', 'appeal_under_review', 'won', 'lost', 'prevented')),
  constraint amount_is_positive check (amount_minor > 0)
);
comment on table public.disputes is 'Payments that a guest''s bank disputes; answered at the provider, followed here.';
comment on column public.disputes.status is 'The provider''s word. A warning takes no money yet; won, lost, warning_closed and prevented are decided.';
comment on column public.disputes.reason is 'The bank''s reason, in the provider''s words.';
comment on column public.disputes.respond_by is 'Until when evidence is taken at the provider.';
comment on column public.disputes.reported_at is 'The provider''s clock of the newest event: older ones do not change the status.';
alter table private.ledger_transactions
  add constraint dispute_is_of_the_payment foreign key (venue_id, payment_id, dispute_id) references public.disputes (venue_id, payment_id, id);
create index ledger_transactions_by_dispute on private.ledger_transactions (venue_id, payment_id, dispute_id) where dispute_id is not null;

alter table public.disputes enable row level security;
create policy select_member on public.disputes for select to authenticated
  using (venue_id = any ((select private.venues_with('orders.read'))::uuid[]));
grant select on public.disputes to authenticated;
create trigger set_updated_at before update on public.disputes for each row execute function private.set_updated_at();

create function private.post_dispute(
  p_payment public.payments, p_dispute_id uuid, p_reference text, p_currency text, p_entries jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_transaction uuid;
begin
  insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id, dispute_id, provider_reference, trace_id)
  values (p_payment.organisation_id, p_payment.venue_id, p_currency, 'dispute', p_payment.order_id, p_payment.id, p_dispute_id, p_reference, private.trace_id())
  on conflict (provider_reference) where provider_reference is not null do nothing
  returning id into v_transaction;
  insert into private.ledger_entries (transaction_id, account, amount_minor)
  select v_transaction, e.key, e.value::bigint from jsonb_each_text(p_entries) e where v_transaction is not null and e.value::bigint <> 0;
end $$;
comment on function private.post_dispute(public.payments, uuid, text, text, jsonb) is
  'Books a movement of a dispute, {account: amount}; one that names the provider''s balance transaction is booked once.';

create function private.apply_dispute_event(p_object jsonb, p_at timestamptz) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_payment public.payments;
  v_order public.orders;
  v_before public.disputes;
  v_dispute public.disputes;
  v_movement jsonb;
  v_held record;
  v_decided constant text[] := array['won', 'lost', 'warning_closed', 'prevented'];
begin
  select * into v_payment from public.payments p where p.provider = 'stripe' and p.provider_reference = p_object ->> 'payment_intent';
  if not found then
    return 'payment_not_settled';
  end if;
  select * into v_order from public.orders o where o.venue_id = v_payment.venue_id and o.id = v_payment.order_id for no key update;
  select * into v_payment from public.payments p where p.id = v_payment.id for no key update;
  if v_payment.status <> 'succeeded' then
    return 'payment_not_settled';
  elsif v_payment.currency is distinct from upper(p_object ->> 'currency') then
    return 'dispute_mismatch';
  end if;
  select * into v_before from public.disputes d where d.provider_reference = p_object ->> 'id';
  if v_before.payment_id <> v_payment.id then
    return 'dispute_mismatch';
  end if;
  insert into public.disputes as d (venue_id, payment_id, provider_reference, status, reason, amount_minor, respond_by, opened_at, reported_at)
  values (v_payment.venue_id, v_payment.id, p_object ->> 'id', p_object ->> 'status', p_object ->> 'reason', (p_object ->> 'amount')::bigint,
    to_timestamp((p_object #>> '{evidence_details,due_by}')::bigint), to_timestamp((p_object ->> 'created')::bigint), p_at)
  on conflict (provider_reference) do update set
    status = excluded.status, reason = excluded.reason, amount_minor = excluded.amount_minor, respond_by = excluded.respond_by, reported_at = excluded.reported_at
    -- Of two events of one second the decision is the later one.
    where d.reported_at < p_at or (d.reported_at = p_at and not d.status = any (v_decided))
  returning * into v_dispute;
  if not found then
    v_dispute := v_before;
  end if;

  for v_movement in select m from jsonb_array_elements(coalesce(p_object -> 'balance_transactions', '[]')) m loop
    perform private.post_dispute(v_payment, v_dispute.id, v_movement ->> 'id', upper(v_movement ->> 'currency'), jsonb_build_object(
      'provider', (v_movement ->> 'net')::bigint, 'disputes', -(v_movement ->> 'amount')::bigint, 'dispute_fees', (v_movement ->> 'fee')::bigint));
  end loop;
  -- What is decided against the venue is no longer held but lost; what it wins after all comes back out of the losses.
  for v_held in
    select t.currency, sum(e.amount_minor)::bigint as amount_minor
    from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
    where t.venue_id = v_dispute.venue_id and t.payment_id = v_dispute.payment_id and t.dispute_id = v_dispute.id and e.account = 'disputes'
    group by t.currency
  loop
    if (v_dispute.status = 'lost' and v_held.amount_minor <> 0) or (v_dispute.status = 'won' and v_held.amount_minor < 0) then
      perform private.post_dispute(v_payment, v_dispute.id, null, v_held.currency,
        jsonb_build_object('disputes', -v_held.amount_minor, 'dispute_losses', v_held.amount_minor));
    end if;
  end loop;

  if v_before.id is null and not v_dispute.status = any (v_decided) then
    perform private.tell_of_trouble('dispute_opened', v_order, v_dispute.amount_minor);
  elsif v_dispute.status in ('won', 'lost') and v_dispute.status is distinct from v_before.status then
    perform private.tell_of_trouble('dispute_' || v_dispute.status, v_order, v_dispute.amount_minor);
  end if;
  return 'dispute_' || v_dispute.status;
end $$;
comment on function private.apply_dispute_event(jsonb, timestamptz) is
  'Applies the provider''s dispute object as of p_at: its status, the movements it lists, and the loss. Returns dispute_<status>, or '
  'payment_not_settled or dispute_mismatch.';

create function public.get_disputes(p_organisation_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_organisation('analytics.read', p_organisation_id);
  return (
    select coalesce(jsonb_agg(jsonb_build_object('dispute_id', d.id, 'venue_id', d.venue_id, 'order_id', p.order_id, 'order_number', o.number,
      'business_date', o.business_date, 'payment_id', p.id, 'status', d.status, 'reason', d.reason, 'amount_minor', d.amount_minor,
      'currency', p.currency, 'respond_by', d.respond_by, 'opened_at', d.opened_at, 'held_minor', l.held_minor, 'lost_minor', l.lost_minor,
      'fees_minor', l.fees_minor) order by d.opened_at desc, d.id), '[]')
    from public.disputes d
    join public.payments p on p.venue_id = d.venue_id and p.id = d.payment_id
    join public.orders o on o.venue_id = p.venue_id and o.id = p.order_id
    cross join lateral (
      select coalesce(sum(e.amount_minor) filter (where e.account = 'disputes'), 0)::bigint as held_minor,
        coalesce(sum(e.amount_minor) filter (where e.account = 'dispute_losses'), 0)::bigint as lost_minor,
        coalesce(sum(e.amount_minor) filter (where e.account = 'dispute_fees'), 0)::bigint as fees_minor
      from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
      where t.venue_id = d.venue_id and t.payment_id = d.payment_id and t.dispute_id = d.id) l
    where p.organisation_id = p_organisation_id);
end $$;
comment on function public.get_disputes(uuid) is
  'The disputes of an organisation, newest first, with what the books say of each: [{dispute_id, venue_id, order_id, order_number, '
  'business_date, payment_id, status, reason, amount_minor, currency, respond_by, opened_at, held_minor, lost_minor, fees_minor}]. '
  'Needs analytics.read for the whole organisation. Definer: the ledger is not readable by clients. Errors: not_authenticated, '
  'permission_denied.';
grant execute on function public.get_disputes(uuid) to authenticated;
