-- API keys: how another system works with an organisation. A key is an actor of its own, neither a member nor its maker:
-- it has the permissions that it was given, in the organisation or in one venue of it, and private.reach answers for it as
-- for a member. What it does is its own in every history. The secret is shown once; here is its hash.

insert into private.errors (code, http_status, meaning, remedy) values
  ('api_key_invalid', 401, 'No API key has this secret.', 'Send the secret as it was shown when the key was made or rotated.'),
  ('api_key_revoked', 401, 'This API key has been revoked.', 'Ask an owner of the organisation for another key.'),
  ('api_key_expired', 401, 'This API key, or this secret of it, has ended.', 'Use the secret that the last rotation gave, or ask an owner for another key.'),
  ('api_key_not_alone', 401, 'A request with an API key carries another credential, too.', 'Send the API key with the publishable key of the project and nothing else.'),
  ('api_key_not_found', 404, 'There is no such API key in reach of this caller.', 'List the organisation''s API keys and use one of their ids.'),
  ('api_key_name_taken', 409, 'Another API key of the organisation that is not revoked has this name.', 'Choose another name, or revoke the other key.'),
  ('person_required', 403, 'People do this for themselves; an API key is nobody.', 'Sign in and send the access token.');

create table private.api_keys (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations on delete cascade,
  venue_id uuid,
  name text not null,
  scopes text[] not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid references auth.users on delete set null,
  created_by uuid references auth.users on delete set null,
  created_at timestamptz not null default now(),
  constraint api_keys_tenant_key unique (organisation_id, id),
  constraint venue_belongs_to_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade,
  constraint name_is_short_text check (length(trim(name)) between 1 and 60),
  constraint scopes_are_named check (cardinality(scopes) > 0 and array_position(scopes, null) is null),
  constraint people_alone_decide_about_people_and_money_of_ours check (
    not scopes && array['staff.manage', 'staff.roles', 'integrations.manage', 'billing.read', 'billing.edit', 'venue.delete', 'ai.use']),
  constraint it_ends_after_it_began check (expires_at > created_at)
);
comment on table private.api_keys is 'Keys with which other systems call the API for an organisation.';
comment on column private.api_keys.venue_id is 'The one venue that the key reaches; null means every venue of the organisation.';
comment on column private.api_keys.scopes is 'The permissions of the key, by the names of public.permissions.';
comment on column private.api_keys.expires_at is 'When the key ends by itself; null: it does not.';
create unique index one_live_key_per_name on private.api_keys (organisation_id, lower(name)) where revoked_at is null;
create index api_keys_by_scope on private.api_keys (organisation_id, venue_id);
create index api_keys_by_maker on private.api_keys (created_by);
create index api_keys_by_revoker on private.api_keys (revoked_by);
create trigger audit after insert or update or delete on private.api_keys for each row execute function private.audit();

create table private.api_key_secrets (
  secret_hash bytea primary key,
  organisation_id uuid not null,
  api_key_id uuid not null,
  hint text not null,
  created_at timestamptz not null default now(),
  ends_at timestamptz,
  used_at timestamptz,
  constraint key_is_in_the_organisation foreign key (organisation_id, api_key_id) references private.api_keys (organisation_id, id) on delete cascade
);
comment on table private.api_key_secrets is 'The secrets of API keys, as SHA-256: the current one, and those that a rotation lets end.';
comment on column private.api_key_secrets.hint is 'How the secret begins, to tell it from others.';
comment on column private.api_key_secrets.ends_at is 'Null for the current secret; after a rotation, how long the former one still works.';
comment on column private.api_key_secrets.used_at is 'When it last changed something, to the hour.';
create unique index one_current_secret on private.api_key_secrets (api_key_id) where ends_at is null;
create index api_key_secrets_by_key on private.api_key_secrets (organisation_id, api_key_id);
create trigger audit after insert or update of ends_at or delete on private.api_key_secrets for each row execute function private.audit();

insert into private.personal_data (table_name, column_name, subject) values ('private.api_keys', 'name', 'nobody');

create function private.lock_api_key(p_key_id uuid) returns private.api_keys
language plpgsql volatile set search_path = '' as $$
declare
  v_key private.api_keys;
begin
  perform private.require_user();
  select * into v_key from private.api_keys k where k.id = p_key_id and k.organisation_id = any (private.my_organisations()) for no key update;
  if not found then
    perform private.fail('api_key_not_found');
  end if;
  perform private.require_organisation('integrations.manage', v_key.organisation_id);
  return v_key;
end $$;
comment on function private.lock_api_key(uuid) is
  'Locks a key of the caller''s organisation, if the caller may manage its integrations. Errors: not_authenticated, '
  'api_key_not_found, permission_denied, subscription_inactive.';

create function private.add_api_secret(p_key private.api_keys) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_secret text := 'servio_' || private.random_token();
begin
  insert into private.api_key_secrets (secret_hash, organisation_id, api_key_id, hint)
  values (private.token_hash(v_secret), p_key.organisation_id, p_key.id, left(v_secret, 12));
  return v_secret;
end $$;
comment on function private.add_api_secret(private.api_keys) is 'Gives a key a new current secret and returns it, this once.';

create function private.api_key_json(p_key private.api_keys) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('api_key_id', p_key.id, 'organisation_id', p_key.organisation_id, 'venue_id', p_key.venue_id, 'name', p_key.name,
    'scopes', p_key.scopes, 'expires_at', p_key.expires_at, 'revoked_at', p_key.revoked_at, 'created_by', p_key.created_by, 'created_at', p_key.created_at,
    'secrets', (
      select jsonb_agg(jsonb_build_object('hint', s.hint, 'created_at', s.created_at, 'ends_at', s.ends_at, 'used_at', s.used_at) order by s.created_at desc, s.ends_at nulls first)
      from private.api_key_secrets s
      where s.organisation_id = p_key.organisation_id and s.api_key_id = p_key.id and (s.ends_at is null or s.ends_at > now())))
