-- How a run moves from page to page and ends, and what operators and owners are told.

create function public.save_reconciliation_page(p_run_id uuid, p_worker uuid, p_step text, p_page_after text, p_objects jsonb default '[]', p_counts jsonb default '{}') returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_run private.reconciliation_runs := private.hold_reconciliation(p_run_id, p_worker);
  v_found private.difference[];
  v_new integer;
begin
  if coalesce(p_step, '') not in ('events', 'payments', 'refunds', 'subscriptions', 'unconfirmed', 'balance', 'findings') then
    perform private.fail('invalid_input', 'p_step: unknown');
  elsif jsonb_typeof(p_objects) is distinct from 'array' or jsonb_typeof(p_counts) is distinct from 'object' then
    perform private.fail('invalid_input', 'p_objects: an array; p_counts: an object');
  end if;
  v_found := array(select d from private.differences(p_objects) d);
  insert into private.reconciliation_seen (run_id, object_id)
  select p_run_id, o ->> 'id' from jsonb_array_elements(p_objects) o where o ->> 'object' <> 'balance_transaction'
  on conflict do nothing;
  perform private.keep_balance_transactions(p_objects);
  perform private.book_fees(array(select o ->> 'id' from jsonb_array_elements(p_objects) o where o ->> 'object' = 'balance_transaction'));
  v_new := private.note_findings(v_found, array(select o ->> 'id' from jsonb_array_elements(p_objects) o where o ->> 'object' <> 'balance_transaction'));
  -- Given up here and still open there: it is cancelled once more.
  perform private.emit('payment.cancel_requested', jsonb_build_object('payment_id', d.payment_id))
  from unnest(v_found) d
  where d.kind = 'payment_status_differs' and d.detail #>> '{here,status}' = 'canceled' and d.detail #>> '{there,status}' like 'requires\_%';
  update private.reconciliation_runs r
  set step = p_step, page_after = p_page_after, last_error = null, counts = r.counts || (
    select coalesce(jsonb_object_agg(c.key, coalesce((r.counts ->> c.key)::bigint, 0) + c.value::bigint), '{}') from jsonb_each_text(p_counts) c)
  where r.id = v_run.id;
  return jsonb_build_object('run_id', p_run_id, 'new_findings', v_new);
end $$;
comment on function public.save_reconciliation_page(uuid, uuid, text, text, jsonb, jsonb) is
  'What a page of the provider''s objects comes to, after the rules: differences become findings, findings that are gone are resolved, '
  'balance transactions are kept and their fees booked, and the run goes on at p_step after p_page_after. For workers only. Returns {run_id, new_findings}. '
  'Definer: the service role has no table access. Errors: reconciliation_lost, invalid_input.';
grant execute on function public.save_reconciliation_page(uuid, uuid, text, text, jsonb, jsonb) to service_role;

