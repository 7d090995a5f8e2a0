import assert from "node:assert/strict";
import { appLink, appUrl } from "./app-link.ts";
import { returnUrl } from "./return-url.ts";

const goesBack = (url: string) => returnUrl.safeParse(url).success;

Deno.test("a guest is sent back over https, or to a developer's own machine", () => {
  for (const url of [
    "https://order.example/table/7?a=1#b",
    "http://localhost:3000/",
    "http://127.0.0.1/",
    "http://[::1]:5173/",
  ]) {
    assert.ok(goesBack(url), url);
  }
});

Deno.test("nobody is sent back in the clear, to a script, with a password, or to what is no address", () => {
  for (const url of [
    ...["http://order.example/", "http://localhost.example/", "http://127.0.0.2/", "http://user@localhost/"],
    ...["https://user@order.example/", "https://:pass@order.example/", "javascript:alert(1)", "ftp://localhost/"],
    ...["", "order.example", "//order.example/", "data:text/html,x", "file:///etc/passwd"],
  ]) {
    assert.ok(!goesBack(url), url);
  }
  const long = `https://order.example/${"x".repeat(1_978)}`;
  assert.deepEqual([long.length, goesBack(long), goesBack(`${long}x`)], [2_000, true, false]);
});

Deno.test("links into the app are below its address, however that is written, with the secret in the fragment", () => {
  for (const base of ["https://app.example/eat", "https://app.example/eat/"]) {
    assert.equal(appLink(base, "invitation", "a&b#c"), "https://app.example/eat/invitation#token=a%26b%23c");
  }
  assert.equal(appLink("https://app.example", "r/table", "t"), "https://app.example/r/table#token=t");
  const isApp = (url: string) => appUrl.safeParse(url).success;
  for (const url of ["https://app.example", "http://127.0.0.1:3000/eat"]) assert.ok(isApp(url), url);
  for (const url of [
    "ftp://app.example",
    "javascript:alert(1)",
    "xhttps://app.example",
    "httpsx://a.example",
    "app.example",
  ]) {
    assert.ok(!isApp(url), url);
  }
});
