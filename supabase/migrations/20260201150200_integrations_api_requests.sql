-- A request with an API key. PostgREST calls request.open() at the start of every transaction, as the role of the request;
-- without the header x-api-key it does nothing. With it, the guest that the publishable key stands for becomes the key: the
-- role authenticated, with claims that name the key. From there on policies and RPCs ask what they ask about a member.
--
-- The plan's requests are tokens in a bucket that holds two minutes' worth. It has four parts, because whoever takes a token
-- holds the row until the transaction ends: so four requests of an organisation change something at once, and a fifth is
-- told to come again, instead of keeping connections that others need. Reads run in read-only transactions, where nothing
-- can be counted: they are refused while the bucket is empty, and four of them run at once.

create unlogged table private.api_buckets (
  organisation_id uuid not null references public.organisations on delete cascade,
  part integer not null,
  tokens numeric not null,
  filled_at timestamptz not null default now(),
  primary key (organisation_id, part)
);
comment on table private.api_buckets is
  'What is left of an organisation''s API requests, in four parts. Unlogged: a crash forgives what was used.';
comment on column private.api_buckets.tokens is 'Requests that were left at filled_at.';

create function private.api_level(p_bucket private.api_buckets, p_rate bigint) returns numeric
language sql stable set search_path = '' as $$
  select least(p_rate / 2.0, p_bucket.tokens + p_rate * greatest(extract(epoch from now() - p_bucket.filled_at), 0) / 240)
$$;
comment on function private.api_level(private.api_buckets, bigint) is
  'What a part of the bucket holds now: a quarter of the rate flows in each minute, up to a quarter of twice the rate.';

create function private.refuse_api_request(p_organisation_id uuid, p_rate bigint) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_level numeric := (select max(private.api_level(b, p_rate)) from private.api_buckets b where b.organisation_id = p_organisation_id);
begin
  perform private.fail('rate_limited', format('retry after %s seconds', greatest(ceil((1 - v_level) * 240 / nullif(p_rate, 0)), 1)));
end $$;
comment on function private.refuse_api_request(uuid, bigint) is
  'Says when the next token comes; a second, if it is a place that is lacking. Errors: rate_limited.';

create function private.take_api_request(p_organisation_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_rate constant bigint := private.entitlement_limit(p_organisation_id, 'api_requests');
  v_part integer;
  v_level numeric;
begin
  -- A bucket that is not there, because nobody asked before or the server crashed, is full.
  if not exists (select 1 from private.api_buckets b where b.organisation_id = p_organisation_id) then
    insert into private.api_buckets (organisation_id, part, tokens) select p_organisation_id, n, v_rate / 2.0 from generate_series(1, 4) n
    on conflict do nothing;
  end if;
  select b.part, private.api_level(b, v_rate) into v_part, v_level from private.api_buckets b
  where b.organisation_id = p_organisation_id and private.api_level(b, v_rate) >= 1
  order by private.api_level(b, v_rate) desc limit 1 for no key update skip locked;
  if not found then
    perform private.refuse_api_request(p_organisation_id, v_rate);
  end if;
  update private.api_buckets b set tokens = v_level - 1, filled_at = now() where b.organisation_id = p_organisation_id and b.part = v_part;
end $$;
comment on function private.take_api_request(uuid) is
  'Takes one of the requests that the plan allows: so many a minute, and twice as many at once. A request that fails gives it back. Errors: rate_limited.';

create function private.check_api_read(p_organisation_id uuid) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_rate constant bigint := private.entitlement_limit(p_organisation_id, 'api_requests');
begin
  if exists (select 1 from private.api_buckets b where b.organisation_id = p_organisation_id)
    and not exists (select 1 from private.api_buckets b where b.organisation_id = p_organisation_id and private.api_level(b, v_rate) >= 1) then
    perform private.refuse_api_request(p_organisation_id, v_rate);
  end if;
  for v_place in 1..4 loop
    if pg_try_advisory_xact_lock(hashtextextended(concat_ws('|', 'api_read', p_organisation_id, v_place), 0)) then
      return;
    end if;
  end loop;
  perform private.refuse_api_request(p_organisation_id, v_rate);
end $$;
comment on function private.check_api_read(uuid) is
  'Lets a read-only request through while the bucket is not empty and one of four places is free, which it keeps until it ends. Errors: rate_limited.';

create schema request;
comment on schema request is
  'What PostgREST calls before each request. Apart from public, because it is no RPC, and from private, which no API role enters.';
grant usage on schema request to anon, authenticated, service_role;

create function request.enter(p_secret text) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_secret private.api_key_secrets;
  v_key private.api_keys;
begin
  if current_setting('role') <> 'anon' then
    perform private.fail('api_key_not_alone');
  end if;
  select * into v_secret from private.api_key_secrets s where s.secret_hash = private.token_hash(p_secret);
  if not found then
    perform private.fail('api_key_invalid');
  end if;
  select * into v_key from private.api_keys k where k.id = v_secret.api_key_id;
  if v_key.revoked_at is not null then
    perform private.fail('api_key_revoked');
  elsif least(v_key.expires_at, v_secret.ends_at) <= now() then
    perform private.fail('api_key_expired');
  end if;
  perform private.require_active(v_key.organisation_id), private.require_feature(v_key.organisation_id, 'integrations');
  if current_setting('transaction_read_only')::boolean then
    perform private.check_api_read(v_key.organisation_id);
  else
    perform private.take_api_request(v_key.organisation_id);
    update private.api_key_secrets s set used_at = now()
    where s.secret_hash = (
      select u.secret_hash from private.api_key_secrets u
      where u.secret_hash = v_secret.secret_hash and (u.used_at is null or u.used_at < now() - interval '1 hour') for no key update skip locked);
  end if;
  return v_key.id;
end $$;
comment on function request.enter(text) is
  'The API key that a secret belongs to, if it may make a request now. Definer: no client reaches the keys. Errors: api_key_not_alone, '
  'api_key_invalid, api_key_revoked, api_key_expired, subscription_inactive, entitlement_exceeded, rate_limited.';
grant execute on function request.enter(text) to anon, authenticated, service_role;

create function request.open() returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_headers constant text := current_setting('request.headers', true);
begin
  -- Every request comes by here: only what may hold such a header is taken apart.
  if v_headers is null or strpos(v_headers, '"x-api-key"') = 0 or not v_headers::jsonb ? 'x-api-key' then
    return;
  end if;
  perform set_config('request.jwt.claims', jsonb_build_object('sub', request.enter(v_headers::jsonb ->> 'x-api-key'), 'role', 'api_key')::text, true),
    set_config('role', 'authenticated', true);
end $$;
comment on function request.open() is
  'Makes a request with the header x-api-key one of that API key; any other it leaves as it is. Invoker, because the role changes for the rest of '
  'the transaction. Errors: those of request.enter.';
grant execute on function request.open() to anon, authenticated, service_role;

alter role authenticator set pgrst.db_pre_request = 'request.open';
notify pgrst, 'reload config';
