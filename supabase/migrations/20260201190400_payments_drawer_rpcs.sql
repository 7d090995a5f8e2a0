-- Opening, filling, emptying and counting a drawer. Whoever takes or gives cash holds its drawer's key lock until the
-- commit, as its foreign key does anyway; a close takes the row for update, waits for them, and finds what they did.
-- The drawer's lock comes after the order's and before the payment's.

create function private.use_drawer(p_venue_id uuid, p_method text, p_drawer_session_id uuid) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_drawer uuid := p_drawer_session_id;
  v_open uuid[];
begin
  if p_method <> 'cash' then
    if p_drawer_session_id is not null then
      perform private.fail('invalid_input', 'p_drawer_session_id: for cash');
    end if;
    return null;
  elsif v_drawer is null then
    v_open := array(select d.id from public.drawer_sessions d where d.venue_id = p_venue_id and d.closed_at is null);
    if cardinality(v_open) > 1 then
      v_open := array(select d.id from public.drawer_sessions d where d.id = any (v_open) and d.opened_by = auth.uid());
      if cardinality(v_open) <> 1 then
        perform private.fail('drawer_required', 'several drawers are open: p_drawer_session_id');
      end if;
    elsif v_open = '{}' then
      if (select v.cash_needs_drawer from public.venues v where v.id = p_venue_id) then
        perform private.fail('drawer_required', 'no drawer is open');
      end if;
      return null;
    end if;
    v_drawer := v_open[1];
  end if;
  perform 1 from public.drawer_sessions d where d.venue_id = p_venue_id and d.id = v_drawer and d.closed_at is null for key share;
  if not found and p_drawer_session_id is null then
    -- It was counted while we waited for it. Whoever named none is content with the next, or with none.
    return private.use_drawer(p_venue_id, p_method, null);
  elsif not found then
    perform private.fail(case when exists (select 1 from public.drawer_sessions d where d.venue_id = p_venue_id and d.id = v_drawer)
      then 'drawer_closed' else 'drawer_not_found' end);
  end if;
  return v_drawer;
end $$;
comment on function private.use_drawer(uuid, text, uuid) is
  'The open drawer that cash goes into or comes out of, held open until the commit: the named one, else the only one, else '
  'the caller''s own; null for what is no cash, and where none is open and the venue allows that. Errors: invalid_input, drawer_required, '
  'drawer_closed, drawer_not_found.';

create function private.drawer_json(p_drawer public.drawer_sessions) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_sums private.drawer_sums := private.drawer_sums(p_drawer.venue_id, p_drawer.id);
  v_told boolean := not p_drawer.is_blind or p_drawer.venue_id = any (private.venues_with('analytics.read'));
begin
  return jsonb_build_object('drawer_session_id', p_drawer.id, 'name', p_drawer.name, 'business_date', p_drawer.business_date, 'is_blind', p_drawer.is_blind,
    'opened_by', p_drawer.opened_by, 'opened_at', p_drawer.opened_at, 'closed_by', p_drawer.closed_by, 'closed_at', p_drawer.closed_at,
    'float_minor', v_sums.float_minor, 'paid_in_minor', v_sums.paid_in_minor, 'paid_out_minor', v_sums.paid_out_minor, 'counted_minor', p_drawer.counted_minor)
    || case when v_told then jsonb_build_object('payments', v_sums.payments, 'sales_minor', v_sums.sales_minor, 'tips_minor', v_sums.tips_minor, 'refunds', v_sums.refunds, 'refunded_minor', v_sums.refunded_minor,
      'expected_minor', coalesce(p_drawer.expected_minor, v_sums.expected_minor), 'difference_minor', p_drawer.counted_minor - p_drawer.expected_minor) else '{}' end;
end $$;
comment on function private.drawer_json(public.drawer_sessions) is
  'A drawer as its people see it; of one that is counted blind, what should be in it is for those with analytics.read.';

