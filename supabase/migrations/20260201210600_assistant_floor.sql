-- QR codes and tables for the assistant. New codes stop the old ones, whose secrets nobody has any more: they are not undone.

insert into private.assistant_changes (tool, permission, measure) values
  ('create_qr_code', 'tables.manage', 'qr_codes'), ('create_qr_codes', 'tables.manage', 'qr_codes'), ('rotate_qr_code', 'tables.manage', 'qr_codes'),
  ('create_tables', 'tables.manage', 'tables'), ('merge_tables', 'tables.manage', 'merges');

create function private.plan_codes(p_venue_id uuid, p_ids uuid[], p_kind text) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_before jsonb;
begin
  if not coalesce(p_kind = any (array['table', 'table_pickup']), false) then
    perform private.fail('invalid_input', 'kind: table or table_pickup');
  end if;
  select jsonb_agg(jsonb_build_object('table_id', t.id, 'label', t.label, 'kind', p_kind, 'qr_code_id', q.id) order by t.id) into v_before
  from public.tables t left join public.qr_codes q on q.venue_id = t.venue_id and q.table_id = t.id and q.kind = p_kind and q.revoked_at is null
  where t.venue_id = p_venue_id and t.id = any (p_ids) and t.is_active;
  if coalesce(jsonb_array_length(v_before), 0) <> cardinality(p_ids) then
    perform private.fail('table_not_found');
  end if;
  return row(v_before, (select jsonb_agg(b - 'qr_code_id' || jsonb_build_object('is_new', true)) from jsonb_array_elements(v_before) b),
    jsonb_build_object('codes', cardinality(p_ids), 'revoked', (select count(*) from jsonb_array_elements(v_before) b where b -> 'qr_code_id' <> 'null')), cardinality(p_ids));
end $$;
comment on function private.plan_codes(uuid, uuid[], text) is 'What new codes of tables would replace. Errors: invalid_input, table_not_found.';

