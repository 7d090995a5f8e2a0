-- The permission matrix is data, so that policies, RPCs, tools and documentation all read the same one.

create table public.roles (
  role text primary key,
  rank integer not null,
  constraint rank_is_positive check (rank > 0)
);
comment on table public.roles is 'The roles a member can have. Reference data, changed by migrations only.';
comment on column public.roles.rank is 'Nobody grants, changes or removes a role of a higher rank than their own.';

create table public.permissions (
  permission text primary key,
  description text not null,
  needs_subscription boolean not null
);
comment on table public.permissions is 'What can be allowed. Reference data, changed by migrations only.';
comment on column public.permissions.needs_subscription is 'False for what stays possible in read-only mode: reading, giving guests their money back, and paying us.';

create table public.role_permissions (
  role text not null references public.roles,
  permission text not null references public.permissions,
  primary key (role, permission)
);
comment on table public.role_permissions is 'The matrix: which role may do what. Reference data, changed by migrations only.';
create index role_permissions_by_permission on public.role_permissions (permission);

create table private.permission_roles (
  permission text primary key references public.permissions on delete cascade,
  roles text[] not null,
  needs_subscription boolean not null
);
comment on table private.permission_roles is
  'The matrix by permission, as access checks read it: one row per question instead of a join. Kept by a trigger.';

create function private.refresh_permission_roles() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.permission_roles as t (permission, roles, needs_subscription)
  select p.permission, array(select rp.role from public.role_permissions rp where rp.permission = p.permission order by rp.role), p.needs_subscription
  from public.permissions p
  on conflict (permission) do update set roles = excluded.roles, needs_subscription = excluded.needs_subscription
  where (t.roles, t.needs_subscription) is distinct from (excluded.roles, excluded.needs_subscription);
  return null;
end $$;
comment on function private.refresh_permission_roles() is
  'After-statement trigger: permission_roles follows the matrix. Definer, because nobody may write it.';
create trigger refresh_permission_roles after insert or update or delete on public.role_permissions
  for each statement execute function private.refresh_permission_roles();
create trigger refresh_permission_roles after insert or update on public.permissions
  for each statement execute function private.refresh_permission_roles();

alter table public.roles enable row level security;
alter table public.permissions enable row level security;
alter table public.role_permissions enable row level security;
create policy select_all on public.roles for select to authenticated using (true);
create policy select_all on public.permissions for select to authenticated using (true);
create policy select_all on public.role_permissions for select to authenticated using (true);
grant select on public.roles, public.permissions, public.role_permissions to authenticated;

insert into public.roles (role, rank) values
  ('owner', 60), ('manager', 50), ('staff', 20), ('kitchen', 10), ('server', 10), ('cashier', 10);

insert into public.permissions (permission, description, needs_subscription) values
  ('orders.read', 'See orders, bills and payments', false),
  ('orders.update', 'Accept, serve and complete orders', true),
  ('orders.cancel', 'Cancel orders and force their completion', true),
  ('kitchen.read', 'See kitchen stations and tickets', false),
  ('kitchen.update', 'Start, finish, bump and recall tickets', true),
  ('menu.read', 'See the draft and published menu', false),
  ('menu.edit', 'Write and publish the menu', true),
  ('menu.availability', 'Switch items and options on and off', true),
  ('inventory.read', 'See ingredients, recipes and stock', false),
  ('inventory.edit', 'Change ingredients, recipes and stock', true),
  ('tables.read', 'See tables and their sessions', false),
  ('tables.manage', 'Create tables and rotate their QR codes', true),
  ('tables.seat', 'Open and close table sessions', true),
  ('payments.collect', 'Take payments at the till', true),
  ('payments.refund', 'Refund payments', false),
  ('analytics.read', 'See the numbers', false),
  ('staff.read', 'See members and invitations', false),
  ('staff.manage', 'Invite and remove members', true),
  ('staff.schedule', 'Plan shifts', true),
  ('staff.roles', 'Change members'' roles', true),
  ('settings.read', 'See venue settings', false),
  ('settings.edit', 'Change venue settings', true),
  ('integrations.manage', 'Manage API keys and webhooks', true),
  ('billing.read', 'See plan and invoices', false),
  ('billing.edit', 'Choose and pay a plan', false),
  ('venue.delete', 'Delete a venue', true),
  ('ai.use', 'Use the assistant', true);

insert into public.role_permissions (role, permission)
select 'owner', p.permission from public.permissions p
union all
select 'manager', p.permission from public.permissions p
where p.permission not in ('staff.roles', 'integrations.manage', 'billing.read', 'billing.edit', 'venue.delete')
union all
select r.role, p.permission
from (values
  ('staff', array['orders.read', 'menu.read', 'menu.availability', 'inventory.read', 'tables.read', 'tables.seat', 'ai.use']),
  ('kitchen', array['orders.read', 'orders.update', 'kitchen.read', 'kitchen.update', 'menu.read', 'menu.availability', 'inventory.read']),
  ('server', array['orders.read', 'orders.update', 'menu.read', 'tables.read', 'tables.seat', 'payments.collect']),
  ('cashier', array['orders.read', 'menu.read', 'tables.read', 'payments.collect', 'payments.refund'])
) as r (role, permissions)
cross join lateral unnest(r.permissions) as p (permission);
