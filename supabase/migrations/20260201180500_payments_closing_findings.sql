-- A difference that stays, and that somebody has looked into, is closed by that person: with a reason, on record. It comes back
-- when it becomes another one. What no longer differs needs nobody: the next run resolves it.

insert into private.errors (code, http_status, meaning, remedy) values
  ('finding_not_found', 404, 'There is no such finding in your books.', 'Load the reconciliation report again.'),
  ('finding_not_open', 409, 'The finding differs no longer: a reconciliation has resolved it.', 'Nothing to do.');

create function public.close_finding(p_finding_id uuid, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_finding private.reconciliation_findings;
begin
  if auth.role() is distinct from 'service_role' then
    perform private.require_user();
  end if;
  select * into v_finding from private.reconciliation_findings f
  where f.id = p_finding_id and (auth.role() = 'service_role' or f.venue_id = any (private.venues_with('orders.read'))
    or (f.venue_id is null and f.organisation_id = any (private.organisations_with('billing.read')))) for no key update;
  if not found then
    perform private.fail('finding_not_found');
  elsif auth.role() is distinct from 'service_role' then
    if v_finding.venue_id is null then
      perform private.require_organisation('billing.edit', v_finding.organisation_id);
    else
      perform private.require_venue('orders.cancel', v_finding.venue_id);
    end if;
  end if;
  if v_finding.closed_at is not null then
    return private.finding(v_finding);
  elsif v_finding.resolved_at is not null then
    perform private.fail('finding_not_open');
  elsif length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'p_reason: 1 to 280 characters');
  end if;
  update private.reconciliation_findings f set closed_at = clock_timestamp(), closed_by = auth.uid(), close_reason = trim(p_reason)
  where f.id = p_finding_id returning * into v_finding;
  insert into private.audit_events (organisation_id, venue_id, actor_id, actor_role, action, table_name, after, trace_id)
  values (v_finding.organisation_id, v_finding.venue_id, auth.uid(), auth.role(), 'update', 'reconciliation_findings',
    private.finding(v_finding) - 'detail', private.trace_id());
  return private.finding(v_finding);
end $$;
comment on function public.close_finding(uuid, text) is
  'Closes a finding of the reconciliation that somebody has looked into, with a reason (1-280 characters), on record. It counts as open '
  'no longer, until it becomes another difference. Members need orders.cancel at the finding''s venue, billing.edit where it is about the '
  'subscription; what is nobody''s is closed with the secret key. Returns the finding as get_reconciliation_report does; a repeat '
  'returns the same. Definer: findings are not writable by clients. Errors: not_authenticated, finding_not_found, permission_denied, '
  'subscription_inactive, finding_not_open, invalid_input.';
grant execute on function public.close_finding(uuid, text) to authenticated, service_role;
