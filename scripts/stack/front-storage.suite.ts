// Storage through supabase-js: what its client sends is what the service understands, and the policies decide.
import postgres from "postgres";
import { beforeAll, describe, expect, it } from "vitest";
import type { Front } from "./front-context.ts";

const PNG = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, ...Array.from({ length: 3000 }, (_, i) => i % 251)]);
type Person = Awaited<ReturnType<Front["person"]>>;
type Answer = { data: unknown; error: { statusCode?: string | undefined; code?: string | undefined } | null };

const refused = ({ error }: Answer) => (error ? `${error.statusCode} ${error.code}` : "no error");

export const storageSuite = (front: () => Front) =>
  describe("storage", () => {
    let ada: Person;
    let eve: Person;
    let people = 0;
    const open = ({ client }: Pick<Person, "client">) => client.storage.from("open");
    const closed = ({ client }: Pick<Person, "client">) => client.storage.from("closed");
    const name = (person: Person, file = `${++people}.png`) => `${person.id}/${file}`;
    const bytesOf = async ({ data, error }: { data: Blob | null; error: unknown }) => {
      expect(error).toBeNull();
      return new Uint8Array((await data?.arrayBuffer()) ?? new ArrayBuffer());
    };
    const options = { contentType: "image/png", cacheControl: "600" };

    beforeAll(async () => {
      [ada, eve] = [await front().person(), await front().person()];
    });

    it("keeps a blob, a buffer and a form, and gives back the same bytes", async () => {
      const form = new FormData();
      form.append("", new Blob([PNG], { type: "image/png" }), "picture.png");
      for (const body of [new Blob([PNG], { type: "image/png" }), Buffer.from(PNG), PNG.buffer, form]) {
        const path = name(ada);
        const { data, error } = await open(ada).upload(path, body, options);
        expect(error).toBeNull();
        expect(data).toEqual({ id: expect.any(String), path, fullPath: `open/${path}` });
        expect(await bytesOf(await open(ada).download(path))).toEqual(PNG);
        const shared = await fetch(open(ada).getPublicUrl(path).data.publicUrl);
        expect([shared.status, shared.headers.get("content-type")]).toEqual([200, "image/png"]);
        expect(shared.headers.get("cache-control")).toBe("max-age=600");
        expect(shared.headers.get("x-content-type-options")).toBe("nosniff");
        expect(new Uint8Array(await shared.arrayBuffer())).toEqual(PNG);
      }
    });

    it("says what it has by its tag, its info and a download's name", async () => {
      const path = name(ada, "what is it.png");
      await open(ada).upload(path, PNG, { ...options, metadata: { by: "Ada" } });
      const { publicUrl } = open(ada).getPublicUrl(path, { download: "a b.png" }).data;
      const first = await fetch(publicUrl, { method: "HEAD" });
      expect(first.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''a%20b.png");
      expect(first.headers.get("content-length")).toBe(String(PNG.length));
      const etag = first.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
      const again = await fetch(publicUrl, { headers: { "if-none-match": etag } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      expect((await open(ada).info(path)).data).toMatchObject({
        ...{ name: path, bucketId: "open", size: PNG.length, contentType: "image/png", etag },
        ...{ cacheControl: "max-age=600", metadata: { by: "Ada" } },
      });
      expect((await open(ada).exists(path)).data).toBe(true);
      expect((await open(ada).exists(name(ada, "none.png"))).data).toBe(false);
    });

    it("does as the policies say: own folder, and nothing for strangers, guests or without a key", async () => {
      const path = name(ada);
      for (const by of [eve, { client: front().client() }]) {
        expect(refused(await closed(by).upload(path, PNG, options))).toBe("403 AccessDenied");
      }
      expect(refused(await closed(ada).upload(path, PNG, options))).toBe("no error");
      for (const by of [eve, { client: front().client() }]) {
        expect(refused(await closed(by).info(path))).toBe("404 NoSuchKey");
        expect((await closed(by).list(ada.id)).data).toEqual([]);
        expect((await closed(by).remove([path])).data).toEqual([]);
        expect(refused(await closed(by).createSignedUrl(path, 60))).toBe("404 NoSuchKey");
        expect(refused(await closed(by).update(path, PNG, options))).toBe("404 NoSuchKey");
        expect(refused(await closed(by).upload(path, PNG, { ...options, upsert: true }))).toBe("403 AccessDenied");
        expect(refused(await closed(by).move(path, name(ada)))).toBe("404 NoSuchKey");
        expect(refused(await closed(by).copy(path, name(ada)))).toBe("404 NoSuchKey");
      }
      expect(await bytesOf(await closed(ada).download(path))).toEqual(PNG);
      const { stack } = front();
      const url = `${stack.url}/storage/v1/object/closed/${path}`;
      expect((await fetch(url)).status).toBe(401);
      const forged = { apikey: stack.publishableKey, authorization: "Bearer forged" };
      expect(await (await fetch(url, { headers: forged })).json()).toMatchObject({ code: "InvalidJWT" });
      const admin = await front().mint({ sub: ada.id, role: "supabase_storage_admin" });
      const asAdmin = { apikey: stack.publishableKey, authorization: `Bearer ${admin}` };
      expect(await (await fetch(url, { headers: asAdmin })).json()).toMatchObject({ code: "InvalidJWT" });
      expect((await fetch(closed(ada).getPublicUrl(path).data.publicUrl)).status).toBe(400);
      expect((await closed({ client: front().client(stack.secretKey) }).info(path)).error).toBeNull();
    });

    it("takes what is small enough and of the right type, once", async () => {
      const large = new Uint8Array(100_001);
      for (const body of [large, new Blob([large], { type: "image/png" }), new Uint8Array(8_000_000)]) {
        expect(refused(await open(ada).upload(name(ada), body, options))).toBe("413 EntityTooLarge");
      }
      expect(refused(await open(ada).upload(name(ada), large.slice(1), options))).toBe("no error");
      for (const type of ["text/html", "image/svg+xml", "image/png, text/html", "nonsense"]) {
        expect(refused(await open(ada).upload(name(ada), PNG, { contentType: type }))).toBe("415 InvalidMimeType");
      }
      const path = name(ada);
      expect(refused(await open(ada).upload(path, PNG, options))).toBe("no error");
      expect(refused(await open(ada).upload(path, PNG, options))).toBe("409 ResourceAlreadyExists");
      expect(refused(await open(ada).upload(path, PNG.slice(1), { ...options, upsert: true }))).toBe("no error");
      expect(await bytesOf(await open(ada).download(path))).toEqual(PNG.slice(1));
      expect(refused(await open(ada).update(path, PNG.slice(2), options))).toBe("no error");
      expect(await bytesOf(await open(ada).download(path))).toEqual(PNG.slice(2));
      expect(refused(await open(ada).update(name(ada), PNG, options))).toBe("404 NoSuchKey");
      expect(refused(await ada.client.storage.from("nowhere").upload(path, PNG, options))).toBe("404 NoSuchBucket");
    });

    it("lists a folder, moves, copies and removes", async () => {
      for (const file of ["b.png", "a.png", "deep/c.png"]) await closed(eve).upload(name(eve, file), PNG, options);
      const listed = async (...args: Parameters<ReturnType<typeof closed>["list"]>) =>
        ((await closed(eve).list(...args)).data ?? []).map((entry) => [entry.name, entry.id === null]);
      expect(await listed(eve.id)).toEqual([["a.png", false], ["b.png", false], ["deep", true]]); // biome-ignore format: one row
      expect(await listed(`${eve.id}/`, { limit: 1, offset: 1 })).toEqual([["b.png", false]]);
      expect(await listed(eve.id, { search: "D", sortBy: { column: "name", order: "desc" } })).toEqual([
        ["deep", true],
      ]);
      expect(await listed()).toEqual([[eve.id, true]]);
      expect(refused(await closed(eve).move(name(eve, "a.png"), name(eve, "moved.png")))).toBe("no error");
      expect(refused(await closed(eve).copy(name(eve, "moved.png"), name(eve, "copy.png")))).toBe("no error");
      expect(await bytesOf(await closed(eve).download(name(eve, "copy.png")))).toEqual(PNG);
      const { data } = await closed(eve).remove([name(eve, "moved.png"), name(eve, "b.png"), name(ada, "x.png")]);
      expect(data).toHaveLength(2);
      expect(await listed(eve.id)).toEqual([["copy.png", false], ["deep", true]]); // biome-ignore format: one row
    });

    it("signs links that open one object for a while", async () => {
      const [path, other] = [name(ada, "a b.png"), name(ada)];
      for (const one of [path, other]) await closed(ada).upload(one, PNG, options);
      const { data } = await closed(ada).createSignedUrl(path, 60, { download: true });
      const link = data?.signedUrl ?? "";
      expect(new Uint8Array(await (await fetch(link)).arrayBuffer())).toEqual(PNG);
      const elsewhere = link.replace(encodeURI(path), other);
      expect(await (await fetch(elsewhere)).json()).toMatchObject({ code: "InvalidJWT" });
      const { stack } = front();
      const token = new URL(link).searchParams.get("token") ?? "";
      const asUser = await fetch(`${stack.url}/rest/v1/rpc/whoami`, {
        headers: { apikey: stack.publishableKey, authorization: `Bearer ${token}` },
      });
      expect(asUser.status).toBe(401);
      expect((await fetch(link.replace(token, ada.token))).status).toBe(400);
      const many = await closed(ada).createSignedUrls([path, name(ada, "none.png")], 60);
      expect(many.data?.map(({ error }) => error === null)).toEqual([true, false]);
      expect((await fetch(many.data?.[0]?.signedUrl ?? "", { method: "HEAD" })).status).toBe(200);
    });

    it("leaves its folder for no name, encoded or stored", async () => {
      const { stack } = front();
      const headers = { apikey: stack.secretKey, "content-type": "image/png" };
      const root = `${stack.url}/storage/v1/object`;
      const names = "..%2f..%2fstack.json a/..%2f..%2fx.png %2e%2e%2fx.png a%00.png a%5c..%5cx.png % .".split(" ");
      for (const path of names) {
        const answers = await Promise.all([
          fetch(`${root}/open/${path}`, { method: "POST", headers, body: PNG }),
          fetch(`${root}/public/open/${path}`),
        ]);
        expect(answers.map(({ status }) => status >= 400 && status < 500)).toEqual([true, true]);
      }
      const sql = postgres(stack.adminDbUrl, { max: 1 });
      await sql`insert into storage.objects (bucket_id, name, version) values ('open', 'planted.png', '../stack.json')`;
      await sql.end();
      expect(await (await fetch(`${root}/public/open/planted.png`)).json()).toMatchObject({ code: "NoSuchKey" });
    });

    it("refuses what it is not: half a form, no JSON, unknown routes, and a delete in SQL", async () => {
      const { stack } = front();
      const headers = { apikey: stack.secretKey };
      const ask = async (method: string, path: string, body: string | null, type = "application/json") => {
        const init = { method, headers: { ...headers, "content-type": type }, body };
        return (await fetch(`${stack.url}/storage/v1${path}`, init)).json();
      };
      expect(await ask("POST", "/object/open/x.png", "--x\r\n", "multipart/form-data; boundary=x")).toMatchObject({
        code: "InvalidParameter",
      });
      for (const body of ["", "{", "null", "[]", '{"prefixes":[{}]}', '{"prefixes":[]}']) {
        expect(await ask("DELETE", "/object/open", body)).toMatchObject({ code: "InvalidParameter" });
      }
      for (const path of ["/object/upload/sign/open/x.png", "/render/image/public/open/x.png", "/bucket"]) {
        expect(await ask("POST", path, "{}")).toMatchObject({ code: "NotSupported" });
      }
      const sql = postgres(stack.dbUrl, { max: 1 });
      await expect(sql`delete from storage.objects`).rejects.toThrow(/Use the Storage API/);
      await sql.end();
      const buckets = await front().client(stack.secretKey).storage.listBuckets();
      expect(buckets.data?.map(({ id }) => id)).toEqual(["closed", "open"]);
    });
  });
