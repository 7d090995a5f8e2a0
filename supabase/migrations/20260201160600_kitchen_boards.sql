-- One board over several venues: for a kitchen that cooks for more than one, and for whoever watches them all.

insert into public.tier_entitlements (tier, entitlement, max_count) values
  ('starter', 'multi_venue_kitchen', 0), ('pro', 'multi_venue_kitchen', 0), ('enterprise', 'multi_venue_kitchen', null);

create function public.get_kitchen_boards(p_organisation_id uuid, p_venue_ids uuid[] default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venues uuid[];
begin
  perform private.require_user();
  v_venues := array(
    select v.id from public.venues v
    where v.organisation_id = p_organisation_id and v.id = any (private.venues_with('kitchen.read')) and (p_venue_ids is null or v.id = any (p_venue_ids)) order by v.id);
  -- A venue that is named is shown, or it is said that it cannot be: a kitchen must not take a part for the whole.
  if v_venues = '{}' or exists (select from unnest(p_venue_ids) n (id) where n.id is null or n.id <> all (v_venues)) then
    perform private.fail('permission_denied', 'needs kitchen.read');
  end if;
  perform private.require_feature(p_organisation_id, 'multi_venue_kitchen');
  return jsonb_build_object('organisation_id', p_organisation_id, 'shown_at', now(),
    'venues', (select jsonb_agg(jsonb_build_object('venue_id', v.id, 'name', v.name) order by v.name, v.id) from public.venues v where v.id = any (v_venues)),
    'tickets', private.board_tickets(v_venues));
end $$;
comment on function public.get_kitchen_boards(uuid, uuid[]) is
  'The open tickets of all venues of an organisation in which the caller has kitchen.read, or of p_venue_ids among them, as one board: '
  '{organisation_id, shown_at, venues: [{venue_id, name}], tickets: as get_kitchen_board, over all of them in one order}. Needs multi_venue_kitchen. For what changes, '
  'listen on venue:{venue_id}:kitchen of each venue. Definer: as get_kitchen_board. Errors: not_authenticated, permission_denied, entitlement_exceeded.';
grant execute on function public.get_kitchen_boards(uuid, uuid[]) to authenticated;
