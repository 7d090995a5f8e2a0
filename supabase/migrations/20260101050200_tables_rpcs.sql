-- QR codes and table sessions: creating, rotating, scanning, opening, closing.

create function public.rotate_qr_code(p_venue_id uuid, p_kind text, p_table_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_token text := private.random_token();
  v_code public.qr_codes;
begin
  perform private.require_venue('tables.manage', p_venue_id);
  if p_table_id is not null then
    perform 1 from public.tables t where t.venue_id = p_venue_id and t.id = p_table_id and t.is_active for no key update;
    if not found then
      perform private.fail('table_not_found');
    end if;
  else
    perform 1 from public.venues v where v.id = p_venue_id for no key update;
  end if;
  update public.qr_codes q set revoked_at = now()
  where q.venue_id = p_venue_id and q.table_id is not distinct from p_table_id and q.kind = p_kind and q.revoked_at is null;
  insert into public.qr_codes (venue_id, table_id, kind, token_hash)
  values (p_venue_id, p_table_id, p_kind, private.token_hash(v_token)) returning * into v_code;
  return jsonb_build_object('qr_code_id', v_code.id, 'kind', v_code.kind, 'table_id', v_code.table_id, 'token', v_token);
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'kind is table or table_pickup with a table, or counter without one');
  return null;
end $$;
comment on function public.rotate_qr_code(uuid, text, uuid) is
  'Makes a new QR code of a kind for a table (or the counter) and revokes the one before. Needs tables.manage. Returns '
  '{qr_code_id, kind, table_id, token}; the token is shown this once. Definer: clients do not write codes. Errors: '
  'not_authenticated, permission_denied, subscription_inactive, table_not_found, invalid_input.';
grant execute on function public.rotate_qr_code(uuid, text, uuid) to authenticated;

create function private.join_table(p_venue_id uuid, p_table_id uuid, p_opened_by uuid) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_leader uuid;
  v_blocked_reason text;
  v_session uuid;
begin
  -- The share lock lets scans pass each other, and none pass a table that is being merged, moved to or blocked.
  select coalesce(t.merged_into, t.id), t.blocked_reason into v_leader, v_blocked_reason
  from public.tables t where t.venue_id = p_venue_id and t.id = p_table_id for share;
  if v_blocked_reason is not null then
    perform private.fail('table_blocked', v_blocked_reason);
  end if;
  -- Insert, or find whoever was first. A session that closes between the two statements is met by the next round.
  for v_round in 1..5 loop
    insert into public.table_sessions (venue_id, table_id, opened_by) values (p_venue_id, v_leader, p_opened_by)
    on conflict (venue_id, table_id) where closed_at is null and table_id is not null do nothing returning id into v_session;
    exit when found;
    -- The share lock keeps the session open until this transaction has joined it.
    select s.id into v_session from public.table_sessions s
    where s.venue_id = p_venue_id and s.table_id = v_leader and s.closed_at is null for share;
    exit when found;
  end loop;
  if v_session is null then
    perform private.fail('table_session_closed');
  end if;
  return v_session;
end $$;
comment on function private.join_table(uuid, uuid, uuid) is
  'The open session of a table, or of the one that leads it, opened now if there is none; ten devices at once get one '
  'session. Errors: table_blocked, table_session_closed.';

