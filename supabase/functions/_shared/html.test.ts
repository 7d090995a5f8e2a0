import assert from "node:assert/strict";
import { html } from "./html.ts";

Deno.test("what is put into a page is text, and the page around it stays as it is written", () => {
  const page = html`<p title="${'"x"'}">${"<b>"} & ${"O'Neil & Söhne"}</p>`;
  assert.equal(page, '<p title="&quot;x&quot;">&lt;b&gt; & O&#39;Neil &amp; Söhne</p>');
});
