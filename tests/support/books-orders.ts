/** The rules about orders, kitchen, stock, tables and tenants; see books.ts. */
import type { Rules } from "./books.ts";

const REACHED_KITCHEN = `exists (select 1 from public.order_events e
  where e.venue_id = o.venue_id and e.order_id = o.id and e.to_status = 'placed')`;

export const ORDER_RULES: Rules = {
  "an order that reached the kitchen has one ticket per line that is on it, any other none": `
    select o.organisation_id, o.id::text as subject, format('%s lines, %s tickets', l.lines, k.tickets) as detail
    from public.orders o
    cross join lateral (select count(*) as lines from public.order_lines l where l.order_id = o.id and l.voided_at is null) l
    cross join lateral (
      select count(*) as tickets from public.kitchen_tickets k join public.order_lines l on l.id = k.order_line_id
      where k.order_id = o.id and l.voided_at is null) k
    where k.tickets <> case when ${REACHED_KITCHEN} then l.lines else 0 end`,
  "an order's events lead to its status without a gap": `
    select o.organisation_id, o.id::text as subject, coalesce(string_agg(e.to_status, ' → ' order by e.id), 'none') as detail
    from public.orders o
    left join (select e.*, lag(e.to_status) over (partition by e.order_id order by e.id) as before from public.order_events e) e
      on e.order_id = o.id
    group by o.organisation_id, o.id
    having count(e.id) = 0 or bool_or(e.from_status is distinct from e.before)
      or (array_agg(e.to_status order by e.id desc))[1] <> o.status`,
  "order numbers count from one without a gap": `
    select o.organisation_id, o.venue_id::text as subject, format('%s orders, highest %s', count(*), max(o.number)) as detail
    from public.orders o group by o.organisation_id, o.venue_id, o.business_date having count(*) <> max(o.number)`,
  "a cancelled order keeps stock only as waste": `
    select o.organisation_id, o.id::text as subject, sum(m.quantity)::text as detail
    from public.orders o
    join public.order_lines l on l.order_id = o.id
    join public.stock_movements m on m.order_line_id = l.id
    where o.status = 'cancelled' and m.kind <> 'waste'
    group by o.organisation_id, o.id having sum(m.quantity) <> 0`,
  "a void line keeps stock only as waste, and no ticket": `
    select o.organisation_id, l.id::text as subject, format('%s, %s tickets', m.moved, k.tickets) as detail
    from public.order_lines l join public.orders o on o.id = l.order_id
    cross join lateral (
      select coalesce(sum(m.quantity), 0) as moved from public.stock_movements m where m.order_line_id = l.id and m.kind <> 'waste') m
    cross join lateral (
      select count(*) as tickets from public.kitchen_tickets k where k.order_line_id = l.id and k.status <> 'cancelled') k
    where l.voided_at is not null and (m.moved <> 0 or k.tickets > 0)`,
  "an order costs what its lines cost": `
    select o.organisation_id, o.id::text as subject, format('%s, lines %s', o.subtotal_minor, l.net) as detail
    from public.orders o
    cross join lateral (select coalesce(sum(l.net_minor), 0) as net from public.order_lines l where l.order_id = o.id) l
    where o.subtotal_minor <> l.net`,
  "a table has at most one open session": `
    select v.organisation_id, s.table_id::text as subject, count(*)::text as detail
    from public.table_sessions s join public.venues v on v.id = s.venue_id
    where s.closed_at is null and s.table_id is not null group by v.organisation_id, s.table_id having count(*) > 1`,
  "a closed session owes nothing": `
    select o.organisation_id, o.id::text as subject, format('%s of %s', o.paid_minor, o.total_minor) as detail
    from public.orders o join public.table_sessions s on s.id = o.session_id
    where s.closed_at is not null and o.status not in ('cancelled', 'expired') and o.paid_minor < o.total_minor`,
  "a table that leads follows none": `
    select v.organisation_id, t.id::text as subject, t.merged_into::text as detail
    from public.tables t join public.tables l on l.id = t.merged_into join public.venues v on v.id = t.venue_id
    where l.merged_into is not null`,
  "an open session sits at a table in use that follows none": `
    select v.organisation_id, s.id::text as subject, format('%s, %s', t.merged_into, t.blocked_reason) as detail
    from public.table_sessions s join public.tables t on t.id = s.table_id join public.venues v on v.id = s.venue_id
    where s.closed_at is null and coalesce(t.merged_into::text, t.blocked_reason) is not null`,
  "an open order is at the table of its session": `
    select o.organisation_id, o.id::text as subject, format('%s, not %s', o.table_id, s.table_id) as detail
    from public.orders o join public.table_sessions s on s.id = o.session_id
    where s.closed_at is null and o.status not in ('completed', 'cancelled', 'expired') and o.table_id is distinct from s.table_id`,
  "a device shares the bill of the table whose code it scanned": `
    select v.organisation_id, d.id::text as subject, format('%s, not %s', t.label, s.table_id) as detail
    from private.guest_devices d join public.table_sessions s on s.id = d.session_id
    join public.tables t on t.id = d.table_id join public.venues v on v.id = d.venue_id
    where s.closed_at is null and coalesce(t.merged_into, t.id) is distinct from s.table_id`,
  "reservations of a table do not overlap": `
    select v.organisation_id, a.id::text as subject, b.id::text as detail
    from public.reservations a join public.reservations b on b.table_id = a.table_id and b.id > a.id join public.venues v on v.id = a.venue_id
    where a.status in ('booked', 'checked_in') and b.status in ('booked', 'checked_in')
      and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)`,
  "a table or counter has at most one working code of a kind": `
    select v.organisation_id, coalesce(q.table_id, q.venue_id)::text as subject, count(*)::text as detail
    from public.qr_codes q join public.venues v on v.id = q.venue_id where q.revoked_at is null
    group by v.organisation_id, q.venue_id, q.table_id, q.kind having count(*) > 1`,
  "a discount counts the orders that use it, up to its maximum": `
    select v.organisation_id, d.id::text as subject, format('%s counted, %s use it, %s may', d.used_count, u.orders, d.max_uses) as detail
    from public.discounts d join public.venues v on v.id = d.venue_id
    cross join lateral (
      select count(*) as orders from public.order_discounts od join public.orders o on o.venue_id = od.venue_id and o.id = od.order_id
      where od.discount_id = d.id and o.status not in ('cancelled', 'expired')) u
    where d.used_count <> u.orders or d.used_count > d.max_uses`,
  "an organisation has an owner": `
    select o.id as organisation_id, o.slug as subject, 'no owner' as detail from public.organisations o
    where not exists (select 1 from public.memberships m where m.organisation_id = o.id and m.role = 'owner')`,
  "an organisation has at most what its plan includes": `
    select o.id as organisation_id, e.entitlement as subject, private.entitlement_usage(o.id, e.entitlement)::text as detail
    from public.organisations o
    cross join (select distinct entitlement from public.tier_entitlements) e
    where private.entitlement_usage(o.id, e.entitlement) > private.entitlement_limit(o.id, e.entitlement)`,
  "an organisation's plan, status and add-ons are those of its subscription": `
    select o.id as organisation_id, s.provider_reference as subject, concat_ws(' ', o.tier, o.subscription_status) as detail
    from public.organisations o cross join lateral private.current_subscription(o.id) s
    where s.id is not null and ((o.tier, o.subscription_status, o.past_due_since) is distinct from
        (s.tier, case s.status when 'paused' then 'unpaid' else s.status end, s.past_due_since)
      or array(select x.add_on from public.organisation_add_ons x where x.organisation_id = o.id order by 1) is distinct from
        array(select a.add_on from public.add_ons a where s.items ? a.add_on and s.status <> 'canceled' order by 1))`,
  "an accepted invitation made a member": `
    select i.organisation_id, i.id::text as subject, coalesce(i.accepted_by::text, 'nobody') as detail
    from public.invitations i where i.status = 'accepted' and not exists (
      select 1 from private.audit_events a
      where a.table_name = 'memberships' and a.action = 'insert' and a.organisation_id = i.organisation_id
        -- Who has deleted their account is known to the history alone.
        and a.after ->> 'user_id' = coalesce(i.accepted_by::text, (
          select e.after ->> 'accepted_by' from private.audit_events e
          where e.row_id = i.id and e.after ->> 'status' = 'accepted')))`,
  "the published version is the highest": `
    select v.organisation_id, v.id::text as subject, v.menu_version::text as detail from public.venues v
    where v.menu_version is distinct from (select max(m.version) from public.menu_versions m where m.venue_id = v.id)`,
};