create function public.open_drawer(p_venue_id uuid, p_name text, p_float_minor bigint, p_idempotency_key text, p_is_blind boolean default false) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('payments.collect', p_venue_id);
  v_caller text := 'user:' || auth.uid();
  v_request jsonb := jsonb_build_object('name', p_name, 'float_minor', p_float_minor, 'is_blind', p_is_blind);
  v_answer jsonb := private.replay_idempotent(p_venue_id, v_caller, 'open_drawer', p_idempotency_key, v_request);
  v_drawer public.drawer_sessions;
begin
  if v_answer is not null then
    return v_answer;
  elsif length(trim(coalesce(p_name, ''))) not between 1 and 60 then
    perform private.fail('invalid_input', 'p_name: 1 to 60 characters');
  elsif p_float_minor is null or p_float_minor not between 0 and 100000000 then
    perform private.fail('amount_invalid', 'p_float_minor: from 0 to 100000000');
  end if;
  insert into public.drawer_sessions (venue_id, name, business_date, is_blind, opened_by)
  values (p_venue_id, trim(p_name), private.business_date(v_venue.timezone, v_venue.day_starts_at), coalesce(p_is_blind, false), auth.uid())
  on conflict (venue_id, lower(trim(name))) where closed_at is null do nothing returning * into v_drawer;
  if not found then
    perform private.fail('drawer_open');
  end if;
  insert into public.drawer_movements (venue_id, drawer_session_id, kind, amount_minor, made_by)
  select p_venue_id, v_drawer.id, 'float', p_float_minor, auth.uid() where p_float_minor > 0;
  return private.store_idempotent(p_venue_id, v_caller, 'open_drawer', p_idempotency_key, v_request, private.drawer_json(v_drawer));
end $$;
comment on function public.open_drawer(uuid, text, bigint, text, boolean) is
  'Opens a cash drawer with a float. From then on cash goes into it: into the one that collect_payment names, the only one, or the caller''s own. '
  'p_is_blind: who counts it is not told what should be in it. Needs payments.collect. Returns {drawer_session_id, name, business_date, is_blind, '
  'opened_by, opened_at, closed_by, closed_at, float_minor, paid_in_minor, paid_out_minor, counted_minor}, and, unless it is blind to the caller, {payments, '
  'sales_minor, tips_minor, refunds, refunded_minor, expected_minor, difference_minor}. Definer: clients do not write drawers. Errors: not_authenticated, '
  'permission_denied, subscription_inactive, idempotency_key_*, invalid_input, amount_invalid, drawer_open.';
grant execute on function public.open_drawer(uuid, text, bigint, text, boolean) to authenticated;

create function private.find_drawer(p_drawer_session_id uuid, p_permission text) returns public.drawer_sessions
language plpgsql stable set search_path = '' as $$
declare
  v_drawer public.drawer_sessions;
begin
  perform private.require_user();
  select * into v_drawer from public.drawer_sessions d where d.id = p_drawer_session_id and d.venue_id = any (private.venues_with('orders.read'));
  if not found then
    perform private.fail('drawer_not_found');
  end if;
  perform private.require_venue(p_permission, v_drawer.venue_id);
  return v_drawer;
end $$;
comment on function private.find_drawer(uuid, text) is
  'A drawer of a venue that the signed-in user works at and may do this to. Errors: not_authenticated, drawer_not_found, permission_denied, subscription_inactive.';

create function private.move_cash(p_operation text, p_kind text, p_permission text, p_drawer_session_id uuid, p_amount_minor bigint, p_reason text, p_key text) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_drawer public.drawer_sessions := private.find_drawer(p_drawer_session_id, p_permission);
  v_caller text := 'user:' || auth.uid();
  v_request jsonb := jsonb_build_object('drawer_session_id', p_drawer_session_id, 'amount_minor', p_amount_minor, 'reason', p_reason);
  v_answer jsonb := private.replay_idempotent(v_drawer.venue_id, v_caller, p_operation, p_key, v_request);