$$;
comment on function private.api_key_json(private.api_keys) is 'A key as RPCs answer it, with how its working secrets begin.';

create function public.create_api_key(
  p_organisation_id uuid, p_name text, p_scopes text[], p_venue_id uuid default null, p_expires_at timestamptz default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_key private.api_keys;
  v_constraint text;
  v_secret text;
begin
  perform private.require_organisation('integrations.manage', p_organisation_id), private.require_feature(p_organisation_id, 'integrations');
  if p_venue_id is not null and not exists (select 1 from public.venues v where v.organisation_id = p_organisation_id and v.id = p_venue_id) then
    perform private.fail('invalid_input', 'p_venue_id: no venue of the organisation');
  elsif not coalesce(p_scopes <@ array(select p.permission from public.permissions p), false) then
    perform private.fail('invalid_input', 'p_scopes: permissions by their names');
  end if;
  perform private.require_organisation(s, p_organisation_id) from unnest(p_scopes) s;
  insert into private.api_keys (organisation_id, venue_id, name, scopes, expires_at, created_by)
  values (p_organisation_id, p_venue_id, trim(p_name), array(select distinct s from unnest(p_scopes) s order by s), p_expires_at, auth.uid())
  returning * into v_key;
  v_secret := private.add_api_secret(v_key);
  return private.api_key_json(v_key) || jsonb_build_object('secret', v_secret);
exception
  when unique_violation then
    perform private.fail('api_key_name_taken');
  when check_violation or not_null_violation then
    get stacked diagnostics v_constraint = constraint_name;
    perform private.fail('invalid_input', coalesce(nullif(v_constraint, ''), 'p_name: 1 to 60 characters'));
    return null;
end $$;
comment on function public.create_api_key(uuid, text, text[], uuid, timestamptz) is
  'Makes an API key with some of the caller''s permissions (p_scopes), for the organisation or for one venue, for ever or until p_expires_at. '
  'Needs integrations.manage, and integrations in the plan. Returns {api_key_id, organisation_id, venue_id, name, scopes, expires_at, revoked_at, '
  'created_by, created_at, secrets: [{hint, created_at, ends_at, used_at}], secret}; the secret is shown this once. Definer: no client reaches '
  'the keys. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, api_key_name_taken.';
grant execute on function public.create_api_key(uuid, text, text[], uuid, timestamptz) to authenticated;

create function public.rotate_api_key(p_api_key_id uuid, p_overlap_minutes integer default 60) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_key private.api_keys := private.lock_api_key(p_api_key_id);
  v_secret text;
begin
  perform private.require_feature(v_key.organisation_id, 'integrations');
  if v_key.revoked_at is not null then
    perform private.fail('api_key_revoked');
  elsif v_key.expires_at <= now() then
    perform private.fail('api_key_expired');
  elsif coalesce(p_overlap_minutes, -1) not between 0 and 10080 then
    perform private.fail('invalid_input', 'p_overlap_minutes: 0 to 10080, a week');
  end if;
  -- Whoever lost the answer rotates again: the secret in use keeps the time that the first rotation gave it.
  update private.api_key_secrets s set ends_at = now() + make_interval(mins => p_overlap_minutes)
  where s.api_key_id = p_api_key_id and (s.ends_at is null or s.ends_at > now() + make_interval(mins => p_overlap_minutes));
  v_secret := private.add_api_secret(v_key);
  return private.api_key_json(v_key) || jsonb_build_object('secret', v_secret);
end $$;
comment on function public.rotate_api_key(uuid, integer) is
  'Gives an API key a new secret; the former one works for p_overlap_minutes more (an hour, unless told; at most a week; 0 ends it now). The key, '
  'its rights and its name in every history stay. Needs integrations.manage, and integrations in the plan. Returns what create_api_key does. Definer: '
  'no client reaches the keys. Errors: not_authenticated, api_key_not_found, permission_denied, subscription_inactive, entitlement_exceeded, api_key_revoked, api_key_expired, invalid_input.';
grant execute on function public.rotate_api_key(uuid, integer) to authenticated;

create function public.revoke_api_key(p_api_key_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_key private.api_keys := private.lock_api_key(p_api_key_id);
begin
  update private.api_keys k set revoked_at = now(), revoked_by = auth.uid() where k.id = p_api_key_id and k.revoked_at is null;
  select * into v_key from private.api_keys k where k.id = p_api_key_id;
  return private.api_key_json(v_key);
end $$;
comment on function public.revoke_api_key(uuid) is
  'Ends an API key with all its secrets, from the next request on. Needs integrations.manage. Returns the key as list_api_keys does; a repeat returns the '
  'same. Definer: no client reaches the keys. Errors: not_authenticated, api_key_not_found, permission_denied, subscription_inactive.';
grant execute on function public.revoke_api_key(uuid) to authenticated;

create function public.list_api_keys(p_organisation_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_organisation('integrations.manage', p_organisation_id);
  return (select coalesce(jsonb_agg(private.api_key_json(k) order by k.created_at, k.id), '[]') from private.api_keys k where k.organisation_id = p_organisation_id);
end $$;
comment on function public.list_api_keys(uuid) is
  'The organisation''s API keys, revoked ones too: [{api_key_id, organisation_id, venue_id, name, scopes, expires_at, revoked_at, created_by, created_at, '
  'secrets}]. Needs integrations.manage. Definer: no client reaches the keys. Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.list_api_keys(uuid) to authenticated;