create function public.start_table_session(p_qr_token text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_code public.qr_codes;
  v_venue public.venues;
  v_table public.tables;
  v_session uuid;
  v_secret text := private.random_token();
begin
  select * into v_code from public.qr_codes q where q.token_hash = private.token_hash(p_qr_token) and q.revoked_at is null;
  if not found then
    perform private.fail('qr_code_invalid');
  end if;
  perform private.take_rate_limit('start_table_session', v_code.id, 120);
  select * into v_venue from public.venues v where v.id = v_code.venue_id;
  perform private.require_active(v_venue.organisation_id);
  if v_code.kind = 'counter' then
    insert into public.table_sessions (venue_id) values (v_code.venue_id) returning id into v_session;
  else
    select * into v_table from public.tables t where t.venue_id = v_code.venue_id and t.id = v_code.table_id and t.is_active;
    if not found then
      perform private.fail('qr_code_invalid');
    end if;
    v_session := private.join_table(v_code.venue_id, v_code.table_id, null);
  end if;
  insert into private.guest_devices (venue_id, session_id, table_id, kind, secret_hash)
  values (v_code.venue_id, v_session, v_code.table_id, v_code.kind, private.token_hash(v_secret));
  return jsonb_build_object(
    'session_token', v_secret, 'session_id', v_session, 'kind', v_code.kind,
    'venue', jsonb_build_object('name', v_venue.name, 'slug', v_venue.slug, 'currency', v_venue.currency, 'locale', v_venue.locale),
    'table', case when v_table.id is not null then jsonb_build_object('label', v_table.label, 'area', v_table.area) end);
end $$;
comment on function public.start_table_session(text) is
  'What a scan calls: opens the table''s session or joins it, and gives this device its own secret for 12 hours. Returns '
  '{session_token, session_id, kind, venue, table}; the token is shown this once. At most 120 scans of a code per minute. '
  'Definer: guests have no access to tables. Errors: qr_code_invalid, rate_limited, subscription_inactive, table_blocked, table_session_closed.';
grant execute on function public.start_table_session(text) to anon, authenticated;

create type private.guest as (device_id uuid, venue_id uuid, session_id uuid, table_id uuid, kind text, is_open boolean, arrangement integer);

create function private.require_guest(p_session_token text) returns private.guest
language plpgsql stable set search_path = '' as $$
declare
  v_guest private.guest;
begin
  select d.id, d.venue_id, d.session_id, s.table_id, d.kind, s.closed_at is null, s.arrangement into v_guest
  from private.guest_devices d
  join public.table_sessions s on s.venue_id = d.venue_id and s.id = d.session_id
  where d.secret_hash = private.token_hash(p_session_token) and d.expires_at > now();
  if v_guest.device_id is null then
    perform private.fail('guest_session_invalid');
  end if;
  return v_guest;
end $$;
comment on function private.require_guest(text) is
  'The device and session that a guest''s secret belongs to. A closed session may still read its bill. Errors: guest_session_invalid.';

create function public.open_table_session(p_table_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_table public.tables;
  v_session uuid;
begin
  perform private.require_user();
  select * into v_table from public.tables t where t.id = p_table_id and t.is_active
    and t.venue_id = any (private.my_venues());
  if not found then
    perform private.fail('table_not_found');
  end if;
  perform private.require_venue('tables.seat', v_table.venue_id);
  v_session := private.join_table(v_table.venue_id, p_table_id, private.person());
  return jsonb_build_object('session_id', v_session, 'table_id', p_table_id, 'label', v_table.label);
end $$;
comment on function public.open_table_session(uuid) is
  'Seats a party: opens the table''s session, or returns the open one; a merged table''s is its leading table''s. Needs '
  'tables.seat. Returns {session_id, table_id, label}. Definer: clients do not write sessions. Errors: not_authenticated, '
  'table_not_found, permission_denied, subscription_inactive, table_blocked, table_session_closed.';
grant execute on function public.open_table_session(uuid) to authenticated;

create function public.close_table_session(p_session_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_session public.table_sessions;
  v_unsettled bigint;
begin
  perform private.require_user();
  select * into v_session from public.table_sessions s
  where s.id = p_session_id and s.venue_id = any (private.my_venues()) for no key update;
  if not found then
    perform private.fail('table_session_not_found');
  end if;
  perform private.require_venue('tables.seat', v_session.venue_id);
  if v_session.closed_at is null then
    select count(*) into v_unsettled from public.orders o
    where o.venue_id = v_session.venue_id and o.session_id = p_session_id
      and o.status not in ('cancelled', 'expired') and o.paid_minor < o.total_minor;
    if v_unsettled > 0 then
      perform private.fail('table_session_unsettled', format('%s orders are not paid', v_unsettled));
    end if;
    update public.table_sessions s set closed_at = now(), closed_by = private.person() where s.id = p_session_id
    returning * into v_session;
  end if;
  return jsonb_build_object('session_id', p_session_id, 'closed_at', v_session.closed_at);
end $$;
comment on function public.close_table_session(uuid) is
  'Closes a session whose orders are all settled or cancelled; its guests can then only read. Needs tables.seat. Returns '
  '{session_id, closed_at}; a repeat returns the same. Definer: clients do not write sessions. Errors: not_authenticated, '
  'table_session_not_found, permission_denied, subscription_inactive, table_session_unsettled.';
grant execute on function public.close_table_session(uuid) to authenticated;
