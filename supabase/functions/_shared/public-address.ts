// Is this an address of the public internet? Everything else is somebody's inside: this machine, its network, the metadata
// service of its cloud, or a way to write one of these as another (mapped, 6to4, NAT64, Teredo). The list of IPv4 is IANA's
// of special purposes; of IPv6 only what is handed out for public use is public, less what is not reachable there.

const NOT_PUBLIC_V4: readonly (readonly [base: string, bits: number])[] = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // behind a provider's NAT
  ["127.0.0.0", 8],
  ["169.254.0.0", 16], // link-local, and the metadata services
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24], // relays of 6to4
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, and broadcast
];

/** False, too, for whatever is not an address in its plain form. */
export function isPublicAddress(text: string): boolean {
  const v4 = numberOfV4(text);
  if (v4 !== undefined) return !NOT_PUBLIC_V4.some(([base, bits]) => sameNetwork(v4, numberOfV4(base) ?? 0, bits));
  const v6 = groupsOfV6(text);
  return v6 !== undefined && isPublicV6(v6);
}

function numberOfV4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (!parts?.every((part) => String(Number(part)) === part && Number(part) <= 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

const sameNetwork = (a: number, b: number, bits: number): boolean => {
  const size = 2 ** (32 - bits);
  return Math.floor(a / size) === Math.floor(b / size);
};

function groupsOfV6(text: string): number[] | undefined {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !URL.canParse(`http://[${text}]/`)) return undefined;
  const [head = "", tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  if (tail === undefined) return groups(head);
  const [left, right] = [groups(head), groups(tail)];
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function isPublicV6([first = 0, second = 0]: readonly number[]): boolean {
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first === 0x2001) return second >= 0x0200 && second !== 0x0db8; // Teredo and other protocols; documentation
  if (first === 0x2002) return false; // 6to4
  return !(first === 0x3fff && second < 0x1000); // documentation
}
