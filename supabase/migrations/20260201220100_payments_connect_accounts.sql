-- An organisation's own account at the payment provider, to which what its guests pay online goes on. Owners link and unlink
-- it; what it can do is the provider's word alone: events say that it is time to look, a job asks, and whoever asked last is
-- right. Without one that takes charges, money stays with Servio, and the ledger says what is owed.

insert into private.errors (code, http_status, meaning, remedy) values
  ('account_not_found', 404, 'The organisation has no account at the payment provider.', 'Link one first.'),
  ('account_reference_conflict', 409, 'The account is another one at the payment provider already.', 'Load the account again.');
insert into private.outbox_routes (topic, queue) values ('account.changed', 'provider_calls');

create table public.connected_accounts (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations,
  provider_reference text,
  charges_enabled boolean not null default false,
  payouts_enabled boolean not null default false,
  requirements jsonb not null default '{}',
  is_gone boolean not null default false,
  seen_at timestamptz,
  unlinked_at timestamptz,
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint connected_accounts_tenant_key unique (organisation_id, provider_reference),
  constraint one_organisation_per_account unique (provider_reference),
  constraint reference_is_an_account check (provider_reference ~ '^acct_[A-Za-z0-9]+$'),
  constraint only_what_was_seen_takes_charges check (not charges_enabled or (provider_reference is not null and seen_at is not null and not is_gone)),
  constraint only_what_is_gone_is_closed check (closed_at is null or is_gone)
);
comment on table public.connected_accounts is 'Accounts of organisations at the payment provider, to which online payments go on.';
comment on column public.connected_accounts.provider_reference is 'Null until the provider has made it.';
comment on column public.connected_accounts.charges_enabled is 'The provider lets it take charges and transfers.';
comment on column public.connected_accounts.payouts_enabled is 'The provider pays out to its bank.';
comment on column public.connected_accounts.requirements is 'What the provider still wants to know, and why it is disabled: {currently_due: [text], disabled_reason: text}.';
comment on column public.connected_accounts.is_gone is 'The provider does not know it, or not as ours; the next link makes another.';
comment on column public.connected_accounts.seen_at is 'By our clock: the provider was asked after this instant. What was asked earlier changes nothing any more.';
comment on column public.connected_accounts.unlinked_at is 'The owner wants new payments to stay with Servio.';
comment on column public.connected_accounts.closed_at is 'Another account has taken its place.';
create unique index one_account_per_organisation on public.connected_accounts (organisation_id) where closed_at is null;

alter table public.payments add constraint destination_is_an_account_of_the_organisation
  foreign key (organisation_id, destination) references public.connected_accounts (organisation_id, provider_reference);
create index payments_by_destination on public.payments (organisation_id, destination) where destination is not null;

alter table public.connected_accounts enable row level security;
create policy select_billing on public.connected_accounts for select to authenticated
  using (organisation_id = any ((select private.organisations_with('billing.read'))::uuid[]));
grant select on public.connected_accounts to authenticated;
create trigger set_updated_at before update on public.connected_accounts for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.connected_accounts for each row execute function private.audit();

insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('public.connected_accounts', 'requirements', 'nobody', null); -- names of fields, not what is in them

