-- Owners provision, look at, re-key and drop their organisation's SQL schema. The password is in one answer and nowhere
-- else: there is no idempotency key here, because a stored answer would store it. Whoever loses an answer rotates.

create function private.require_tenant_schema(p_organisation_id uuid) returns public.organisations
language plpgsql volatile set search_path = '' as $$
declare
  v_organisation public.organisations;
begin
  perform private.require_organisation('integrations.manage', p_organisation_id);
  select * into v_organisation from public.organisations o where o.id = p_organisation_id for no key update;
  perform private.require_feature(p_organisation_id, 'tenant_schema');
  return v_organisation;
end $$;
comment on function private.require_tenant_schema(uuid) is
  'The organisation, locked, if the signed-in user may manage its integrations and its plan includes a SQL schema. '
  'Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded.';

create function private.tenant_schema_answer(p_tenant private.tenant_schemas) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('schema', p_tenant.schema_name, 'role', p_tenant.schema_name, 'database', current_database(),
    'is_open', p_tenant.schema_name is not null and p_tenant.closed_at is null,
    'closed_at', p_tenant.closed_at, 'dropped_at', p_tenant.closed_at + interval '30 days', 'password_set_at', p_tenant.password_set_at)
$$;
comment on function private.tenant_schema_answer(private.tenant_schemas) is 'What an owner is told about their schema.';

create function public.provision_tenant_schema(p_organisation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_organisation public.organisations := private.require_tenant_schema(p_organisation_id);
  v_tenant private.tenant_schemas;
  v_password jsonb := '{}';
begin
  insert into private.tenant_schemas (organisation_id, schema_name)
  values (p_organisation_id, private.tenant_schema_name(v_organisation.slug, p_organisation_id))
  on conflict (organisation_id) do nothing returning * into v_tenant;
  if found then
    perform private.forbid_temporary_tables(), private.ensure_tenant_role(v_tenant.schema_name), private.fill_tenant_schema(v_tenant);
    v_password := jsonb_build_object('password', private.set_tenant_password(v_tenant.schema_name));
  end if;
  select * into v_tenant from private.tenant_schemas s where s.organisation_id = p_organisation_id;
  return private.tenant_schema_answer(v_tenant) || v_password;
end $$;
comment on function public.provision_tenant_schema(uuid) is
  'Makes the organisation''s SQL schema with read-only views of its rows, and its login role. Needs integrations.manage for the whole organisation and the '
  'enterprise plan. Returns {schema, role, database, is_open, closed_at, dropped_at, password_set_at, password}; a repeat returns the same without password, '
  'which is shown this once. Definer: clients make neither schemas nor roles. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded.';
grant execute on function public.provision_tenant_schema(uuid) to authenticated;

create function public.rotate_tenant_password(p_organisation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_organisation public.organisations := private.require_tenant_schema(p_organisation_id);
  v_tenant private.tenant_schemas;
  v_password text;
begin
  select * into v_tenant from private.tenant_schemas s where s.organisation_id = v_organisation.id for no key update;
  if not found then
    perform private.fail('tenant_schema_not_found');
  end if;
  v_password := private.set_tenant_password(v_tenant.schema_name);
  select * into v_tenant from private.tenant_schemas s where s.organisation_id = v_organisation.id;
  return private.tenant_schema_answer(v_tenant) || jsonb_build_object('password', v_password);
end $$;
comment on function public.rotate_tenant_password(uuid) is
  'Gives the organisation''s SQL role a new password and ends its sessions: whoever knows the old one is out. Needs integrations.manage for the whole '
  'organisation and the enterprise plan. Returns as provision_tenant_schema, with the password, each time another. Definer: clients alter no roles. '
  'Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, tenant_schema_not_found.';
grant execute on function public.rotate_tenant_password(uuid) to authenticated;

create function public.drop_tenant_schema(p_organisation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_organisation('integrations.manage', p_organisation_id);
  perform 1 from public.organisations o where o.id = p_organisation_id for no key update;
  delete from private.tenant_schemas s where s.organisation_id = p_organisation_id;
  return jsonb_build_object('organisation_id', p_organisation_id, 'dropped', found);
end $$;
comment on function public.drop_tenant_schema(uuid) is
  'Drops the organisation''s SQL schema, its role and its sessions; the rows it showed are not touched. Needs integrations.manage for the whole organisation, '
  'whatever the plan. Returns {organisation_id, dropped}; a repeat has nothing to drop. Definer: clients drop neither schemas nor roles. '
  'Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.drop_tenant_schema(uuid) to authenticated;

create function public.get_tenant_schema(p_organisation_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_tenant private.tenant_schemas;
begin
  perform private.require_organisation('billing.read', p_organisation_id);
  select * into v_tenant from private.tenant_schemas s where s.organisation_id = p_organisation_id;
  return private.tenant_schema_answer(v_tenant) || jsonb_build_object('is_included', private.may_use_tenant_schema(p_organisation_id), 'views', (
    select jsonb_object_agg(v.view_name, jsonb_build_object('meaning', v.meaning, 'columns', v.shown)) from private.tenant_views v));
end $$;
comment on function public.get_tenant_schema(uuid) is
  'The organisation''s SQL schema: does the plan include one, is it open, when is it dropped, which views has it or would it have. Needs billing.read, which a '
  'lapsed subscription keeps. Returns {schema, role, database, is_open, closed_at, dropped_at, password_set_at, is_included, views: {<view>: {meaning, columns}}}; '
  'schema is null as long as there is none. Definer: no client reads the register. Errors: not_authenticated, permission_denied.';
grant execute on function public.get_tenant_schema(uuid) to authenticated;
