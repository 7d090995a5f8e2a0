/**
 * `npm run assistant` as a program, beside a server that answers as Servio does: what it asks, what it prints, how it ends.
 * That Servio answers so, and what it refuses, is for tests/flows/assistant.test.ts.
 */
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "./program.ts";

const VENUE = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";
const PROPOSAL = "1a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";
const tool = (name: string, kind: "read" | "change", properties: object, required: string[] = []) => ({
  ...{ name, module: "menu", kind, permission: "menu.read", description: `What ${name} does.` },
  input_schema: { type: "object", properties: { venue_id: { type: "string" }, ...properties }, required },
});
const search = tool("search_menu", "read", { query: { type: "string" }, limit: { type: "integer", default: 20 } });
const archive = tool("archive_items", "change", { menu_item_ids: { type: "array" } }, ["menu_item_ids"]);
const proposed = {
  ...{ proposal_id: PROPOSAL, tool: "archive_items", status: "pending", before: [{ name: "Soup" }], after: [] },
  ...{ impact: { items: 1 }, expires_at: "2026-06-01T12:10:00Z", can_be_undone: null },
};

interface Asked {
  readonly path: string;
  readonly token: string | undefined;
  readonly body: unknown;
}
let asked: Asked[] = [];
let refusing: string | null = null;
const refusal = (status: number, code: string) => [
  status,
  { code, status, detail: `${code} \u001b[2Jit is`, hint: "Ask." },
];

function answer({ path, token, body }: Asked): readonly [number, unknown] | unknown[] {
  if (path === "/auth/v1/token?grant_type=password") {
    if ((body as { password: string }).password !== "right")
      return [400, { code: 400, error_code: "invalid_credentials", msg: "No." }];
    return [200, { access_token: "old", refresh_token: "more" }];
  }
  if (path === "/auth/v1/token?grant_type=refresh_token")
    return [200, { access_token: "fresh", refresh_token: "again" }];
  if (token === "Bearer old" || token === "Bearer gone") return refusal(401, "token_invalid");
  if (path === "/rest/v1/rpc/get_access_context") {
    const venues = [{ id: VENUE, name: "Bistro\u001b]0;x\u0007", slug: "bistro", permissions: [] }];
    return [200, { email: "a@example.test", organisations: [{ name: "House", venues }] }];
  }
  if (path.endsWith("/tools")) return [200, { tools: [search, archive] }];
  if (refusing) return refusal(403, refusing);
  if (path.endsWith("/search_menu")) return [200, { tool: "search_menu", kind: "read", result: { items: [] } }];
  if (path.endsWith("/archive_items")) return [200, { tool: "archive_items", kind: "change", result: proposed }];
  if (path.endsWith("/assistant")) return refusal(503, "model_not_configured");
  const decision = /rpc\/(\w+)_proposal$/.exec(path)?.[1];
  if (decision) return [200, { ...proposed, status: `${decision}ed`, can_be_undone: true, result: { items: 1 } }];
  return refusal(404, "route_not_found");
}

const server = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  const call = { path: request.url ?? "", token: request.headers.authorization, body: text ? JSON.parse(text) : null };
  asked.push(call);
  const [status, body] = answer(call);
  response.writeHead(Number(status), { "content-type": "application/json" }).end(JSON.stringify(body));
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** What a person reads at the terminal is in `out` as well. */
async function run(args: string[], input = "", env: Record<string, string> = { SERVIO_TOKEN: "mine" }) {
  asked = [];
  const where = args.includes("--url") ? [] : ["--url", url, "--key", "k"];
  const [out, err]: [string[], string[]] = [[], []];
  const lines = input.split("\n").slice(0, -1);
  const ask = async (question: string) => {
    out.push(question);
    return lines.shift() ?? null;
  };
  const say = (text: string) => void out.push(`${text}\n`);
  const code = await runProgram([...args, ...where], {
    ...{ env, say, complain: (text: string) => void err.push(`${text}\n`) },
    openTerminal: () => ({ say, write: (text) => void out.push(text), ask, askSecretly: ask, close: () => {} }),
  });
  return { code, out: out.join(""), err: err.join("") };
}

/** As a person starts it. */
const started = (args: string[], input: string, env: Record<string, string>) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const program = [join(import.meta.dirname, "main.ts"), ...args];
    const child = execFile(process.execPath, program, { env: { NO_COLOR: "1", ...env } }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
    child.stdin?.end(input);
  });
const bodyOf = (end: string) => asked.find(({ path }) => path.endsWith(end))?.body;

