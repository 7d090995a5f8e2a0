-- Repeating a call is always safe. The stored answer is written in the transaction that did the work, so an answer
-- exists exactly when its effect does; a transaction that died left neither. What crosses to somebody else between two
-- transactions claims its key for a lease: who crashed half way is succeeded by the next caller of the same key.

create table private.idempotency_keys (
  scope_id uuid not null,
  caller text not null,
  operation text not null,
  key text not null,
  request_hash bytea not null,
  response jsonb,
  claim_id uuid,
  claimed_until timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '48 hours',
  primary key (scope_id, caller, operation, key),
  constraint a_key_is_answered_or_claimed check (num_nonnulls(response, claim_id) = 1),
  constraint claims_have_an_end check ((claim_id is null) = (claimed_until is null))
);
comment on table private.idempotency_keys is 'Answers of finished operations, replayed for a repeated key; purged hourly after 48 hours.';
comment on column private.idempotency_keys.claimed_until is 'Until then the claim''s holder may come back with an answer; afterwards the next caller takes the key over.';
comment on column private.idempotency_keys.scope_id is 'The tenant: venue or organisation id.';
comment on column private.idempotency_keys.caller is 'user:<uuid of the member or API key> or guest:<device uuid>; another caller''s key is another key.';
comment on column private.idempotency_keys.request_hash is 'SHA-256 of the request as canonical jsonb text.';
create unique index one_key_per_claim on private.idempotency_keys (claim_id) where claim_id is not null;
create index idempotency_keys_by_expiry on private.idempotency_keys (expires_at);

create function private.replay_idempotent(p_scope_id uuid, p_caller text, p_operation text, p_key text, p_request jsonb)
returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_stored private.idempotency_keys;
begin
  if p_key is null or length(p_key) not between 1 and 255 then
    perform private.fail('idempotency_key_invalid');
  end if;
  -- The lock, not the row, says "still running"; it ends with the transaction, so a crashed caller blocks nobody.
  if not pg_try_advisory_xact_lock(hashtextextended(concat_ws('|', p_scope_id, p_caller, p_operation, p_key), 0)) then
    perform private.fail('idempotency_key_in_use');
  end if;
  select * into v_stored from private.idempotency_keys k
  where k.scope_id = p_scope_id and k.caller = p_caller and k.operation = p_operation and k.key = p_key
    and k.expires_at > now();
  if not found then
    return null;
  end if;
  if v_stored.request_hash is distinct from private.token_hash(p_request::text) then
    perform private.fail('idempotency_key_reused');
  elsif v_stored.claimed_until > now() then
    perform private.fail('idempotency_key_in_use');
  end if;
  return v_stored.response;
end $$;
comment on function private.replay_idempotent(uuid, text, text, text, jsonb) is
  'Opens an idempotent operation: the stored answer of a finished one, or null, which gives this transaction the key '
  'until it ends. Errors: idempotency_key_invalid, idempotency_key_in_use, idempotency_key_reused (the semantics of '
  'https://docs.stripe.com/api/idempotent_requests).';

create function private.store_idempotent(p_scope_id uuid, p_caller text, p_operation text, p_key text, p_request jsonb, p_response jsonb)
returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.idempotency_keys as k (scope_id, caller, operation, key, request_hash, response)
  values (p_scope_id, p_caller, p_operation, p_key, private.token_hash(p_request::text), p_response)
  on conflict on constraint idempotency_keys_pkey do update
    set request_hash = excluded.request_hash, response = excluded.response, claim_id = null, claimed_until = null,
        created_at = excluded.created_at, expires_at = excluded.expires_at;
  return p_response;
end $$;
comment on function private.store_idempotent(uuid, text, text, text, jsonb, jsonb) is
  'Closes an idempotent operation with its answer and returns that answer. Only an expired key can be in the way.';

create function private.claim_idempotent(p_scope_id uuid, p_caller text, p_operation text, p_key text, p_request jsonb, p_lease interval)
returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_answer constant jsonb := private.replay_idempotent(p_scope_id, p_caller, p_operation, p_key, p_request);
  v_claim constant uuid := gen_random_uuid();