create function private.request_account_look(p_reference text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- The provider is asked after this instant: whatever led here is in its answer.
  perform private.emit('account.changed', jsonb_build_object('account_reference', p_reference, 'seen_at', clock_timestamp()));
end $$;
comment on function private.request_account_look(text) is 'Asks for a job that looks at a connected account and hands in what it sees.';

create function private.note_account_event(p_object jsonb) returns text
language plpgsql volatile set search_path = '' as $$
begin
  if not exists (select 1 from public.connected_accounts a where a.provider_reference = p_object ->> 'id') then
    return 'not_ours';
  end if;
  perform private.request_account_look(p_object ->> 'id');
  return 'account_noted';
end $$;
comment on function private.note_account_event(jsonb) is 'Takes notice of an event about a connected account. Nothing in it is believed but whose it is.';

create function private.look_at_accounts() returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.request_account_look(a.provider_reference)
  from public.connected_accounts a
  where a.closed_at is null and a.provider_reference is not null and coalesce(a.seen_at < now() - interval '1 day', true);
end $$;
comment on function private.look_at_accounts() is 'With each reconciliation: asks for a look at every account that was not seen for a day.';

create function public.start_account_link(p_organisation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_account public.connected_accounts;
begin
  perform private.require_organisation('billing.edit', p_organisation_id);
  perform 1 from public.organisations o where o.id = p_organisation_id for no key update;
  update public.connected_accounts a set closed_at = now() where a.organisation_id = p_organisation_id and a.closed_at is null and a.is_gone;
  insert into public.connected_accounts as a (organisation_id) values (p_organisation_id)
  on conflict (organisation_id) where closed_at is null do update set unlinked_at = null
  returning * into v_account;
  if v_account.provider_reference is not null then
    perform private.request_account_look(v_account.provider_reference);
  end if;
  return jsonb_build_object('account_id', v_account.id, 'organisation_id', p_organisation_id, 'provider_reference', v_account.provider_reference, 'email', auth.email());
end $$;
comment on function public.start_account_link(uuid) is
  'Reserves the organisation''s account at the payment provider, or takes the one that is there up again, and asks the provider how it '
  'is. Needs billing.edit, with or without a running subscription. Returns {account_id, organisation_id, provider_reference, email}. '
  'Clients call the billing function, which calls this, makes the account where there is none, and then a link to fill it in. '
  'Definer: clients do not write accounts. Errors: not_authenticated, permission_denied.';
grant execute on function public.start_account_link(uuid) to authenticated;

create function public.attach_account(p_account_id uuid, p_provider_reference text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_account public.connected_accounts;
begin
  if coalesce(p_provider_reference, '') !~ '^acct_[A-Za-z0-9]+$' then
    perform private.fail('invalid_input', 'p_provider_reference: an account of the provider');
  end if;
  update public.connected_accounts a set provider_reference = p_provider_reference
  where a.id = p_account_id and coalesce(a.provider_reference, p_provider_reference) = p_provider_reference returning * into v_account;
  if not found then
    perform private.fail(case when exists (select 1 from public.connected_accounts a where a.id = p_account_id) then 'account_reference_conflict' else 'account_not_found' end);
  end if;
  return jsonb_build_object('account_id', v_account.id, 'provider_reference', v_account.provider_reference);
exception when unique_violation then
  perform private.fail('account_reference_conflict');
  return null;
end $$;
comment on function public.attach_account(uuid, text) is
  'Notes the provider''s account for a reserved one. For the billing function only. Returns {account_id, provider_reference}; a repeat '
  'returns the same. Definer: the service role has no table access. Errors: invalid_input, account_not_found, account_reference_conflict.';
grant execute on function public.attach_account(uuid, text) to service_role;

create function public.unlink_account(p_organisation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_account public.connected_accounts;
begin
  perform private.require_organisation('billing.edit', p_organisation_id);
  update public.connected_accounts a set unlinked_at = coalesce(a.unlinked_at, now())
  where a.organisation_id = p_organisation_id and a.closed_at is null returning * into v_account;
  if not found then
    perform private.fail('account_not_found');
  end if;
  return jsonb_build_object('account_id', v_account.id, 'unlinked_at', v_account.unlinked_at);
end $$;
comment on function public.unlink_account(uuid) is
  'From now on new payments stay with Servio. What was paid before is refunded from where it went, and the account itself stays the '
  'owner''s at the provider. Linking again takes it up again. Needs billing.edit, with or without a running subscription. Returns '
  '{account_id, unlinked_at}; a repeat returns the same. Definer: clients do not write accounts. Errors: not_authenticated, '
  'permission_denied, account_not_found.';
grant execute on function public.unlink_account(uuid) to authenticated;

create function public.apply_account(p_object jsonb, p_seen_at timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_account public.connected_accounts;
  v_is_gone constant boolean := coalesce((p_object ->> 'deleted')::boolean, false);
begin
  if p_seen_at is null or p_object ->> 'object' is distinct from 'account' then
    perform private.fail('invalid_input', 'p_object: an account of the provider; p_seen_at: when it was asked for');
  end if;
  update public.connected_accounts a
  set charges_enabled = not v_is_gone and coalesce((p_object ->> 'charges_enabled')::boolean
        and p_object #>> '{capabilities,card_payments}' = 'active' and p_object #>> '{capabilities,transfers}' = 'active', false),
    payouts_enabled = not v_is_gone and coalesce((p_object ->> 'payouts_enabled')::boolean, false),
    requirements = jsonb_strip_nulls(jsonb_build_object('currently_due', coalesce(p_object #> '{requirements,currently_due}', '[]'),
      'disabled_reason', case when v_is_gone then 'gone' else p_object #>> '{requirements,disabled_reason}' end)),
    is_gone = v_is_gone, seen_at = p_seen_at
  where a.provider_reference = p_object ->> 'id' and coalesce(a.seen_at <= p_seen_at, true) and (a.closed_at is null or v_is_gone)
  returning * into v_account;
  if not found then
    return jsonb_build_object('outcome', case
      when exists (select 1 from public.connected_accounts a where a.provider_reference = p_object ->> 'id') then 'stale' else 'not_ours' end);
  end if;
  return jsonb_build_object('outcome', 'applied', 'organisation_id', v_account.organisation_id, 'charges_enabled', v_account.charges_enabled,
    'payouts_enabled', v_account.payouts_enabled);
exception when data_exception then
  perform private.fail('invalid_input', 'p_object: not of the provider''s form');
  return null;
end $$;
comment on function public.apply_account(jsonb, timestamptz) is
  'Takes the provider''s account object ({id, object, deleted: true} where it knows none) as what is true, asked for after p_seen_at '
  'by the database''s clock: an answer asked for earlier than the last one taken is stale and changes nothing, so order and repeats do '
  'not matter. For workers only. Returns {outcome: applied | stale | not_ours, organisation_id?, charges_enabled?, payouts_enabled?}. '
  'Definer: the service role has no table access. Errors: invalid_input.';
grant execute on function public.apply_account(jsonb, timestamptz) to service_role;
