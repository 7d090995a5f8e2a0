-- What a printed card says beside its code. A token is shown once, when it is made, and only its hash is stored; so whoever
-- prints brings the tokens, and learns which of them work and whose they are.

create function public.get_qr_sheet(p_venue_id uuid, p_tokens text[]) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('tables.manage', p_venue_id);
  v_codes jsonb;
begin
  if coalesce(array_ndims(p_tokens) <> 1, true) or cardinality(p_tokens) > 100
    or (select count(distinct w.token) from unnest(p_tokens) w (token)) < cardinality(p_tokens) then
    perform private.fail('invalid_input', 'p_tokens: 1 to 100 different tokens');
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('qr_code_id', q.id, 'kind', q.kind, 'table_id', q.table_id, 'label', t.label, 'area', t.area)
    order by w.position), '[]') into v_codes
  from unnest(p_tokens) with ordinality w (token, position)
  join public.qr_codes q on q.token_hash = private.token_hash(w.token) and q.venue_id = p_venue_id and q.revoked_at is null
  left join public.tables t on t.venue_id = q.venue_id and t.id = q.table_id
  where q.kind = 'counter' or t.is_active;
  if jsonb_array_length(v_codes) < cardinality(p_tokens) then
    perform private.fail('qr_code_invalid');
  end if;
  return jsonb_build_object('venue', jsonb_build_object('name', v_venue.name, 'slug', v_venue.slug, 'locale', v_venue.locale), 'codes', v_codes);
end $$;
comment on function public.get_qr_sheet(uuid, text[]) is
  'Whose 1 to 100 codes of a venue are, in the order of their tokens, for printing: {venue: {name, slug, locale}, codes: '
  '[{qr_code_id, kind, table_id, label, area}]}; label and area are null at a counter. All of them work, or none is answered. Needs '
  'tables.manage. Definer: hashes are not readable by clients. Errors: not_authenticated, permission_denied, '
  'subscription_inactive, invalid_input, qr_code_invalid.';
grant execute on function public.get_qr_sheet(uuid, text[]) to authenticated;
