-- Proposing, confirming, undoing. Whoever confirms takes turns with everybody who confirms in the same venue: so what counts
-- against a guardrail is complete when it is counted. This lock comes before all others.

create function private.refuse_arguments(p_constraint text, p_message text) returns void
language plpgsql stable set search_path = '' as $$
begin
  -- Constraints are named as sentences.
  perform private.fail('invalid_input', coalesce(nullif(replace(p_constraint, '_', ' '), ''), left(p_message, 200)));
end $$;
comment on function private.refuse_arguments(text, text) is 'What a cast or a constraint has refused is an argument that is none. Errors: invalid_input.';

create function private.plan_change(p_tool text, p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_constraint text;
begin
  return case p_tool
    when 'advance_order' then private.plan_advance_order(p_venue_id, p_arguments)
    when 'complete_order' then private.plan_complete_order(p_venue_id, p_arguments)
    when 'cancel_order' then private.plan_cancel_order(p_venue_id, p_arguments)
    when 'advance_tickets' then private.plan_advance_tickets(p_venue_id, p_arguments)
    when 'update_prices' then private.plan_update_prices(p_venue_id, p_arguments)
    when 'set_availability' then private.plan_set_availability(p_venue_id, p_arguments)
    when 'set_category_availability' then private.plan_set_category_availability(p_venue_id, p_arguments)
    when 'create_item' then private.plan_create_item(p_venue_id, p_arguments)
    when 'archive_items' then private.plan_archive_items(p_venue_id, p_arguments)
    when 'create_discount' then private.plan_create_discount(p_venue_id, p_arguments)
    when 'publish_menu' then private.plan_publish_menu(p_venue_id, p_arguments)
    when 'translate_items' then private.plan_translate_items(p_venue_id, p_arguments)
    when 'set_item_image' then private.plan_set_item_image(p_venue_id, p_arguments)
    when 'create_qr_code' then private.plan_create_qr_code(p_venue_id, p_arguments)
    when 'create_qr_codes' then private.plan_create_qr_codes(p_venue_id, p_arguments)
    when 'rotate_qr_code' then private.plan_rotate_qr_code(p_venue_id, p_arguments)
    when 'create_tables' then private.plan_create_tables(p_venue_id, p_arguments)
    when 'merge_tables' then private.plan_merge_tables(p_venue_id, p_arguments)
    when 'adjust_stock' then private.plan_adjust_stock(p_venue_id, p_arguments)
    when 'set_par_levels' then private.plan_set_par_levels(p_venue_id, p_arguments)
    when 'draft_purchase_orders' then private.plan_draft_purchase_orders(p_venue_id, p_arguments)
    when 'invite_member' then private.plan_invite_member(p_venue_id, p_arguments)
  end;
exception when data_exception or integrity_constraint_violation then
  get stacked diagnostics v_constraint = constraint_name;
  perform private.refuse_arguments(v_constraint, sqlerrm);
  return null;
end $$;
comment on function private.plan_change(text, uuid, jsonb) is 'What a change would do now. The tools that can be proposed are those named here. Errors: those of its plan, invalid_input.';

create function private.perform_change(p_proposal public.assistant_proposals) returns private.performed
language plpgsql volatile set search_path = '' as $$
declare
  v_constraint text;
begin
  return case
    when p_proposal.tool in ('advance_order', 'complete_order') then
      row(public.advance_order((p_proposal.after ->> 'order_id')::uuid, p_proposal.after ->> 'status'), null)::private.performed
    when p_proposal.tool = 'cancel_order' then
      row(public.cancel_order((p_proposal.after ->> 'order_id')::uuid, p_proposal.arguments ->> 'reason'), null)::private.performed
    when p_proposal.tool = 'advance_tickets' then
      row(public.advance_tickets(private.ids_in(p_proposal.after, 'ticket_id'), p_proposal.arguments ->> 'to'), null)::private.performed
    when p_proposal.tool in ('create_qr_code', 'create_qr_codes', 'rotate_qr_code', 'create_tables', 'merge_tables') then private.perform_floor_change(p_proposal)
    when p_proposal.tool in ('adjust_stock', 'set_par_levels', 'draft_purchase_orders', 'invite_member') then private.perform_stockroom_change(p_proposal)
    else private.perform_menu_change(p_proposal)
  end;
exception when data_exception or integrity_constraint_violation then
  get stacked diagnostics v_constraint = constraint_name;
  perform private.refuse_arguments(v_constraint, sqlerrm);
  return null;
end $$;
comment on function private.perform_change(public.assistant_proposals) is
  'Does what a proposal says, as the signed-in user: each RPC asks again whether they may. Errors: those of what it calls, invalid_input.';

create function private.proposal_json(p_proposal public.assistant_proposals) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('proposal_id', p_proposal.id, 'venue_id', p_proposal.venue_id, 'tool', p_proposal.tool, 'status', p_proposal.status,
    'arguments', p_proposal.arguments, 'before', p_proposal.before, 'after', p_proposal.after, 'impact', p_proposal.impact,
    'hash', encode(p_proposal.hash, 'hex'), 'expires_at', p_proposal.expires_at, 'can_be_undone', p_proposal.undo is not null and p_proposal.status = 'confirmed')
$$;
comment on function private.proposal_json(public.assistant_proposals) is 'A proposal as its author sees it.';

create function public.propose_change(p_venue_id uuid, p_tool text, p_arguments jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_permission text := (select c.permission from private.assistant_changes c where c.tool = p_tool);
  v_arguments jsonb := jsonb_strip_nulls(p_arguments);
  v_venue public.venues;
  v_change private.change;
  v_proposal public.assistant_proposals;
begin
  v_venue := private.require_assistant(coalesce(v_permission, 'ai.use'), p_venue_id);
  if v_permission is null then
    perform private.fail('tool_not_found');
  elsif pg_column_size(v_arguments) > 100000 then
    perform private.fail('invalid_input', 'arguments: too large');
  end if;
  perform private.take_rate_limit('propose_change', auth.uid(), 60);
  v_change := private.plan_change(p_tool, p_venue_id, v_arguments);
  perform private.require_guardrail(p_venue_id, p_tool, v_change.measured);
  v_proposal := row(gen_random_uuid(), v_venue.organisation_id, p_venue_id, auth.uid(), p_tool, v_arguments, v_change.before, v_change.after, v_change.impact,
    v_change.measured, private.token_hash(jsonb_build_array(p_venue_id, auth.uid(), p_tool, v_arguments, v_change.before, v_change.after)::text), 'pending', null, now(), now() + interval '10 minutes', null, null)::public.assistant_proposals;
  -- A rehearsal: what could not be done is refused now, and whatever the rehearsal did is undone before anybody sees it.
  begin
    perform private.perform_change(v_proposal);
    raise exception using errcode = 'UNDO0';
  exception when sqlstate 'UNDO0' then
    null;
  end;
  update public.assistant_proposals p set status = 'expired', decided_at = now()
  where p.actor_id = auth.uid() and p.venue_id = p_venue_id and p.status = 'pending' and p.expires_at <= now();
  insert into public.assistant_proposals select v_proposal.*
  on conflict (hash) where status = 'pending' do update set status = excluded.status -- the one that stands, locked
  returning * into v_proposal;
  return private.proposal_json(v_proposal);
end $$;
comment on function public.propose_change(uuid, text, jsonb) is
  'Writes down a change that the assistant would make, and makes none: {proposal_id, venue_id, tool, status, arguments, before, after, impact, hash, '
  'expires_at, can_be_undone}. p_arguments are those of the tool. It is rehearsed, so that what could not be done is refused at once. The same change, '
  'proposed again while nothing has changed, is the same proposal. Needs ai.use, the tool''s own permission, and a plan with the assistant; at most 60 '
  'a minute. Definer: clients do not write proposals. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, '
  'tool_not_found, rate_limited, guardrail_exceeded, invalid_input, order_not_found, order_transition_invalid, order_unsettled, order_paid, course_held, ticket_not_found, ticket_transition_invalid, '
  'menu_item_not_found, menu_image_*, menu_incomplete, table_not_found, table_merged, table_blocked, table_reserved, merge_unconfirmed, qr_code_not_found, '
  'ingredient_not_found, unit_mismatch, idempotency_key_*, role_above_own, invitation_pending.';
grant execute on function public.propose_change(uuid, text, jsonb) to authenticated;

create function private.lock_proposal(p_proposal_id uuid) returns public.assistant_proposals
language plpgsql volatile set search_path = '' as $$
declare
  v_user uuid := private.require_user();
  v_proposal public.assistant_proposals;
begin
  select * into v_proposal from public.assistant_proposals p where p.id = p_proposal_id and p.actor_id = v_user for no key update;
  if not found then
    perform private.fail('proposal_not_found');
  end if;
  return v_proposal;
end $$;
comment on function private.lock_proposal(uuid) is 'Locks a proposal of the signed-in user. Errors: not_authenticated, proposal_not_found.';

create function private.take_turn(p_proposal public.assistant_proposals) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_assistant(c.permission, p_proposal.venue_id) from private.assistant_changes c where c.tool = p_proposal.tool;
  perform pg_advisory_xact_lock(hashtextextended('assistant|' || p_proposal.venue_id, 0));
end $$;
comment on function private.take_turn(public.assistant_proposals) is
  'Asks again whether the person may, and waits for the venue''s turn. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded.';

create function public.confirm_proposal(p_proposal_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_started constant timestamptz := clock_timestamp();
  v_proposal public.assistant_proposals := private.lock_proposal(p_proposal_id);
  v_change private.change;
  v_done private.performed;
begin
  perform private.take_turn(v_proposal);
  if v_proposal.status <> 'pending' then
    perform private.fail('proposal_closed', 'it is ' || v_proposal.status);
  elsif v_proposal.expires_at <= now() then
    perform private.fail('proposal_expired');
  end if;
  v_change := private.plan_change(v_proposal.tool, v_proposal.venue_id, v_proposal.arguments);
  if v_change.before is distinct from v_proposal.before or v_change.after is distinct from v_proposal.after then
    perform private.fail('proposal_stale');
  end if;
  perform private.require_guardrail(v_proposal.venue_id, v_proposal.tool, v_proposal.measured);
  v_done := private.perform_change(v_proposal);
  update public.assistant_proposals p set status = 'confirmed', decided_at = now(), undo = v_done.undo where p.id = p_proposal_id returning * into v_proposal;
  perform private.note_decision(v_proposal, 'confirm_proposal', v_started);
  return private.proposal_json(v_proposal) || jsonb_build_object('result', v_done.result);
end $$;
comment on function public.confirm_proposal(uuid) is
  'Does what a proposal of the signed-in user says, once, in one transaction and with their own rights, through the RPCs that apps use; asked again are '
  'their permission, the guardrails, and that "before" still holds. Returns the proposal with {result}, in which secrets such as the tokens of new QR codes '
  'are shown this once. Needs what propose_change needs. Definer: clients do not write proposals. Errors: not_authenticated, proposal_not_found, '
  'permission_denied, subscription_inactive, entitlement_exceeded, proposal_closed, proposal_expired, proposal_stale, guardrail_exceeded, invalid_input, rate_limited, '
  'order_not_found, order_transition_invalid, order_unsettled, order_paid, course_held, ticket_not_found, ticket_transition_invalid, '
  'menu_item_not_found, menu_image_*, menu_incomplete, table_not_found, table_merged, table_blocked, table_reserved, merge_unconfirmed, qr_code_not_found, '
  'ingredient_not_found, unit_mismatch, idempotency_key_*, role_above_own, invitation_pending.';
grant execute on function public.confirm_proposal(uuid) to authenticated;

create function private.undo_change(p_proposal public.assistant_proposals) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  return case
    when p_proposal.tool in ('create_tables', 'merge_tables') then private.undo_floor_change(p_proposal)
    when p_proposal.tool in ('adjust_stock', 'set_par_levels', 'invite_member') then private.undo_stockroom_change(p_proposal)
    else private.undo_menu_change(p_proposal)
  end;
-- What was there does not fit any more, such as a par level below a new reorder level.
exception when integrity_constraint_violation then
  return false;
end $$;
comment on function private.undo_change(public.assistant_proposals) is
  'Takes back what a proposal did; false when it is not there as it was made, or what was before does not fit any more. Errors: those of what it calls.';

create function public.undo_proposal(p_proposal_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_started constant timestamptz := clock_timestamp();
  v_proposal public.assistant_proposals := private.lock_proposal(p_proposal_id);
begin
  perform private.take_turn(v_proposal);
  if v_proposal.status <> 'confirmed' or v_proposal.undo is null then
    perform private.fail('proposal_not_undoable', case when v_proposal.status = 'confirmed' then 'this cannot be taken back' else 'it is ' || v_proposal.status end);
  end if;
  if not private.undo_change(v_proposal) then
    perform private.fail('proposal_stale');
  end if;
  update public.assistant_proposals p set status = 'undone', undone_at = now() where p.id = p_proposal_id returning * into v_proposal;
  perform private.note_decision(v_proposal, 'undo_proposal', v_started);
  return private.proposal_json(v_proposal);
end $$;
comment on function public.undo_proposal(uuid) is
  'Takes back what confirm_proposal did, once, by the same person and while it is still there as it was made; guardrails go on counting it. Returns the '
  'proposal. Needs what propose_change needs. Definer: clients do not write proposals. Errors: not_authenticated, proposal_not_found, permission_denied, '
  'subscription_inactive, entitlement_exceeded, proposal_not_undoable, proposal_stale, invalid_input, menu_item_not_found, menu_image_not_found, menu_version_not_found, table_not_found, '
  'ingredient_not_found, unit_mismatch, idempotency_key_*, role_above_own, invitation_used.';
grant execute on function public.undo_proposal(uuid) to authenticated;

create function public.discard_proposal(p_proposal_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_started constant timestamptz := clock_timestamp();
  v_proposal public.assistant_proposals := private.lock_proposal(p_proposal_id);
begin
  if v_proposal.status = 'pending' then
    update public.assistant_proposals p set status = 'discarded', decided_at = now() where p.id = p_proposal_id returning * into v_proposal;
    perform private.note_decision(v_proposal, 'discard_proposal', v_started);
  elsif v_proposal.status <> 'discarded' then
    perform private.fail('proposal_closed', 'it is ' || v_proposal.status);
  end if;
  return private.proposal_json(v_proposal);
end $$;
comment on function public.discard_proposal(uuid) is
  'Throws a pending proposal of the signed-in user away, whatever they may do by now. Returns the proposal; a repeat returns the same. Definer: clients do '
  'not write proposals. Errors: not_authenticated, proposal_not_found, proposal_closed.';
grant execute on function public.discard_proposal(uuid) to authenticated;