begin
  if v_answer is not null then
    return jsonb_build_object('answer', v_answer);
  end if;
  -- In the way is an expired key, or the claim of a caller who did not come back.
  insert into private.idempotency_keys as k (scope_id, caller, operation, key, request_hash, claim_id, claimed_until)
  values (p_scope_id, p_caller, p_operation, p_key, private.token_hash(p_request::text), v_claim, now() + p_lease)
  on conflict on constraint idempotency_keys_pkey do update
    set request_hash = excluded.request_hash, response = null, claim_id = excluded.claim_id, claimed_until = excluded.claimed_until,
        created_at = excluded.created_at, expires_at = excluded.expires_at;
  return jsonb_build_object('claim_id', v_claim);
end $$;
comment on function private.claim_idempotent(uuid, text, text, text, jsonb, interval) is
  'Opens an idempotent operation that goes on after this transaction: {answer} of a finished one, or {claim_id} of a claim that '
  'finish_claim closes. While its lease lasts the key is in use; then the next caller of the same request takes it over. '
  'Errors: idempotency_key_invalid, idempotency_key_in_use, idempotency_key_reused.';

create function public.finish_claim(p_claim_id uuid, p_answer jsonb default null) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if p_claim_id is null then
    perform private.fail('invalid_input', 'p_claim_id: which one');
  elsif p_answer is null then
    delete from private.idempotency_keys k where k.claim_id = p_claim_id;
  else
    update private.idempotency_keys k set response = p_answer, claim_id = null, claimed_until = null where k.claim_id = p_claim_id;
  end if;
  return found;
end $$;
comment on function public.finish_claim(uuid, jsonb) is
  'Closes a claimed key with its answer, or frees it when there is none. For functions only. Returns whether the claim was '
  'still held: one that was taken over, or is closed, changes nothing. Definer: the service role has no table access. Errors: invalid_input.';
grant execute on function public.finish_claim(uuid, jsonb) to service_role;

create unlogged table private.rate_limits (
  scope text not null,
  subject uuid not null,
  minute timestamptz not null,
  used integer not null,
  primary key (scope, subject, minute)
);
comment on table private.rate_limits is 'Successful calls per subject and window, named by its first minute. Unlogged: a crash forgives what was used. Purged hourly.';

create function private.take_rate_limit(p_scope text, p_subject uuid, p_limit integer, p_window interval default '1 minute') returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_from constant timestamptz := date_bin(p_window, now(), '2000-01-01 00:00:00+00');
  v_used integer;
begin
  insert into private.rate_limits as r (scope, subject, minute, used)
  values (p_scope, p_subject, v_from, 1)
  on conflict on constraint rate_limits_pkey do update set used = r.used + 1
  returning used into v_used;
  if v_used > p_limit then
    perform private.fail('rate_limited', format('retry after %s seconds', ceil(extract(epoch from v_from + p_window - now()))));
  end if;
end $$;
comment on function private.take_rate_limit(text, uuid, integer, interval) is
  'Takes one of p_limit calls that a subject (a device, a QR code, a member; a network by take_network_limit) has in a window of at most an hour. Calls that fail roll '
  'back with their count: what they cannot do is succeed more often. Errors: rate_limited.';

create function private.network() returns text
language plpgsql stable set search_path = '' as $$
declare
  v_headers constant jsonb := nullif(current_setting('request.headers', true), '')::jsonb;
  v_address constant text := regexp_replace(
    coalesce(v_headers ->> 'cf-connecting-ip', trim(split_part(v_headers ->> 'x-forwarded-for', ',', -1)), ''), '^::ffff:(?=\d+\.)', '', 'i');
begin
  return case
    when v_headers is null then null
    when strpos(v_address, ':') > 0 then host(network(set_masklen(v_address::inet, 64)))
    else v_address end;
end $$;
comment on function private.network() is
  'Where the request of PostgREST comes from, as the nearest proxy saw it: the address that the edge of hosted Supabase writes over whatever a '
  'caller claims, else the last of x-forwarded-for; of IPv6 the 64 bits that one household has. Null outside of a request, empty if no proxy says.';

create function private.take_network_limit(p_scope text, p_limit integer) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_network constant text := private.network();
begin
  -- What comes by an API key is limited by the plan instead.
  if v_network is null or private.is_api_key() then
    return;
  elsif current_setting('transaction_read_only')::boolean then
    perform private.fail('post_required');
  end if;
  perform private.take_rate_limit(p_scope, md5(concat_ws('|', p_scope, v_network))::uuid, p_limit);
end $$;
comment on function private.take_network_limit(text, integer) is
  'Takes one of p_limit calls that a network has in a minute; requests of which no proxy says whence they come share one count. '
  'Kept is a hash of the address, for at most two hours. Errors: rate_limited, post_required.';
