// A project just large enough to knock at the stack's front door: one table under row level security that tells its
// owner of every change, one RPC that says who is asking, two buckets of files, and a function for each kind of answer. Tests write it into a
// folder of its own and start a stack on it, so they depend on nothing that Servio's own migrations do.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const CONFIG = `
project_id = "front"
[api]
schemas = ["public"]
auto_expose_new_tables = false
[db]
major_version = 17
[db.seed]
enabled = false
[auth.rate_limit]
sign_in_sign_ups = 100
[functions.open]
verify_jwt = false
[functions.stream]
verify_jwt = false
`;

const MIGRATION = `
create table public.notes (
  id bigint generated always as identity primary key,
  owner_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  body text not null
);
alter table public.notes enable row level security;
grant select, insert on public.notes to authenticated;
create policy select_own on public.notes for select to authenticated using (owner_id = (select auth.uid()));
create policy insert_own on public.notes for insert to authenticated with check (owner_id = (select auth.uid()));

create function public.tell_owner() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform realtime.send(jsonb_build_object('body', new.body), 'note_added', 'notes:' || new.owner_id, true);
  return new;
end $$;
create trigger tell_owner after insert on public.notes for each row execute function public.tell_owner();
create policy read_own_topic on realtime.messages for select to authenticated
  using (realtime.topic() = 'notes:' || (select auth.uid())::text);

create function public.whoami() returns jsonb language sql stable set search_path = '' as $$
  select jsonb_build_object('role', current_user, 'uid', auth.uid())
$$;
grant execute on function public.whoami() to anon, authenticated, service_role;

-- What a sign-up writes must reach triggers as an object, not as a string that holds one.
create table public.profiles (user_id uuid primary key references auth.users (id) on delete cascade, name text);
alter table public.profiles enable row level security;
grant select on public.profiles to service_role;
create function public.make_profile() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if new.raw_user_meta_data ->> 'name' = 'Refused' then
    raise exception 'not this one';
  end if;
  insert into public.profiles (user_id, name) values (new.id, new.raw_user_meta_data ->> 'name');
  return new;
end $$;
create trigger make_profile after insert on auth.users for each row execute function public.make_profile();

-- Files: everybody's own folder in a bucket that all may read, and in one that nobody else may.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('open', 'open', true, 100000, array['image/png']), ('closed', 'closed', false, null, array['image/*']);
create policy select_own on storage.objects for select to authenticated using (split_part(name, '/', 1) = (select auth.uid())::text);
create policy insert_own on storage.objects for insert to authenticated with check (split_part(name, '/', 1) = (select auth.uid())::text);
create policy update_own on storage.objects for update to authenticated
  using (split_part(name, '/', 1) = (select auth.uid())::text) with check (split_part(name, '/', 1) = (select auth.uid())::text);
create policy delete_own on storage.objects for delete to authenticated using (split_part(name, '/', 1) = (select auth.uid())::text);
`;

const FUNCTIONS: Record<string, string> = {
  guarded: `Deno.serve((req) => Response.json({ authorization: req.headers.get("authorization") }));`,
  open: `Deno.serve(async (req) => Response.json({
    method: req.method, path: new URL(req.url).pathname, query: new URL(req.url).search, body: await req.text(),
    apikey: req.headers.get("apikey"), forwardedFor: req.headers.get("x-forwarded-for") }));`,
  stream: `Deno.serve(() => {
    let timer;
    const body = new ReadableStream({
      start(c) { let n = 0; timer = setInterval(() => c.enqueue(new TextEncoder().encode("data: " + n++ + "\\n\\n")), 20); },
      cancel() { clearInterval(timer); console.log("stream cancelled"); },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });`,
};

export type FrontProject = { dir: string; remove: () => void };

export function writeFrontProject(): FrontProject {
  const dir = mkdtempSync(path.join(tmpdir(), "servio-front-"));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  };
  write("supabase/config.toml", CONFIG);
  write("supabase/migrations/20260101000000_front.sql", MIGRATION);
  for (const [name, code] of Object.entries(FUNCTIONS)) write(`supabase/functions/${name}/index.ts`, code);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
