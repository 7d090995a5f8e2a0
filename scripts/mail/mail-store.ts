/**
 * A folder of .eml files, newest last, which any mail program opens. They hold what the mails hold, invitation links too,
 * so the folder is for its owner alone. The oldest go when there are more than a thousand.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ReceivedMail } from "./smtp-session.ts";

export interface MailSummary {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly received_at: string;
}

export interface MailStore {
  keep(mail: ReceivedMail): Promise<void>;
  /** Newest first. */
  list(): MailSummary[];
  /** The mail as it came, under the envelope's addresses; null when there is none. */
  read(id: string): Buffer | null;
}

const ID = /^\d{13}-[0-9a-f]{8}$/;

export function openMailStore(dir: string, most = 1000): MailStore {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const ids = () =>
    readdirSync(dir)
      .filter((name) => name.endsWith(".eml") && ID.test(name.slice(0, -4)))
      .map((name) => name.slice(0, -4))
      .sort();
  const file = (id: string) => join(dir, `${id}.eml`);
  let last = 0;
  return {
    async keep({ from, to, content }) {
      last = Math.max(Date.now(), last + 1); // two in one millisecond keep their order
      const id = `${last}-${randomBytes(4).toString("hex")}`;
      const envelope = `Return-Path: <${from}>\r\nDelivered-To: ${to.join(", ")}\r\n`;
      writeFileSync(file(id), Buffer.concat([Buffer.from(envelope), content]), { mode: 0o600, flag: "wx" });
      for (const old of ids().slice(0, -most)) rmSync(file(old), { force: true });
    },
    list: () =>
      ids()
        .reverse()
        .map((id) => {
          const head = readFileSync(file(id), "utf8").split("\r\n\r\n", 1)[0] ?? "";
          return {
            id,
            to: header(head, "Delivered-To"),
            subject: header(head, "Subject"),
            received_at: new Date(Number(id.slice(0, 13))).toISOString(),
          };
        }),
    read: (id) => (ID.test(id) && ids().includes(id) ? readFileSync(file(id)) : null),
  };
}

function header(head: string, name: string): string {
  const unfolded = head.replace(/\r\n[ \t]+/g, " ");
  const found = new RegExp(`^${name}: *(.*)$`, "im").exec(unfolded)?.[1] ?? "";
  return found.replace(/(=\?utf-8\?[qb]\?[^?]*\?=)\s+(?==\?utf-8)/gi, "$1").replace(ENCODED_WORD, decodeWord);
}

const ENCODED_WORD = /=\?utf-8\?([qb])\?([^?]*)\?=/gi;

function decodeWord(_word: string, encoding: string, text: string): string {
  if (encoding.toLowerCase() === "b") return Buffer.from(text, "base64").toString("utf8");
  const bytes = text
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_sign, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
