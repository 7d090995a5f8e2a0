-- Deleting a venue: one that was never used, so that a mistake does not take a place of the plan for ever. What has books,
-- stock or working hours stays, because somebody owes or is owed by them.

insert into private.errors (code, http_status, meaning, remedy) values
  ('venue_in_use', 409, 'The venue has orders, stock movements or working hours on record.', 'Keep it: what is on record stays. Switch its tables off, so that nobody orders there.');

create function public.delete_venue(p_venue_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('venue.delete', p_venue_id);
begin
  -- Who orders or clocks in holds a key of the venue's row until the end: either this finds it, or it finds no venue.
  perform 1 from public.venues v where v.id = p_venue_id for update;
  if exists (select 1 from public.time_entries e where e.venue_id = p_venue_id) then
    perform private.fail('venue_in_use');
  end if;
  -- What refers to one another goes in this order; the rest goes with the venue.
  update public.venues v set menu_version = null where v.id = p_venue_id;
  delete from public.menu_versions t where t.venue_id = p_venue_id;
  delete from public.menu_items t where t.venue_id = p_venue_id;
  delete from public.reservations t where t.venue_id = p_venue_id;
  delete from public.waiting_parties t where t.venue_id = p_venue_id;
  delete from public.table_sessions t where t.venue_id = p_venue_id;
  delete from public.purchase_orders t where t.venue_id = p_venue_id;
  delete from public.venues v where v.id = p_venue_id;
  return jsonb_build_object('venue_id', p_venue_id, 'slug', v_venue.slug, 'deleted', true);
exception when foreign_key_violation then
  perform private.fail('venue_in_use'); -- orders, stock movements and whatever else refers to it is on record
  return null;
end $$;
comment on function public.delete_venue(uuid) is
  'Deletes a venue that has never had an order, a stock movement or working hours, with its menu, tables, plans and members of its '
  'own; its slug and its place in the plan are free again. Needs venue.delete. Returns {venue_id, slug, deleted}. Definer: clients do '
  'not delete venues. Errors: not_authenticated, permission_denied, subscription_inactive, venue_in_use.';
grant execute on function public.delete_venue(uuid) to authenticated;
