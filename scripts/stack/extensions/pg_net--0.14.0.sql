-- Local stand-in for pg_net 0.14: net.http_get, http_post and http_delete put a request into the queue in the caller's
-- transaction, and the stack's ticker sends it after commit and writes down the answer. Left out because nothing uses
-- them: http_collect_response, worker_restart and the other helpers of the real extension.
create schema net;

create unlogged table net.http_request_queue (
  id bigserial,
  method text not null check (method in ('GET', 'POST', 'DELETE')),
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds int not null
);

create unlogged table net._http_response (
  id bigint,
  status_code int,
  content_type text,
  headers jsonb,
  content text,
  timed_out boolean,
  error_msg text,
  created timestamptz not null default now()
);
create index on net._http_response (created);

-- A notification leaves at commit: a request that was rolled back is never sent.
create function net._wake() returns trigger language plpgsql set search_path = '' as $$
begin
  perform pg_catalog.pg_notify('pg_net_wake', '');
  return null;
end $$;
create trigger wake after insert on net.http_request_queue for each statement execute function net._wake();

-- Byte by byte, because a character outside ASCII is several bytes, each with its own percent sign.
create function net._urlencode_string(string varchar) returns text language sql immutable strict set search_path = '' as $$
  select coalesce(pg_catalog.string_agg(
    case when pg_catalog.chr(byte) ~ '[A-Za-z0-9_.~-]' then pg_catalog.chr(byte)
         else '%' || pg_catalog.lpad(pg_catalog.upper(pg_catalog.to_hex(byte)), 2, '0') end, '' order by i), '')
  from (select i, pg_catalog.get_byte(bytes, i) as byte
          from (select pg_catalog.convert_to(string, 'UTF8') as bytes) as t,
               pg_catalog.generate_series(0, pg_catalog.length(bytes) - 1) as i) as each_byte
$$;

create function net._with_params(url text, params jsonb) returns text language sql immutable set search_path = '' as $$
  select url || coalesce(case when pg_catalog.strpos(url, '?') > 0 then '&' else '?' end || pg_catalog.string_agg(
    net._urlencode_string(key) || '=' || net._urlencode_string(value), '&'), '')
  from pg_catalog.jsonb_each_text(coalesce(params, '{}'))
$$;

create function net._enqueue(method text, url text, headers jsonb, body bytea, timeout_milliseconds int)
returns bigint language sql security definer set search_path = '' as $$
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (method, url, headers, body, timeout_milliseconds) returning id
$$;

create function net.http_get(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000
) returns bigint language sql security definer set search_path = '' as $$
  select net._enqueue('GET', net._with_params(url, params), headers, null, timeout_milliseconds)
$$;

create function net.http_post(
  url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds int default 5000
) returns bigint language plpgsql security definer set search_path = '' as $$
declare
  v_content_type text := (
    select h.value from pg_catalog.jsonb_each_text(coalesce(headers, '{}')) h where pg_catalog.lower(h.key) = 'content-type' limit 1);
begin
  if v_content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  if v_content_type is null then
    headers := coalesce(headers, '{}') || '{"Content-Type": "application/json"}';
  end if;
  return net._enqueue('POST', net._with_params(url, params), headers, pg_catalog.convert_to(body::text, 'UTF8'), timeout_milliseconds);
end $$;

create function net.http_delete(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000,
  body jsonb default null
) returns bigint language sql security definer set search_path = '' as $$
  select net._enqueue('DELETE', net._with_params(url, params), headers, pg_catalog.convert_to(body::text, 'UTF8'), timeout_milliseconds)
$$;

-- As hosted leaves it: every API role may call the three functions, postgres may look at what became of a request.
revoke all on all functions in schema net from public;
grant usage on schema net to supabase_functions_admin, postgres, anon, authenticated, service_role;
grant execute on function net.http_get(text, jsonb, jsonb, int), net.http_post(text, jsonb, jsonb, jsonb, int),
  net.http_delete(text, jsonb, jsonb, int, jsonb)
  to supabase_functions_admin, postgres, anon, authenticated, service_role;
grant all on net.http_request_queue, net._http_response to postgres;
