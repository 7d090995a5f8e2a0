/**
 * One conversation in SMTP (RFC 5321), as a receiving server leads it: enough for any client that has mail to hand in.
 * Bytes come in, replies and whole mails go out; sockets are somebody else's business. There is no relaying, so nothing
 * is refused but nonsense, commands out of order, and too much.
 */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came, dot-stuffing undone. */
  readonly content: Buffer;
}

export interface SmtpSession {
  /** What to answer; null ends the conversation after the answer. */
  receive(bytes: Buffer): Promise<{ replies: string[]; ended: boolean }>;
}

export const LARGEST_MAIL_BYTES = 10 * 1024 * 1024;
const LONGEST_LINE_BYTES = 4096;
const MOST_RECIPIENTS = 100;
const CRLF = Buffer.from("\r\n");
const END = Buffer.from("\r\n.\r\n");
const PATH = /^(?:FROM|TO):\s*<([^<>\s]*)>(?:\s.*)?$/i;

export const GREETING = "220 localhost mail sink";

export function createSmtpSession(deliver: (mail: ReceivedMail) => Promise<void>): SmtpSession {
  let waiting: Buffer = Buffer.alloc(0);
  let from: string | null = null;
  let to: string[] = [];
  let inData = false;
  let ended = false;

  const forget = () => {
    from = null;
    to = [];
  };

  function command(line: string): string {
    const [, verb = "", rest = ""] = /^([A-Za-z]+)(?: (.*))?$/.exec(line) ?? [];
    switch (verb.toUpperCase()) {
      case "EHLO":
        forget();
        return `250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE ${LARGEST_MAIL_BYTES}`;
      case "HELO":
        forget();
        return "250 localhost";
      case "MAIL":
        return mail(rest);
      case "RCPT":
        return recipient(rest);
      case "DATA":
        if (from === null || to.length === 0) return "503 MAIL and RCPT come first";
        inData = true;
        // The line break before the first line, so that a mail which is empty also ends as every other one does.
        waiting = Buffer.concat([CRLF, waiting]);
        return "354 the mail, then a dot on a line of its own";
      case "RSET":
        forget();
        return "250 forgotten";
      case "NOOP":
        return "250 nothing done";
      case "QUIT":
        ended = true;
        return "221 bye";
      default:
        return "502 not known here";
    }
  }

  function mail(rest: string): string {
    const [, address] = PATH.exec(rest) ?? [];
    if (address === undefined || !/^FROM/i.test(rest)) return "501 MAIL FROM:<address>";
    if (from !== null) return "503 one mail at a time";
    from = address;
    return "250 go on";
  }

  function recipient(rest: string): string {
    const [, address] = PATH.exec(rest) ?? [];
    if (!address || !/^TO/i.test(rest)) return "501 RCPT TO:<address>";
    if (from === null) return "503 MAIL comes first";
    if (to.length >= MOST_RECIPIENTS) return "452 too many recipients";
    to.push(address);
    return "250 go on";
  }

  async function finishMail(end: number): Promise<string> {
    const content = unstuffed(waiting.subarray(CRLF.length, end + CRLF.length));
    waiting = waiting.subarray(end + END.length);
    inData = false;
    const received = { from: from ?? "", to, content };
    forget();
    if (content.length > LARGEST_MAIL_BYTES) return "552 too large";
    await deliver(received);
    return "250 kept";
  }

  return {
    async receive(bytes) {
      waiting = Buffer.concat([waiting, bytes]);
      const replies: string[] = [];
      while (!ended) {
        const end = waiting.indexOf(inData ? END : CRLF);
        if (end < 0) {
          if (waiting.length <= (inData ? LARGEST_MAIL_BYTES : LONGEST_LINE_BYTES)) break;
          replies.push(inData ? "552 too large" : "500 line too long");
          ended = true;
        } else if (inData) {
          replies.push(await finishMail(end));
        } else {
          const line = waiting.subarray(0, end).toString("utf8");
          waiting = waiting.subarray(end + CRLF.length);
          replies.push(command(line));
        }
      }
      return { replies, ended };
    },
  };
}

/** A line that begins with a dot was sent with two. */
function unstuffed(content: Buffer): Buffer {
  return Buffer.from(content.toString("latin1").replace(/(^|\r\n)\.\./g, "$1."), "latin1");
}