test("one tool: arguments as words or as JSON, the only venue filled in, the answer as JSON", async () => {
  const { code, out } = await run(["search_menu", "query=12", "limit=5"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ tool: "search_menu", kind: "read", result: { items: [] } });
  expect(bodyOf("/search_menu")).toEqual({ venue_id: VENUE, query: "12", limit: 5 });
  expect(asked.every(({ token }) => token === "Bearer mine")).toBe(true);
  await run(["archive_items", "--venue", "bistro", "--json", `{"menu_item_ids": ["${VENUE}"]}`]);
  expect(bodyOf("/archive_items")).toEqual({ venue_id: VENUE, menu_item_ids: [VENUE] });
  expect(await run(["confirm", PROPOSAL])).toMatchObject({ code: 0, out: expect.stringContaining("confirmed") });
  expect(bodyOf("/confirm_proposal")).toEqual({ p_proposal_id: PROPOSAL });
});

test("who signs in with a password stays signed in when the token runs out, once", async () => {
  const who = { SERVIO_EMAIL: "a@example.test", SERVIO_PASSWORD: "right" };
  expect((await run(["venues"], "", who)).code).toBe(0);
  expect(asked.map(({ token }) => token)).toEqual([undefined, "Bearer old", undefined, "Bearer fresh"]);
  const wrong = await run(["venues", "--email", "a@example.test", "--password", "wrong"]);
  expect(wrong).toMatchObject({ code: 1, err: "refused: invalid_credentials (HTTP 400): No.\n" });
  expect(await run(["venues", "--token", "gone"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("token_invalid"),
  });
  const typed = await started(["tools", "--url", url, "--key", "k"], "a@example.test\nright\n", {});
  expect(typed).toMatchObject({ code: 0, err: "", out: expect.stringContaining("search_menu") });
  expect(typed.out, "a password is not shown").not.toContain("right");
});

test("a refusal ends with 1, says its code and what to do, and does not steer the terminal", async () => {
  refusing = "permission_denied";
  try {
    const { code, out, err } = await run(["search_menu"]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe("refused: permission_denied (HTTP 403): permission_denied [2Jit is\n  Ask.\n");
  } finally {
    refusing = null;
  }
});

test("wrong usage is 2, and says what is right", async () => {
  const wrong: [string[], RegExp][] = [
    [["--faster"], /--faster/],
    [["--json", "{}"], /which tool/],
    [["drop_table"], /there is no drop_table/],
    [["search_menu", "query"], /key=value/],
    [["search_menu", "limit=many"], /no integer/],
    [["search_menu", "--json", "[]"], /one JSON object/],
    [["search_menu", "a=1", "--json", "{}"], /not both/],
    [["search_menu", "--venue", "other"], /no such venue/],
    [["confirm"], /which proposal/],
    [["tools", "--url", url], /belong together/],
    [["tools", "--url", "here", "--key", "k"], /not a URL/],
  ];
  for (const [args, reason] of wrong) {
    const { code, err } = await run(args);
    expect([args, code, err]).toEqual([args, 2, expect.stringMatching(reason)]);
  }
  expect(await run(["tools"], "\n", {})).toMatchObject({ code: 2, err: expect.stringContaining("who is it?") });
  expect(await run(["--help"])).toMatchObject({ code: 0, err: "", out: expect.stringContaining("npm run assistant") });
});

test("at the prompt, what is proposed is shown, and done only by a yes", async () => {
  const lines = ["tools", "help archive_items", `archive_items menu_item_ids=${VENUE}`, "y", "quit"];
  const { code, out } = await run([], `${lines.join("\n")}\n`);
  expect(code).toBe(0);
  expect(out).toMatch(/2 tools in Bistro\]0;x\. /);
  expect(out).toContain("menu_item_ids  array, needed");
  expect(out).toMatch(/before {2}\[ \{ name: 'Soup' \} \]/);
  expect(out).toMatch(/Done\. [\s\S]*undo 1a2b/);
  expect(bodyOf("/archive_items")).toEqual({ venue_id: VENUE, menu_item_ids: [VENUE] });
  expect(asked.at(-1)?.path).toMatch(/confirm_proposal$/);
});

test("by anything else, and at the end of the lines, it is discarded", async () => {
  for (const reply of ["no\n", "\n", ""]) {
    const { code, out } = await run([], `archive_items {"menu_item_ids": ["${VENUE}"]}\n${reply}`);
    expect([code, out]).toEqual([0, expect.stringContaining("nothing has changed")]);
    expect(asked.at(-1)?.path).toMatch(/discard_proposal$/);
  }
});

test("at the prompt, a mistake or a refusal is said, and the next line is asked for", async () => {
  const { code, out } = await run(
    [],
    `nonsense\nvenue 7\nsearch_menu query\nundo ${PROPOSAL}\nvenue 1\nvenues\nhelp\n`,
  );
  expect(code).toBe(0);
  for (const said of ["there is no nonsense", "no such venue", "key=value", "undoed", "In Bistro", "1  Bistro", "quit"])
    expect(out).toContain(said);
});
