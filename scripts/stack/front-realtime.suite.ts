// Broadcast from the database over real sockets: who hears what, and when a channel ends.
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Front } from "./front-context.ts";

type Joined = { channel: RealtimeChannel; status: string; reason: string; next: (event: string) => Promise<unknown> };

export const realtimeSuite = (front: () => Front) =>
  describe("realtime", () => {
    const clients = new Set<SupabaseClient>();
    afterEach(async () => {
      for (const client of clients) await client.removeAllChannels();
      clients.clear();
    });

    /** Joins a private topic and settles with the first answer; `next` is asked before what it waits for is caused. */
    function join(client: SupabaseClient, topic: string, isPrivate = true): Promise<Joined> {
      clients.add(client);
      const channel = client.channel(topic, { config: { private: isPrivate } });
      const waiting = new Map<string, (payload: unknown) => void>();
      const next = (event: string) => new Promise<unknown>((resolve) => waiting.set(event, resolve));
      channel.on("broadcast", { event: "*" }, ({ event, payload }) => waiting.get(event)?.(payload));
      return new Promise((resolve) => {
        channel.subscribe((status, error) => {
          if (status === "CLOSED") waiting.get("closed")?.(status);
          resolve({ channel, status, reason: error?.message ?? "", next });
        });
      });
    }

    it("brings the owner every change, in order", async () => {
      const { client, id } = await front().person();
      const owner = await join(client, `notes:${id}`);
      expect(owner.status).toBe("SUBSCRIBED");
      const bodies = Array.from({ length: 20 }, (_, i) => `note ${i}`);
      const seen: unknown[] = [];
      const all = new Promise<void>((resolve) => {
        owner.channel.on("broadcast", { event: "note_added" }, ({ payload }) => {
          if (seen.push((payload as { body: string }).body) === bodies.length) resolve();
        });
      });
      for (const body of bodies) expect((await client.from("notes").insert({ body })).error).toBeNull();
      await all;
      expect(seen).toEqual(bodies);
    });

    it("refuses strangers and the anonymous on a private topic", async () => {
      const { person, client } = front();
      const [owner, stranger] = [await person(), await person()];
      const refused = await join(stranger.client, `notes:${owner.id}`);
      expect(refused).toMatchObject({ status: "CHANNEL_ERROR", reason: expect.stringContaining("Unauthorized") });
      expect(await join(client(), `notes:${owner.id}`)).toMatchObject({ status: "CHANNEL_ERROR" });
      expect(await join(owner.client, `notes:${owner.id}`)).toMatchObject({ status: "SUBSCRIBED" });
    });

    it("keeps what is private out of a public channel of the same name", async () => {
      const owner = await front().person();
      const [mine, listening] = [
        await join(owner.client, `notes:${owner.id}`),
        await join(front().client(), `notes:${owner.id}`, false),
      ];
      expect(listening.status).toBe("SUBSCRIBED");
      const sql = postgres(front().stack.adminDbUrl, { max: 1 });
      const [arrived, overheard] = [mine.next("note_added"), listening.next("note_added")];
      const open = listening.next("open");
      await owner.client.from("notes").insert({ body: "secret" });
      // The public message is sent after the private one: when it is here, the private one is not on its way any more.
      await sql`select realtime.send('{}'::jsonb, 'open', ${`notes:${owner.id}`}, false)`;
      await sql.end();
      await Promise.all([arrived, open]);
      expect(await Promise.race([overheard, Promise.resolve("nothing")])).toBe("nothing");
    });

    it("closes the channel when its user signs out, and when the token ends", async () => {
      const { person, client, mint } = front();
      const leaving = await person();
      const left = await join(leaving.client, `notes:${leaving.id}`);
      const closed = left.next("closed");
      await leaving.client.auth.signOut();
      expect(await closed).toBe("CLOSED");

      const brief = client();
      const claims = { sub: leaving.id, role: "authenticated" };
      await brief.realtime.setAuth(await mint(claims, { expiresIn: "2s" }));
      const ending = await join(brief, `notes:${leaving.id}`);
      expect(ending.status).toBe("SUBSCRIBED");
      expect(await ending.next("closed")).toBe("CLOSED");
    });

    it("goes on after its database connections were cut", async () => {
      const { client, id } = await front().person();
      const owner = await join(client, `notes:${id}`);
      const sql = postgres(front().stack.adminDbUrl, { max: 1 });
      const arrived = owner.next("note_added");
      const cut = await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'realtime'`;
      expect(cut.length).toBeGreaterThan(0);
      await sql.end();
      await client.from("notes").insert({ body: "after the cut" });
      expect(await arrived).toEqual({ body: "after the cut" });
    });

    it("turns away sockets without a key, and survives nonsense from those with one", async () => {
      const { stack } = front();
      const url = `${stack.url.replace("http", "ws")}/realtime/v1/websocket`;
      const opened = (to: string) =>
        new Promise<WebSocket | string>((resolve) => {
          const socket = new WebSocket(to);
          socket.once("open", () => resolve(socket)).once("error", (error) => resolve(error.message));
        });
      expect(await opened(`${url}?vsn=2.0.0`)).toContain("401");
      expect(await opened(`${url}?apikey=guess`)).toContain("401");
      expect(await opened(`${url}/elsewhere?apikey=${stack.publishableKey}`)).toContain("404");

      const socket = await opened(`${url}?apikey=${stack.publishableKey}&vsn=2.0.0`);
      if (!(socket instanceof WebSocket)) throw new Error(socket);
      const answers: unknown[] = [];
      const heard = (count: number) => expect.poll(() => answers.length).toBe(count);
      socket.on("message", (data) => answers.push(JSON.parse(String(data))));
      for (const frame of ["", "{", "null", "7", "[]", "[1,2,3,4,5]", '{"topic":{}}', '["1","1","x"]'])
        socket.send(frame);
      socket.send(Buffer.from([3, 255, 255, 255, 0, 0, 0, 1]));
      const frames = [
        ["1", "1", "phoenix", "heartbeat", {}],
        ["1", "2", "elsewhere", "phx_join", {}],
        ["1", "3", "realtime:a", "phx_join", { access_token: "garbage" }],
        ["1", "4", "realtime:a", "phx_join", null],
        ["1", "5", "realtime:a", "broadcast", {}],
        ["1", "6", "realtime:b", "phx_join", { config: { postgres_changes: [{ event: "*" }] } }],
        ["1", "7", "realtime:a", "phx_leave", {}],
      ];
      for (const frame of frames) socket.send(JSON.stringify(frame));
      await heard(frames.length);
      const statuses = (answers as [string, string, string, string, { status: string }][]).map((a) => [
        a[1],
        a[4].status,
      ]);
      const expected = ["ok", "error", "error", "ok", "error", "error", "ok"].map((status, i) => [
        String(i + 1),
        status,
      ]);
      expect(statuses).toEqual(expected);
      socket.close();
    });
  });
