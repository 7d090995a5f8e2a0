-- QR codes by the batch, and taking one back without a new one.

create function public.create_qr_codes(p_venue_id uuid, p_table_ids uuid[], p_kind text default 'table') returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_codes jsonb;
begin
  perform private.require_venue('tables.manage', p_venue_id);
  perform private.require_ids('p_table_ids', p_table_ids, 100);
  if p_kind is null or p_kind not in ('table', 'table_pickup') then
    perform private.fail('invalid_input', 'p_kind: table or table_pickup');
  end if;
  perform 1 from public.tables t where t.venue_id = p_venue_id and t.id = any (p_table_ids) and t.is_active order by t.id for no key update;
  if exists (
    select 1 from unnest(p_table_ids) i (id)
    left join public.tables t on t.venue_id = p_venue_id and t.id = i.id and t.is_active where t.id is null) then
    perform private.fail('table_not_found');
  end if;
  update public.qr_codes q set revoked_at = now()
  where q.venue_id = p_venue_id and q.table_id = any (p_table_ids) and q.kind = p_kind and q.revoked_at is null;
  with made as (
    select t.id as table_id, t.label, t.area, private.random_token() as token
    from public.tables t where t.venue_id = p_venue_id and t.id = any (p_table_ids)
  ), stored as (
    insert into public.qr_codes (venue_id, table_id, kind, token_hash)
    select p_venue_id, m.table_id, p_kind, private.token_hash(m.token) from made m returning id, table_id
  )
  select jsonb_agg(jsonb_build_object('qr_code_id', s.id, 'kind', p_kind, 'table_id', m.table_id, 'label', m.label, 'area', m.area,
    'token', m.token) order by m.area, m.label)
  into v_codes from stored s join made m on m.table_id = s.table_id;
  return v_codes;
end $$;
comment on function public.create_qr_codes(uuid, uuid[], text) is
  'Makes new codes of a kind for up to 100 tables and revokes the ones before: all of them or none. Needs tables.manage. Returns '
  '[{qr_code_id, kind, table_id, label, area, token}] for printing; the tokens are shown this once. Definer: clients do not write '
  'codes. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, table_not_found.';
grant execute on function public.create_qr_codes(uuid, uuid[], text) to authenticated;

create function public.revoke_qr_code(p_qr_code_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_code public.qr_codes;
begin
  perform private.require_user();
  select * into v_code from public.qr_codes q where q.id = p_qr_code_id and q.venue_id = any (private.my_venues()) for no key update;
  if not found then
    perform private.fail('qr_code_not_found');
  end if;
  perform private.require_venue('tables.manage', v_code.venue_id);
  update public.qr_codes q set revoked_at = now() where q.id = p_qr_code_id and q.revoked_at is null returning * into v_code;
  if not found then
    select * into v_code from public.qr_codes q where q.id = p_qr_code_id;
  end if;
  return jsonb_build_object('qr_code_id', v_code.id, 'revoked_at', v_code.revoked_at);
end $$;
comment on function public.revoke_qr_code(uuid) is
  'Takes a code out of use without a new one; guests who are seated stay. Needs tables.manage. Returns {qr_code_id, revoked_at}; a '
  'repeat returns the same. Definer: clients do not write codes. Errors: not_authenticated, qr_code_not_found, permission_denied, '
  'subscription_inactive.';
grant execute on function public.revoke_qr_code(uuid) to authenticated;
