/** What the database is told to do for each cart: price it, price more of it, and write it as an order. */
import type { Sql } from "postgres";

/** Once per database, before anything is asked. */
export const prepare = (sql: Sql) =>
  sql.unsafe(`
    create schema properties;
    create function properties.price(p_venue public.venues, p_request jsonb) returns private.priced_order language plpgsql as $$
    begin
      return private.price_order(p_venue, p_request);
    exception when sqlstate 'PT409' then
      if sqlerrm <> 'discount_not_applicable' then
        raise;
      end if;
      return null;
    end $$;
    create function properties.ask(p_venue_id uuid, p_sent jsonb) returns jsonb language plpgsql as $$
    declare
      v_venue public.venues;
      v_priced private.priced_order;
      v_order public.orders;
      v_ids uuid[] := array(select jsonb_array_elements_text(p_sent -> 'discount_ids'));
    begin
      select (jsonb_populate_record(v, p_sent -> 'venue')).* into v_venue from public.venues v where v.id = p_venue_id;
      update public.discounts d set is_active = d.id = any (v_ids) where d.venue_id = p_venue_id and d.is_active <> (d.id = any (v_ids));
      update public.loyalty_programmes p set point_value_minor = (p_sent ->> 'point_value_minor')::bigint where p.venue_id = p_venue_id;
      v_priced := properties.price(v_venue, p_sent -> 'request');
      if v_priced.total_minor is not null then
        v_order := private.create_order(v_venue, v_priced, p_sent -> 'request', 'counter', null, null, row('member', null));
      end if;
      return jsonb_build_object('priced', to_jsonb(v_priced), 'more', to_jsonb(properties.price(v_venue, p_sent -> 'more')), 'order_id', v_order.id);
    end $$;`);

export const ASK =
  "select properties.ask($2, sent) as answer from jsonb_array_elements($1) with ordinality as s (sent, n) order by n";

export const READ = `
  select to_jsonb(o) || jsonb_build_object(
    'lines', (select jsonb_agg(to_jsonb(l) order by l.position)
      from public.order_lines l where l.venue_id = o.venue_id and l.order_id = o.id),
    'discounts', (select coalesce(jsonb_agg(to_jsonb(d) order by d.position), '[]')
      from public.order_discounts d where d.venue_id = o.venue_id and d.order_id = o.id),
    'points', (select coalesce(-sum(m.points), 0) from public.loyalty_movements m where m.order_id = o.id)) as written
  from public.orders o where o.id = any ($1::uuid[])`;