create function public.finish_reconciliation(p_run_id uuid, p_worker uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_run private.reconciliation_runs := private.hold_reconciliation(p_run_id, p_worker);
  v_first date;
  v_from date;
  v_until constant date := ((v_run.window_to - interval '1 hour') at time zone 'UTC')::date;
  v_found private.difference[];
  v_open integer;
begin
  perform private.book_fees(private.movements_without_fee(v_run.window_from));
  v_found := array(select d from private.refunds_not_made() d);
  perform private.note_findings(v_found, array(
    select f.subject from private.reconciliation_findings f where f.resolved_at is null and f.kind = 'refund_not_made'));
  -- Whole days that are over and known without a gap: this window's, and those of which something was still open.
  select ((min(r.window_from) + interval '1 day' - interval '1 microsecond') at time zone 'UTC')::date into v_first
  from private.reconciliation_runs r where r.id = p_run_id or r.outcome in ('clean', 'differences');
  select greatest(v_first, least((v_run.window_from at time zone 'UTC')::date, min(right(f.subject, 10)::date))) into v_from
  from private.reconciliation_findings f where f.resolved_at is null and f.closed_at is null and f.kind = 'balance_differs';
  v_found := array(select d from private.balance_differences(v_from, v_until) d);
  perform private.note_findings(v_found, array(
    select f.subject from private.reconciliation_findings f where f.resolved_at is null and f.kind = 'balance_differs'
      and (f.closed_at is null or right(f.subject, 10)::date >= v_from)));
  perform private.look_at_accounts();
  delete from private.reconciliation_seen s where s.run_id = p_run_id;
  select count(*) into v_open from private.reconciliation_findings f where f.resolved_at is null and f.closed_at is null;
  update private.reconciliation_runs r
  set finished_at = clock_timestamp(), worker = null, lease_until = null, page_after = null, step = 'findings',
    outcome = case when v_open > 0 then 'differences' else 'clean' end
  where r.id = p_run_id returning * into v_run;
  return private.reconciliation_summary(v_run) || jsonb_build_object('open_findings', v_open);
end $$;
comment on function public.finish_reconciliation(uuid, uuid) is
  'Ends a reconciliation: books the fees of what was settled late, looks for refunds that were never made and for days on which ledger and balance differ. For workers only. '
  'Returns the run as request_reconciliation does, with {open_findings}. Definer: the service role has no table access. Errors: reconciliation_lost.';
grant execute on function public.finish_reconciliation(uuid, uuid) to service_role;

create function private.finding(p_finding private.reconciliation_findings) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('finding_id', p_finding.id, 'kind', p_finding.kind, 'subject', p_finding.subject, 'venue_id', p_finding.venue_id, 'payment_id', p_finding.payment_id,
    'detail', p_finding.detail, 'first_seen_at', p_finding.first_seen_at, 'last_seen_at', p_finding.last_seen_at, 'resolved_at', p_finding.resolved_at,
    'closed_at', p_finding.closed_at, 'closed_by', p_finding.closed_by, 'close_reason', p_finding.close_reason)
$$;
comment on function private.finding(private.reconciliation_findings) is 'A finding as reports show it.';

create function public.get_reconciliation_status(p_run_id uuid default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_run private.reconciliation_runs;
begin
  select * into v_run from private.reconciliation_runs r where p_run_id is null or r.id = p_run_id order by r.requested_at desc, r.finished_at desc nulls first limit 1;
  if not found then
    if p_run_id is not null then
      perform private.fail('reconciliation_not_found');
    end if;
    return jsonb_build_object('run', null, 'open_findings', 0, 'findings', '[]'::jsonb, 'days', '[]'::jsonb);
  end if;
  return jsonb_build_object('run', private.reconciliation_summary(v_run),
    'open_findings', (select count(*) from private.reconciliation_findings f where f.resolved_at is null and f.closed_at is null),
    'findings', (
      select coalesce(jsonb_agg(private.finding(f) || jsonb_build_object('organisation_id', f.organisation_id) order by f.first_seen_at, f.id), '[]')
      from (select * from private.reconciliation_findings f where f.resolved_at is null and f.closed_at is null order by f.first_seen_at, f.id limit 200) f),
    'days', (
      select coalesce(jsonb_agg(to_jsonb(d) order by d.day, d.currency), '[]')
      from private.balance_days((greatest(v_run.window_from, v_run.window_to - interval '31 days') at time zone 'UTC')::date,
        (v_run.window_to at time zone 'UTC')::date + 1) d));
end $$;
comment on function public.get_reconciliation_status(uuid) is
  'A run, or the latest, with the 200 oldest open findings of all tenants and the balance by day. For operators with the secret key. '
  'Returns {run, open_findings, findings: [{finding_id, kind, subject, organisation_id, venue_id, payment_id, detail, first_seen_at, last_seen_at, '
  'resolved_at}], days: [{day, currency, provider_minor, books_minor, in_transit_minor, unknown_here_minor, missing_there_minor, '
  'amount_differs_minor, provider_fees_minor, booked_fees_minor}]}. Definer: the service role has no table access. Errors: reconciliation_not_found.';
grant execute on function public.get_reconciliation_status(uuid) to service_role;

create function public.get_reconciliation_report(p_organisation_id uuid, p_from date default null, p_until date default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_until date := coalesce(p_until, (now() at time zone 'UTC')::date);
  v_from date := coalesce(p_from, v_until - 6);
begin
  perform private.require_organisation('analytics.read', p_organisation_id);
  perform private.check_days(v_from, v_until);
  return jsonb_build_object('organisation_id', p_organisation_id, 'from', v_from, 'until', v_until,
    'reconciled_until', (select max(r.window_to) from private.reconciliation_runs r where r.outcome in ('clean', 'differences')),
    'findings', (
      select coalesce(jsonb_agg(private.finding(f) order by f.first_seen_at, f.id), '[]') from private.reconciliation_findings f
      where f.organisation_id = p_organisation_id and f.first_seen_at < (v_until + 1)::timestamp at time zone 'UTC'
        and (least(f.resolved_at, f.closed_at) is null or least(f.resolved_at, f.closed_at) >= v_from::timestamp at time zone 'UTC')),
    'days', (
      select coalesce(jsonb_agg(to_jsonb(d) order by d.day, d.currency), '[]') from private.balance_days(v_from, v_until + 1, p_organisation_id) d));
end $$;
comment on function public.get_reconciliation_report(uuid, date, date) is
  'How the organisation''s books stand beside the payment provider, from one day to another (UTC, up to 92 days, by default the last seven): the differences that '
  'were open then, and per day and currency what moved there and here and what explains the difference. Needs analytics.read for the '
  'whole organisation. Returns {organisation_id, from, until, reconciled_until, findings: [{finding_id, kind, subject, venue_id, payment_id, detail, '
  'first_seen_at, last_seen_at, resolved_at, closed_at, closed_by, close_reason}], days: [{day, currency, provider_minor, books_minor, in_transit_minor, '
  'unknown_here_minor, missing_there_minor, amount_differs_minor, provider_fees_minor, booked_fees_minor}]}. Definer: clients do not '
  'read the ledger. Errors: not_authenticated, permission_denied, invalid_input.';
grant execute on function public.get_reconciliation_report(uuid, date, date) to authenticated;
