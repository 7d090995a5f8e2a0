-- Stock and people for the assistant.

insert into private.assistant_changes (tool, permission, measure) values
  ('adjust_stock', 'inventory.edit', 'stock_lines'), ('set_par_levels', 'inventory.edit', 'par_levels'), ('draft_purchase_orders', 'inventory.edit', 'purchase_drafts'),
  ('invite_member', 'staff.manage', 'invitations');

create function private.plan_adjust_stock(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_change private.change;
  v_ids uuid[];
begin
  perform private.require_keys(p_arguments, array['kind', 'lines', 'reason']);
  if not coalesce(p_arguments ->> 'kind' = any (array['adjust', 'waste']), false) then
    perform private.fail('invalid_input', 'kind: adjust or waste');
  end if;
  perform private.require_keys(l.line, array['ingredient_id', 'quantity']) from jsonb_array_elements(p_arguments -> 'lines') l (line);
  select array_agg((l.line ->> 'ingredient_id')::uuid) into v_ids from jsonb_array_elements(p_arguments -> 'lines') l (line);
  perform private.require_ids('lines', v_ids, 50);
  perform 1 from public.ingredients i where i.venue_id = p_venue_id and i.id = any (v_ids) order by i.id for no key update;
  select jsonb_agg(jsonb_build_object('ingredient_id', i.id, 'name', i.name, 'unit', i.unit, 'on_hand', i.on_hand) order by i.id),
    jsonb_agg(jsonb_build_object('ingredient_id', i.id, 'name', i.name, 'unit', i.unit, 'on_hand', i.on_hand + (l.line ->> 'quantity')::numeric,
      'quantity', (l.line ->> 'quantity')::numeric) order by i.id),
    jsonb_build_object('lines', count(*), 'below_zero', count(*) filter (where i.on_hand + (l.line ->> 'quantity')::numeric < 0),
      'value_minor', round(sum((l.line ->> 'quantity')::numeric * i.cost_per_1000_minor / 1000))::bigint), count(*)
  into v_change.before, v_change.after, v_change.impact, v_change.measured
  from jsonb_array_elements(p_arguments -> 'lines') l (line) join public.ingredients i on i.venue_id = p_venue_id and i.id = (l.line ->> 'ingredient_id')::uuid;
  if cardinality(v_ids) <> (select count(distinct i) from unnest(v_ids) i) then
    perform private.fail('invalid_input', 'lines: an ingredient is named twice');
  elsif v_change.measured <> cardinality(v_ids) then
    perform private.fail('ingredient_not_found');
  end if;
  return v_change;
end $$;
comment on function private.plan_adjust_stock(uuid, jsonb) is
  'Plans {kind, reason, lines: [{ingredient_id, quantity}]}: what is added or (below zero) taken, in the ingredient''s own unit. Errors: invalid_input, ingredient_not_found.';

create function private.plan_set_par_levels(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_days integer := (p_arguments ->> 'usage_days')::integer;
  v_cover integer := (p_arguments ->> 'cover_days')::integer;
  v_ids uuid[];
  v_venue public.venues;
  v_until timestamptz;
  v_change private.change;
begin
  perform private.require_keys(p_arguments, array['usage_days', 'cover_days', 'ingredient_ids']);
  if v_days not between 7 and 92 or v_cover not between 1 and 30 then
    perform private.fail('invalid_input', 'usage_days: 7 to 92; cover_days: 1 to 30');
  end if;
  v_ids := private.ids_of(p_arguments, 'ingredient_ids', 50);
  select * into v_venue from public.venues v where v.id = p_venue_id;
  -- Whole business days, so that what is sold meanwhile does not change the sum.
  v_until := (private.business_date(v_venue.timezone, v_venue.day_starts_at) + v_venue.day_starts_at) at time zone v_venue.timezone;
  perform 1 from public.ingredients i where i.venue_id = p_venue_id and i.id = any (v_ids) order by i.id for no key update;
  if (select count(*) from public.ingredients i where i.venue_id = p_venue_id and i.id = any (v_ids)) <> cardinality(v_ids) then
    perform private.fail('ingredient_not_found');
  end if;
  with used as (
    select i.id, i.name, i.unit, i.par_level, greatest(ceil(-sum(m.quantity) / v_days * v_cover), i.reorder_level) as level
    from public.ingredients i join public.stock_movements m on m.venue_id = i.venue_id and m.ingredient_id = i.id
    where i.venue_id = p_venue_id and i.id = any (v_ids) and m.kind in ('sale', 'return') and m.created_at >= v_until - make_interval(days => v_days) and m.created_at < v_until
    group by i.id having sum(m.quantity) < 0
  )
  select jsonb_agg(jsonb_build_object('ingredient_id', u.id, 'name', u.name, 'unit', u.unit, 'par_level', u.par_level) order by u.id),
    jsonb_agg(jsonb_build_object('ingredient_id', u.id, 'name', u.name, 'unit', u.unit, 'par_level', u.level) order by u.id),
    jsonb_build_object('ingredients', count(*), 'without_usage', cardinality(v_ids) - (select count(*) from used)), count(*)
  into v_change.before, v_change.after, v_change.impact, v_change.measured from used u where u.par_level is distinct from u.level;
  if v_change.measured = 0 then
    perform private.fail('invalid_input', 'no level would change: nothing was used, or it is so already');
  end if;
  return v_change;
end $$;
comment on function private.plan_set_par_levels(uuid, jsonb) is
  'Plans {usage_days, cover_days, ingredient_ids}: as much as was used in cover_days of the last usage_days. What was not used keeps its level. Errors: invalid_input, ingredient_not_found.';

create function private.plan_draft_purchase_orders(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_after jsonb;
begin
  perform private.require_keys(p_arguments, '{}');
  select jsonb_agg(jsonb_build_object('ingredient_id', l.ingredient_id, 'name', l.name, 'unit', l.unit, 'on_hand', l.on_hand, 'supplier_id', l.supplier_id,
    'quantity', l.proposed_quantity) order by l.ingredient_id)
  into v_after from private.low_stock(p_venue_id) l where l.proposed_quantity is not null and l.supplier_id is not null;
  if v_after is null then
    perform private.fail('invalid_input', 'nothing is low that has a supplier and is not on its way');
  end if;
  return row('[]'::jsonb, v_after, jsonb_build_object('lines', jsonb_array_length(v_after), 'suppliers', (select count(distinct a -> 'supplier_id') from jsonb_array_elements(v_after) a)), 1);
end $$;
comment on function private.plan_draft_purchase_orders(uuid, jsonb) is 'Plans {}: drafts of what runs low, which nobody sends yet. Errors: invalid_input.';

create function private.plan_invite_member(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_keys(p_arguments, array['email', 'role']);
  return row(jsonb_build_object('members', (select count(*) from public.memberships m join auth.users u on u.id = m.user_id
      join public.venues v on v.organisation_id = m.organisation_id where v.id = p_venue_id and u.email = lower(trim(p_arguments ->> 'email')))),
    jsonb_build_object('email', lower(trim(p_arguments ->> 'email')), 'role', p_arguments ->> 'role'), jsonb_build_object('invitations', 1, 'permissions', (
      select count(*) from public.role_permissions r where r.role = p_arguments ->> 'role')), 1);
end $$;
comment on function private.plan_invite_member(uuid, jsonb) is 'Plans {email, role}: for this one venue. Errors: invalid_input.';

create function private.perform_stockroom_change(p_proposal public.assistant_proposals) returns private.performed
language plpgsql volatile set search_path = '' as $$
declare
  v_answer jsonb;
begin
  case p_proposal.tool
    when 'adjust_stock' then
      perform public.adjust_stock(a.ingredient_id, p_proposal.arguments ->> 'kind', a.quantity, p_proposal.arguments ->> 'reason', p_proposal.id::text || a.ingredient_id)
      from (select * from jsonb_to_recordset(p_proposal.after) a (ingredient_id uuid, quantity numeric) order by a.ingredient_id) a;
      return row(jsonb_build_object('lines', p_proposal.measured), '{}'::jsonb);
    when 'set_par_levels' then
      update public.ingredients i set par_level = a.par_level from jsonb_to_recordset(p_proposal.after) a (ingredient_id uuid, par_level numeric)
      where i.venue_id = p_proposal.venue_id and i.id = a.ingredient_id;
      return row(jsonb_build_object('ingredients', p_proposal.measured), '{}'::jsonb);
    when 'draft_purchase_orders' then
      return row(public.propose_purchase_orders(p_proposal.venue_id), null::jsonb);
    when 'invite_member' then
      -- The token goes out by mail alone.
      v_answer := public.invite_member(p_proposal.organisation_id, p_proposal.after ->> 'email', p_proposal.after ->> 'role', p_proposal.venue_id) - 'token';
      return row(v_answer, jsonb_build_object('invitation_id', v_answer -> 'invitation_id'));
  end case;
end $$;
comment on function private.perform_stockroom_change(public.assistant_proposals) is
  'Does what a proposal of stock or staff says. Errors: not_authenticated, ingredient_not_found, permission_denied, subscription_inactive, idempotency_key_*, '
  'invalid_input, unit_mismatch, role_above_own, invitation_pending, rate_limited.';

create function private.undo_stockroom_change(p_proposal public.assistant_proposals) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_rows integer;
begin
  case p_proposal.tool
    when 'adjust_stock' then
      -- Stock has moved on since, and may: the opposite is booked, nothing is rewritten.
      perform public.adjust_stock(a.ingredient_id, 'adjust', -a.quantity, 'undone: ' || left(p_proposal.arguments ->> 'reason', 270), 'undo' || p_proposal.id::text || a.ingredient_id)
      from (select * from jsonb_to_recordset(p_proposal.after) a (ingredient_id uuid, quantity numeric) order by a.ingredient_id) a;
      return true;
    when 'set_par_levels' then
      update public.ingredients i set par_level = b.par_level
      from jsonb_to_recordset(p_proposal.before) b (ingredient_id uuid, par_level numeric), jsonb_to_recordset(p_proposal.after) a (ingredient_id uuid, par_level numeric)
      where i.venue_id = p_proposal.venue_id and i.id = b.ingredient_id and a.ingredient_id = b.ingredient_id and i.par_level = a.par_level;
      get diagnostics v_rows = row_count;
      return v_rows = p_proposal.measured;
    when 'invite_member' then
      perform 1 from public.invitations i where i.id = (p_proposal.undo ->> 'invitation_id')::uuid and i.status = 'pending' for no key update;
      if found then
        perform public.cancel_invitation((p_proposal.undo ->> 'invitation_id')::uuid);
        return true;
      end if;
      return false;
  end case;
end $$;
comment on function private.undo_stockroom_change(public.assistant_proposals) is
  'Takes a change of stock or staff back, or says that it is otherwise by now. Errors: those of perform_stockroom_change, invitation_used.';
