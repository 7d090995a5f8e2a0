/** The checks that read a database must be able to fail: each is shown a fresh clone with something wrong in it. */
import { expect, test } from "vitest";
import { using } from "../database/connection.ts";
import { checkErrors } from "../database/errors/check-errors.ts";
import { withFreshClone } from "../database/fresh-clone.ts";
import { findAdvice } from "./advisors.ts";

test("advisors: a table without row level security is found, and its comment can give the reason", async () => {
  await withFreshClone(async (url) => {
    const sql = (text: string) => using(url, (client) => client.query(text));
    await sql("create table public.careless (id bigint primary key); grant select on public.careless to anon");
    const advice = async () => (await findAdvice(url)).filter((line) => line.includes("careless"));
    expect(await advice()).toEqual([expect.stringMatching(/rls_disabled_in_public.*careless/)]);
    await sql("comment on table public.careless is 'Advisor rls_disabled_in_public: this test needs it so.'");
    expect(await advice()).toEqual([]);
  });
});

test("errors: unregistered, unused, unlisted and unknown codes are found", async () => {
  await withFreshClone((url) =>
    using(url, async (client) => {
      expect(await checkErrors(client)).toEqual([]);
      await client.query(`
        insert into private.errors values ('never_raised', 400, 'x', 'x');
        create function private.careless(p_code text) returns void language plpgsql as $$
        begin
          perform private.fail(case when p_code = 'open' then 'not_registered' else 'venue_not_found' end);
          perform private.fail(p_code);
        end $$;
        create function private.opaque(p_code text) returns void language sql as $$ select private.fail(lower(p_code)) $$;
        create function public.careless() returns void language sql begin atomic; select 1; end;
        create function public.careless_too() returns void language plpgsql as $$ begin perform private.careless('x'); end $$;
        comment on function public.careless_too() is 'Errors: venue_*, long_gone.'`);
      expect(await checkErrors(client)).toEqual([
        "private.opaque: cannot tell which code lower(p_code) is",
        "private.careless raises not_registered, which private.errors does not have",
        "private.errors has never_raised, which no function raises",
        'public.careless: its comment has no "Errors: …." (or "Errors: none.")',
        "public.careless_too can raise not_registered, which its comment does not list",
        "public.careless_too: its comment lists long_gone, which is no registered code",
      ]);
      expect(await checkErrors(client, { "public.get_menu": { out_of_stock: "no" } })).toContain(
        "unreachable-codes.ts excuses public.get_menu from out_of_stock, which it does not seem to raise",
      );
    }),
  );
});