begin
  if v_answer is not null then
    return v_answer;
  elsif p_amount_minor is null or p_amount_minor not between 1 and 100000000 then
    perform private.fail('amount_invalid', 'p_amount_minor: from 1 to 100000000');
  end if;
  perform private.require_reason(p_reason);
  perform private.use_drawer(v_drawer.venue_id, 'cash', p_drawer_session_id);
  insert into public.drawer_movements (venue_id, drawer_session_id, kind, amount_minor, reason, made_by)
  values (v_drawer.venue_id, p_drawer_session_id, p_kind, case p_kind when 'pay_out' then -p_amount_minor else p_amount_minor end, trim(p_reason), auth.uid());
  return private.store_idempotent(v_drawer.venue_id, v_caller, p_operation, p_key, v_request, private.drawer_json(v_drawer));
end $$;
comment on function private.move_cash(text, text, text, uuid, bigint, text, text) is
  'Puts cash into an open drawer or takes it out, for a reason. Errors: as find_drawer, use_drawer, idempotency_key_*, amount_invalid, invalid_input.';

create function public.pay_into_drawer(p_drawer_session_id uuid, p_amount_minor bigint, p_reason text, p_idempotency_key text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  return private.move_cash('pay_into_drawer', 'pay_in', 'payments.collect', p_drawer_session_id, p_amount_minor, p_reason, p_idempotency_key);
end $$;
comment on function public.pay_into_drawer(uuid, bigint, text, text) is
  'Puts cash that is no payment into an open drawer, with a reason. Needs payments.collect. Returns the drawer as open_drawer does. '
  'Definer: clients do not write drawers. Errors: not_authenticated, drawer_not_found, permission_denied, subscription_inactive, '
  'idempotency_key_*, amount_invalid, invalid_input, drawer_closed.';
grant execute on function public.pay_into_drawer(uuid, bigint, text, text) to authenticated;

create function public.pay_out_of_drawer(p_drawer_session_id uuid, p_amount_minor bigint, p_reason text, p_idempotency_key text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  return private.move_cash('pay_out_of_drawer', 'pay_out', 'payments.refund', p_drawer_session_id, p_amount_minor, p_reason, p_idempotency_key);
end $$;
comment on function public.pay_out_of_drawer(uuid, bigint, text, text) is
  'Takes cash that is no refund out of an open drawer, with a reason. Needs payments.refund, as whatever gives cash away, which read-only mode '
  'leaves. Returns the drawer as open_drawer does. Definer: clients do not write drawers. Errors: not_authenticated, drawer_not_found, permission_denied, '
  'idempotency_key_*, amount_invalid, invalid_input, drawer_closed.';
grant execute on function public.pay_out_of_drawer(uuid, bigint, text, text) to authenticated;

create function public.close_drawer(p_drawer_session_id uuid, p_counted_minor bigint, p_idempotency_key text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_drawer public.drawer_sessions := private.find_drawer(p_drawer_session_id, 'payments.collect');
  v_caller text := 'user:' || auth.uid();
  v_request jsonb := jsonb_build_object('drawer_session_id', p_drawer_session_id, 'counted_minor', p_counted_minor);
  v_answer jsonb := private.replay_idempotent(v_drawer.venue_id, v_caller, 'close_drawer', p_idempotency_key, v_request);
begin
  if v_answer is not null then
    return v_answer;
  elsif p_counted_minor is null or p_counted_minor not between 0 and 1000000000 then
    perform private.fail('amount_invalid', 'p_counted_minor: from 0 to 1000000000');
  end if;
  -- Waits for whoever takes cash right now; who comes later finds it closed. The statements after it see what they did.
  select * into v_drawer from public.drawer_sessions d where d.id = p_drawer_session_id and d.closed_at is null for update;
  if not found then
    perform private.fail('drawer_closed');
  end if;
  update public.drawer_sessions d
  set closed_at = greatest(now(), d.opened_at), closed_by = auth.uid(), counted_minor = p_counted_minor,
    expected_minor = (private.drawer_sums(d.venue_id, d.id)).expected_minor
  where d.id = p_drawer_session_id returning * into v_drawer;
  insert into public.drawer_movements (venue_id, drawer_session_id, kind, amount_minor, made_by)
  select v_drawer.venue_id, v_drawer.id, m.kind, m.amount_minor, auth.uid()
  from (values ('difference', p_counted_minor - v_drawer.expected_minor), ('taken_out', -p_counted_minor)) as m (kind, amount_minor)
  where m.amount_minor <> 0;
  return private.store_idempotent(v_drawer.venue_id, v_caller, 'close_drawer', p_idempotency_key, v_request, private.drawer_json(v_drawer));
end $$;
comment on function public.close_drawer(uuid, bigint, text) is
  'Closes a drawer with what was counted in it; the difference to what should be there is booked, and what was counted leaves it. Needs '
  'payments.collect. Returns the drawer as open_drawer does. Definer: clients do not write drawers. Errors: not_authenticated, '
  'drawer_not_found, permission_denied, subscription_inactive, idempotency_key_*, amount_invalid, drawer_closed.';
grant execute on function public.close_drawer(uuid, bigint, text) to authenticated;

create function public.get_drawers(p_venue_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_venue('payments.collect', p_venue_id);
  return (
    select coalesce(jsonb_agg(private.drawer_json(d) order by d.opened_at, d.id), '[]')
    from public.drawer_sessions d where d.venue_id = p_venue_id and d.closed_at is null);
end $$;
comment on function public.get_drawers(uuid) is
  'The drawers of a venue that are open: [drawer as open_drawer returns it]. Needs payments.collect. Definer: not everybody at the till '
  'may read the figures. Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.get_drawers(uuid) to authenticated;

create function public.get_drawer_report(p_venue_id uuid, p_business_date date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
begin
  if p_business_date is null then
    perform private.fail('invalid_input', 'p_business_date: a date');
  end if;
  return jsonb_build_object('venue_id', p_venue_id, 'business_date', p_business_date, 'currency', v_venue.currency) || (
    select jsonb_build_object(
      'counted_minor', coalesce(sum(d.counted_minor), 0), 'difference_minor', coalesce(sum(d.counted_minor - d.expected_minor), 0),
      'open_drawers', count(*) filter (where d.closed_at is null),
      'drawers', coalesce(jsonb_agg(private.drawer_json(d) || jsonb_build_object('movements', (
        select coalesce(jsonb_agg(jsonb_build_object('kind', m.kind, 'amount_minor', m.amount_minor, 'reason', m.reason, 'made_by', m.made_by, 'at', m.created_at) order by m.created_at, m.id), '[]')
        from public.drawer_movements m where m.venue_id = d.venue_id and m.drawer_session_id = d.id)) order by d.opened_at, d.id), '[]'))
    from public.drawer_sessions d where d.venue_id = p_venue_id and d.business_date = p_business_date)
    || (
    select jsonb_build_object('outside_minor', coalesce(sum(p.amount_minor), 0))
    from public.orders o join public.payments p on p.venue_id = o.venue_id and p.order_id = o.id
    where o.venue_id = p_venue_id and o.business_date = p_business_date and p.method = 'cash' and p.drawer_session_id is null);
end $$;
comment on function public.get_drawer_report(uuid, date) is
  'The drawers that were opened on a business day: {venue_id, business_date, currency, counted_minor, difference_minor, open_drawers, drawers: [drawer '
  'as open_drawer returns it, with movements: [{kind, amount_minor, reason, made_by, at}]], outside_minor: cash for that day''s orders that went '
  'into no drawer}. Needs analytics.read. Definer: reads what its caller may see anyway, in one call. Errors: not_authenticated, permission_denied, invalid_input.';
grant execute on function public.get_drawer_report(uuid, date) to authenticated;
