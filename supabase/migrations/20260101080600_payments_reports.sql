-- What owners may ask of the books.

create function public.get_ledger_balance(p_organisation_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_organisation('analytics.read', p_organisation_id);
  return (
    select coalesce(jsonb_agg(jsonb_build_object('currency', c.currency, 'sum_minor', c.sum_minor, 'accounts', c.accounts) order by c.currency), '[]')
    from (
      select a.currency, sum(a.sum_minor)::bigint as sum_minor, jsonb_object_agg(a.account, a.sum_minor) as accounts
      from (
        select t.currency, e.account, sum(e.amount_minor)::bigint as sum_minor
        from private.ledger_transactions t
        join private.ledger_entries e on e.transaction_id = t.id
        where t.organisation_id = p_organisation_id
        group by t.currency, e.account
      ) a
      group by a.currency
    ) c);
end $$;
comment on function public.get_ledger_balance(uuid) is
  'The organisation''s trial balance, per currency: [{currency, sum_minor, accounts: {account: sum_minor}}], debits positive; '
  'sum_minor is 0 when the books balance, which they do by constraint. Needs analytics.read for the whole organisation. '
  'Definer: the ledger is not readable by clients. Errors: not_authenticated, permission_denied.';
grant execute on function public.get_ledger_balance(uuid) to authenticated;
