-- Small tools that every domain uses: secrets, trace ids, timestamps, append-only tables.

create function private.random_token() returns text
language sql volatile set search_path = '' as $$
  select translate(encode(extensions.gen_random_bytes(32), 'base64'), E'+/=\n', '-_')
$$;
comment on function private.random_token() is '256 random bits as URL-safe text. Shown once to whoever it is for; only its hash is stored.';

create function private.token_hash(p_token text) returns bytea
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return sha256(convert_to(p_token, 'UTF8'));
end $$;
comment on function private.token_hash(text) is
  'SHA-256 of a secret. A slow hash is not needed: the secrets are 256 random bits, not passwords.';

create function private.trace_id() returns text
language plpgsql stable set search_path = '' as $$
begin
  return substring(nullif(current_setting('request.headers', true), '')::jsonb ->> 'traceparent'
                   from '^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$');
end $$;
comment on function private.trace_id() is 'The W3C trace id of the present PostgREST request (32 hex digits), or null outside of one.';

create function private.set_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end $$;
comment on function private.set_updated_at() is 'Trigger: stamps updated_at on every update.';

create function private.forbid_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end $$;
comment on function private.forbid_change() is 'Trigger: refuses update, delete and truncate for every role, the owner included.';

create function private.require_user() returns uuid
language plpgsql stable set search_path = '' as $$
declare
  v_user uuid := auth.uid();
begin
  if v_user is null then
    perform private.fail('not_authenticated');
  end if;
  return v_user;
end $$;
comment on function private.require_user() is 'The id of the signed-in user, or of the API key that acts instead. Errors: not_authenticated.';

create function private.is_api_key() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(auth.role() = 'api_key', false);
end $$;
comment on function private.is_api_key() is 'Whether an API key acts, whose id then stands in auth.uid(); request.open sees to it.';

create function private.person() returns uuid
language plpgsql stable set search_path = '' as $$
begin
  return case when not private.is_api_key() then auth.uid() end;
end $$;
comment on function private.person() is 'The signed-in user''s id for columns that name a person; null when an API key acts.';

create function private.require_person() returns uuid
language plpgsql stable set search_path = '' as $$
begin
  if private.is_api_key() then
    perform private.fail('person_required');
  end if;
  return private.require_user();
end $$;
comment on function private.require_person() is 'The signed-in user''s id, for what people do for themselves. Errors: not_authenticated, person_required.';

create function private.business_date(p_timezone text, p_day_starts_at time, p_at timestamptz default now()) returns date
language plpgsql stable parallel safe set search_path = '' as $$
begin
  return ((p_at at time zone p_timezone) - p_day_starts_at::interval)::date;
end $$;
comment on function private.business_date(text, time, timestamptz) is
  'The business day an instant belongs to: local wall-clock date, where the day turns at p_day_starts_at (a bar''s night belongs to the evening before).';

create function private.check_days(p_from date, p_until date, p_most_days integer default 92) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_from is null or p_until is null or p_from < '2000-01-01' or p_until > '2200-01-01' or p_until - p_from not between 0 and p_most_days - 1 then
    perform private.fail('invalid_input', format('p_from, p_until: days in this order, at most %s', p_most_days));
  end if;
end $$;
comment on function private.check_days(date, date, integer) is
  'Refuses a row of days, of which p_from is the first and p_until the last, that is none or longer than p_most_days. Errors: invalid_input.';

create function private.check_window(p_from timestamptz, p_until timestamptz, p_most_days integer default 92) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_from is null or p_until is null or not isfinite(p_from) or not isfinite(p_until) or p_until <= p_from
    or p_from < '2000-01-01' or p_until > '2200-01-01' or p_until > p_from + make_interval(days => p_most_days) then
    perform private.fail('invalid_input', format('p_from, p_until: at most %s days, in this order', p_most_days));
  end if;
end $$;
comment on function private.check_window(timestamptz, timestamptz, integer) is
  'Refuses a window of time that is not at most p_most_days; it holds p_from and ends before p_until. Errors: invalid_input.';

-- Without "set search_path", so that it is inlined: it names nothing but operators of pg_catalog.
create function private.divide_half_up(p_numerator bigint, p_denominator bigint) returns bigint
language sql immutable parallel safe as $$
  select (2 * p_numerator + p_denominator) / (2 * p_denominator)
$$;
comment on function private.divide_half_up(bigint, bigint) is
  'Integer division rounded half-up, for a numerator >= 0 and a denominator > 0: floor((2n + d) / 2d). Amounts are rounded by nothing else; private.split_minor shares them out. '
  'Advisor function_search_path_mutable: a function with settings is never inlined; this one refers to nothing outside of pg_catalog.';
