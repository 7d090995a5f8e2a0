/** What people find in their mailboxes: the mails that the stack's sink has kept. */
import type { StackState } from "../../scripts/stack/state.ts";

export interface ReadMail {
  readonly subject: string;
  /** As it came, quoted-printable undone. */
  readonly text: string;
}

interface Listed {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
}

export async function mailsTo(stack: StackState, address: string): Promise<ReadMail[]> {
  if (stack.mailUrl === null) throw new Error("the test stack has no mail sink");
  const listed = (await (await fetch(stack.mailUrl)).json()) as Listed[];
  const mine = listed.filter(({ to }) => to === address);
  return Promise.all(
    mine.map(async ({ id, subject }) => {
      const raw = await (await fetch(`${stack.mailUrl}/${id}`)).text();
      return { subject, text: raw.replace(/=\r\n/g, "").replaceAll("=3D", "=") };
    }),
  );
}
