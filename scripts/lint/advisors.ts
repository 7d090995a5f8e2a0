/**
 * `supabase db advisors` on a fresh database: every finding, down to the level of information, is mended or has its
 * reason beside the object.
 */
import type pg from "pg";
import { using } from "../database/connection.ts";
import { withFreshClone } from "../database/fresh-clone.ts";
import { runSupabase } from "../database/supabase-cli.ts";
import { ADVISOR_EXCEPTIONS } from "./advisor-exceptions.ts";
import { sayFindings } from "./say-findings.ts";

interface Advice {
  name: string;
  level: string;
  detail: string;
  metadata?: { name?: string; schema?: string; fkey_name?: string } | null;
}

export async function findAdvice(url: string): Promise<string[]> {
  const advice = await askAdvisors(url);
  return using(url, async (client) => {
    const findings: string[] = [];
    for (const one of advice) {
      if (Object.hasOwn(ADVISOR_EXCEPTIONS, one.name) || (await isExcused(client, one))) continue;
      findings.push(`${one.level} ${one.name}: ${one.detail}`);
    }
    return findings;
  });
}

async function askAdvisors(url: string): Promise<Advice[]> {
  const { ok, stdout, stderr } = await runSupabase([
    ...["db", "advisors", `--remote=${url}`],
    ...["--type", "all", "--level", "info", "--fail-on", "info"],
  ]);
  const found: unknown = stdout.trim().startsWith("[") ? JSON.parse(stdout) : [];
  const advice = found as Advice[];
  // It fails when it has advice. Any other failure must not pass for a clean bill.
  if (ok !== (advice.length === 0)) throw new Error(`supabase db advisors failed:\n${stderr}${stdout}`);
  return advice;
}

async function isExcused(client: pg.Client, { name, metadata }: Advice): Promise<boolean> {
  const { rows } = await client.query<{ comment: string | null }>(
    `select obj_description(c.oid, 'pg_class') as comment from pg_class c
     where c.relnamespace = to_regnamespace($1) and c.relname = $2
       and $3::text is null
     union all
     select obj_description(p.oid, 'pg_proc') from pg_proc p where p.pronamespace = to_regnamespace($1) and p.proname = $2
     union all
     -- A foreign key answers for itself: its table's other ones are still looked at.
     select obj_description(k.oid, 'pg_constraint') from pg_constraint k join pg_class c on c.oid = k.conrelid
     where c.relnamespace = to_regnamespace($1) and c.relname = $2 and k.conname = $3`,
    [metadata?.schema ?? "", metadata?.name ?? "", metadata?.fkey_name ?? null],
  );
  return rows.length > 0 && rows.every(({ comment }) => comment?.includes(`Advisor ${name}: `));
}

if (import.meta.main) await sayFindings(() => withFreshClone(findAdvice));
