// The function as the platform calls it, with a database that knows every token, and SVG drawn by another hand (resvg).
import assert from "node:assert/strict";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { Problem } from "../_shared/problem.ts";
import { fakeRpc, post, testFunction, testProject } from "../_shared/testing.ts";
import { loadFonts } from "./fonts.ts";
import { qrSheetRoutes } from "./handler.ts";
import type { Picture } from "./reader.testing.ts";

export const VENUE_ID = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";
export const APP_URL = "https://order.example/eat";
export const token = (n: number) => `${String(n).padStart(3, "0")}-aZ_${"x".repeat(36)}`;
export const tokens = (count: number) => Array.from({ length: count }, (_token, n) => token(n + 1));
export const link = (n: number) => `${APP_URL}/table#token=${token(n)}`;

export const fonts = await loadFonts();
await initWasm(await Deno.readFile(new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"))));

export type Code = { kind: string; label: string | null; area: string | null };
export const numbered = (p_tokens: unknown): Code[] =>
  (p_tokens as string[]).map((_token, n) => ({ kind: "table", label: String(n + 1), area: "" }));

/** The function with a database that knows every token, and calls its tables 1, 2, 3, … in their order. */
export async function sheets({ name = "Café Łódź & Söhne", codes = numbered, refusal = "" } = {}) {
  const { rpc, calls } = fakeRpc({
    get_qr_sheet: ({ p_tokens }) => {
      if (refusal) throw new Problem({ code: refusal, status: 403, detail: refusal });
      return { venue: { name, slug: "cafe", locale: "en-GB" }, codes: codes(p_tokens) };
    },
  });
  const project = await testProject();
  const callers: string[] = [];
  const routes = qrSheetRoutes({
    identify: project.identify,
    callerRpc: (caller) => {
      callers.push(caller.outcome === "matched" && caller.kind === "user" ? caller.userId : caller.outcome);
      return rpc;
    },
    appUrl: APP_URL,
    fonts,
  });
  const call = testFunction({ name: "qr-sheet", routes, cors: true });
  const authorization = `Bearer ${await project.token()}`;
  const print = (changes: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    call(post("/qr-sheet", { venue_id: VENUE_ID, tokens: tokens(2), ...changes }, { authorization, ...headers }));
  return { call, print, calls, callers, project, authorization };
}

export async function pdf(response: Response): Promise<Uint8Array> {
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  assert.equal(response.headers.get("content-type"), "application/pdf");
  return response.bytes();
}

export async function svg(response: Response): Promise<string> {
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  assert.equal(response.headers.get("content-type"), "image/svg+xml");
  return response.text();
}

export function drawn(text: string, width: number): Picture {
  const fontOptions = { fontBuffers: [fonts.files.regular, fonts.files.bold], defaultFontFamily: "Noto Sans" };
  const image = new Resvg(text, { fitTo: { mode: "width", value: width }, font: fontOptions }).render();
  return { width: image.width, height: image.height, data: new Uint8ClampedArray(image.pixels) };
}
