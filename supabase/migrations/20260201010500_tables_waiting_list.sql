-- The waiting list: joining it, being seated from it, leaving it.

create function public.add_waiting_party(
  p_venue_id uuid, p_idempotency_key text, p_party_size integer, p_name text, p_quoted_minutes integer, p_phone text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('tables.seat', p_venue_id);
  v_caller text := 'user:' || auth.uid();
  v_request jsonb := jsonb_build_array(p_party_size, p_name, p_quoted_minutes, p_phone);
  v_answer jsonb := private.replay_idempotent(p_venue_id, v_caller, 'add_waiting_party', p_idempotency_key, v_request);
  v_party public.waiting_parties;
begin
  if v_answer is not null then
    return v_answer;
  end if;
  insert into public.waiting_parties (venue_id, party_size, quoted_minutes, name, phone)
  values (v_venue.id, p_party_size, p_quoted_minutes, trim(p_name), p_phone) returning * into v_party;
  return private.store_idempotent(p_venue_id, v_caller, 'add_waiting_party', p_idempotency_key, v_request, jsonb_build_object(
    'waiting_party_id', v_party.id, 'status', v_party.status, 'position', (
      select count(*) from public.waiting_parties w where w.venue_id = p_venue_id and w.status = 'waiting')));
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'p_party_size: 1 to 100; p_name: 1 to 120 characters; p_quoted_minutes: 0 to 600; phone 40 characters at most');
  return null;
end $$;
comment on function public.add_waiting_party(uuid, text, integer, text, integer, text) is
  'Puts a party on the waiting list with the time it was told. Needs tables.seat. Returns {waiting_party_id, status, position}; '
  'the same key with the same request returns the first answer. Definer: clients do not write the list. Errors: '
  'not_authenticated, permission_denied, subscription_inactive, idempotency_key_*, invalid_input.';
grant execute on function public.add_waiting_party(uuid, text, integer, text, integer, text) to authenticated;

create function private.lock_waiting_party(p_waiting_party_id uuid) returns public.waiting_parties
language plpgsql volatile set search_path = '' as $$
declare
  v_party public.waiting_parties;
begin
  perform private.require_user();
  select * into v_party from public.waiting_parties w
  where w.id = p_waiting_party_id and w.venue_id = any (private.my_venues()) for no key update;
  if not found then
    perform private.fail('waiting_party_not_found');
  end if;
  perform private.require_venue('tables.seat', v_party.venue_id);
  return v_party;
end $$;
comment on function private.lock_waiting_party(uuid) is
  'Locks a party that the signed-in user may act on. Errors: not_authenticated, waiting_party_not_found, permission_denied, subscription_inactive.';

create function public.seat_waiting_party(p_waiting_party_id uuid, p_table_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_party public.waiting_parties := private.lock_waiting_party(p_waiting_party_id);
begin
  if v_party.status = 'left' then
    perform private.fail('waiting_party_gone');
  elsif v_party.status = 'waiting' then
    update public.waiting_parties w set status = 'seated', session_id = private.seat_party(v_party.venue_id, p_table_id, null, false)
    where w.id = p_waiting_party_id returning * into v_party;
  end if;
  return jsonb_build_object('waiting_party_id', v_party.id, 'status', v_party.status, 'session_id', v_party.session_id);
end $$;
comment on function public.seat_waiting_party(uuid, uuid) is
  'Seats a waiting party: opens the session of a table that nobody has or holds. Needs tables.seat. Returns {waiting_party_id, '
  'status, session_id}; a repeat returns the same. Definer: clients do not write the list. Errors: not_authenticated, '
  'waiting_party_not_found, permission_denied, subscription_inactive, waiting_party_gone, table_not_found, table_occupied, '
  'table_reserved, table_blocked, table_session_closed.';
grant execute on function public.seat_waiting_party(uuid, uuid) to authenticated;

create function public.leave_waiting_list(p_waiting_party_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_party public.waiting_parties := private.lock_waiting_party(p_waiting_party_id);
begin
  if v_party.status = 'seated' then
    perform private.fail('waiting_party_gone');
  end if;
  update public.waiting_parties w set status = 'left' where w.id = p_waiting_party_id and w.status = 'waiting';
  return jsonb_build_object('waiting_party_id', v_party.id, 'status', 'left');
end $$;
comment on function public.leave_waiting_list(uuid) is
  'Notes that a waiting party has left. Needs tables.seat. Returns {waiting_party_id, status}; a repeat returns the same. Definer: '
  'clients do not write the list. Errors: not_authenticated, waiting_party_not_found, permission_denied, subscription_inactive, waiting_party_gone.';
grant execute on function public.leave_waiting_list(uuid) to authenticated;
