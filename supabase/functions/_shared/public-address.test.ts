import assert from "node:assert/strict";
import { isPublicAddress } from "./public-address.ts";

const PUBLIC = [
  ["8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"],
  ["169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255"],
  ["192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "192.88.98.255", "192.88.100.0"],
  ["2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001:800::200e", "2001:200::1", "3ffe::1", "3fff:1000::"],
].flat();

const NOT_PUBLIC: Record<string, readonly string[]> = {
  "this network": ["0.0.0.0", "0.1.2.3"],
  private: ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"],
  loopback: ["127.0.0.1", "127.1.2.3", "127.255.255.255", "::1"],
  "link-local and metadata": ["169.254.0.1", "169.254.169.254", "169.254.170.2", "fe80::1", "febf::1", "fe80::1%eth0"],
  "behind a provider's NAT": ["100.64.0.1", "100.127.255.255", "100.100.100.200"],
  multicast: ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
  reserved: ["240.0.0.1", "255.255.255.255", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.19.255.255"],
  "documentation and benchmarks": ["198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1", "3fff:fff::1", "2001:2::1"],
  unspecified: ["::"],
  "IPv4 in IPv6": ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1"],
  "6to4, with its relays": ["2002:7f00:1::", "2002:a9fe:a9fe::1", "192.88.99.1"],
  NAT64: ["64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b:1::a00:1"],
  "Teredo and other protocols": ["2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:20::1", "2001:1ff:ffff::"],
  "unique local and site-local": ["fc00::1", "fd12:3456::1", "fd00:ec2::254", "fec0::1"],
  "not handed out": ["4000::1", "1fff::1", "5f00::1", "100::1", "e000::"],
  "not an address in its plain form": ["", "localhost", "127.1", "0177.0.0.1", "2130706433", "0x7f000001", "08.8.8.8"],
  "nor one at all": [
    "256.1.1.1",
    "1.2.3",
    "1.2.3.4.5",
    "8.8.8.8 ",
    "::g",
    "[::1]",
    "1::2::3",
    "8.8.8.8/32",
    "2606:4700]@",
  ],
};

Deno.test("what is public is", () => {
  for (const address of PUBLIC) assert.equal(isPublicAddress(address), true, address);
});

for (const [what, addresses] of Object.entries(NOT_PUBLIC)) {
  Deno.test(`not public: ${what}`, () => {
    for (const address of addresses) assert.equal(isPublicAddress(address), false, address);
  });
}