create function private.plan_create_qr_code(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_keys(p_arguments, array['table_id', 'kind']);
  return private.plan_codes(p_venue_id, array[(p_arguments ->> 'table_id')::uuid], p_arguments ->> 'kind');
end $$;
comment on function private.plan_create_qr_code(uuid, jsonb) is 'Plans {table_id, kind}. Errors: invalid_input, table_not_found.';

create function private.plan_create_qr_codes(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_keys(p_arguments, array['table_ids', 'kind']);
  return private.plan_codes(p_venue_id, private.ids_of(p_arguments, 'table_ids', 100), p_arguments ->> 'kind');
end $$;
comment on function private.plan_create_qr_codes(uuid, jsonb) is 'Plans {table_ids, kind}: 1 to 100 tables. Errors: invalid_input, table_not_found.';

create function private.plan_rotate_qr_code(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_code public.qr_codes;
begin
  perform private.require_keys(p_arguments, array['qr_code_id']);
  select * into v_code from public.qr_codes q where q.venue_id = p_venue_id and q.id = (p_arguments ->> 'qr_code_id')::uuid and q.revoked_at is null;
  if not found then
    perform private.fail('qr_code_not_found');
  end if;
  return row(jsonb_build_object('qr_code_id', v_code.id, 'kind', v_code.kind, 'table_id', v_code.table_id),
    jsonb_build_object('kind', v_code.kind, 'table_id', v_code.table_id, 'is_new', true), jsonb_build_object('codes', 1, 'revoked', 1), 1);
end $$;
comment on function private.plan_rotate_qr_code(uuid, jsonb) is 'Plans {qr_code_id}: a working code of a table or the counter. Errors: invalid_input, qr_code_not_found.';

create function private.plan_create_tables(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_tables jsonb;
begin
  perform private.require_keys(p_arguments, array['tables']);
  perform private.require_keys(t.wish, array['label'], array['seats', 'area']) from jsonb_array_elements(p_arguments -> 'tables') t (wish);
  select jsonb_agg(jsonb_build_object('label', trim(t.wish ->> 'label'), 'seats', coalesce((t.wish ->> 'seats')::integer, 2), 'area', coalesce(trim(t.wish ->> 'area'), '')))
  into v_tables from jsonb_array_elements(p_arguments -> 'tables') t (wish);
  if v_tables is null or jsonb_array_length(v_tables) > 20 then
    perform private.fail('invalid_input', 'tables: 1 to 20');
  end if;
  return row(jsonb_build_object('taken', (select coalesce(jsonb_agg(t.label order by t.label), '[]') from public.tables t
      where t.venue_id = p_venue_id and t.label in (select x ->> 'label' from jsonb_array_elements(v_tables) x))), v_tables,
    jsonb_build_object('tables', jsonb_array_length(v_tables), 'active_tables', (select count(*) from public.tables t where t.venue_id = p_venue_id and t.is_active)),
    jsonb_array_length(v_tables));
end $$;
comment on function private.plan_create_tables(uuid, jsonb) is 'Plans {tables: [{label, seats?, area?}]}: 1 to 20 new tables. Errors: invalid_input.';

create function private.plan_merge_tables(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_lead uuid := (p_arguments ->> 'table_id')::uuid;
  v_ids uuid[];
  v_before jsonb;
begin
  perform private.require_keys(p_arguments, array['table_id', 'table_ids']);
  v_ids := private.ids_of(p_arguments, 'table_ids', 20);
  if v_lead = any (v_ids) then
    perform private.fail('invalid_input', 'table_ids: without the leading table');
  end if;
  perform private.lock_tables(p_venue_id, v_lead || v_ids);
  select jsonb_agg(jsonb_build_object('table_id', t.id, 'label', t.label, 'led_by', t.merged_into, 'session_id', s.id, 'open_orders', (
      select count(*) from public.orders o where o.venue_id = p_venue_id and o.session_id = s.id and o.status not in ('completed', 'cancelled', 'expired'))) order by t.id)
  into v_before
  from public.tables t left join public.table_sessions s on s.venue_id = t.venue_id and s.table_id = t.id and s.closed_at is null
  where t.venue_id = p_venue_id and t.is_active and t.id = any (v_lead || v_ids);
  if coalesce(jsonb_array_length(v_before), 0) <> cardinality(v_ids) + 1 then
    perform private.fail('table_not_found');
  elsif exists (select 1 from jsonb_array_elements(v_before) b where b -> 'led_by' <> 'null') then
    perform private.fail('table_merged');
  end if;
  return row(v_before, jsonb_build_object('table_id', v_lead, 'leads', to_jsonb(v_ids)), jsonb_build_object('tables', cardinality(v_ids) + 1,
    'occupied', (select count(*) from jsonb_array_elements(v_before) b where b -> 'session_id' <> 'null'),
    'moved_orders', (select coalesce(sum((b ->> 'open_orders')::integer), 0) from jsonb_array_elements(v_before) b where (b ->> 'table_id')::uuid <> v_lead)), 1);
end $$;
comment on function private.plan_merge_tables(uuid, jsonb) is
  'Plans {table_id, table_ids}: the first leads the others. What is occupied is seen in the proposal, and confirmed with it. Errors: invalid_input, table_not_found, table_merged.';

create function private.perform_floor_change(p_proposal public.assistant_proposals) returns private.performed
language plpgsql volatile set search_path = '' as $$
declare
  v_venue constant uuid := p_proposal.venue_id;
  v_ids uuid[];
begin
  case p_proposal.tool
    when 'create_qr_code', 'create_qr_codes' then
      return row(jsonb_build_object('codes', public.create_qr_codes(v_venue, private.ids_in(p_proposal.after, 'table_id'), p_proposal.arguments ->> 'kind')), null::jsonb);
    when 'rotate_qr_code' then
      return row(public.rotate_qr_code(v_venue, p_proposal.before ->> 'kind', (p_proposal.before ->> 'table_id')::uuid), null::jsonb);
    when 'create_tables' then
      with added as (
        insert into public.tables (venue_id, label, seats, area)
        select v_venue, a.label, a.seats, a.area from jsonb_to_recordset(p_proposal.after) a (label text, seats integer, area text) returning id
      )
      select array_agg(a.id) into v_ids from added a;
      return row(jsonb_build_object('table_ids', to_jsonb(v_ids)), jsonb_build_object('table_ids', to_jsonb(v_ids)));
    when 'merge_tables' then
      return row(public.merge_tables((p_proposal.after ->> 'table_id')::uuid, array(select jsonb_array_elements_text(p_proposal.after -> 'leads')::uuid), true), '{}'::jsonb);
  end case;
end $$;
comment on function private.perform_floor_change(public.assistant_proposals) is
  'Does what a proposal of codes and tables says. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, table_not_found, '
  'table_merged, table_blocked, table_reserved, merge_unconfirmed, entitlement_exceeded.';

create function private.undo_floor_change(p_proposal public.assistant_proposals) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_venue constant uuid := p_proposal.venue_id;
  v_ids uuid[];
begin
  case p_proposal.tool
    when 'create_tables' then
      v_ids := array(select jsonb_array_elements_text(p_proposal.undo -> 'table_ids')::uuid);
      perform private.lock_tables(v_venue, v_ids);
      if exists (select 1 from public.table_sessions s where s.venue_id = v_venue and s.table_id = any (v_ids) and s.closed_at is null)
        or exists (select 1 from public.tables t where t.venue_id = v_venue and t.id = any (v_ids) and (t.merged_into is not null or not t.is_active)) then
        return false;
      end if;
      update public.tables t set is_active = false where t.venue_id = v_venue and t.id = any (v_ids);
      return true;
    when 'merge_tables' then
      v_ids := array(select jsonb_array_elements_text(p_proposal.after -> 'leads')::uuid);
      perform private.lock_tables(v_venue, v_ids);
      if (select count(*) from public.tables t where t.venue_id = v_venue and t.id = any (v_ids) and t.merged_into = (p_proposal.after ->> 'table_id')::uuid) <> cardinality(v_ids) then
        return false;
      end if;
      perform public.unmerge_tables(i) from unnest(v_ids) i;
      return true;
  end case;
end $$;
comment on function private.undo_floor_change(public.assistant_proposals) is
  'Takes new tables out of use, or apart again what was put together, unless they are otherwise by now. Errors: not_authenticated, table_not_found, permission_denied, subscription_inactive.';
