import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codes, fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { tshark } from "./tshark.ts";

fixtureChecks(tshark, import.meta.dirname);

it("reads one line a packet", () => {
  const reading = read(readFileSync(join(import.meta.dirname, "fixtures/tshark-4.0.txt"), "utf8"));
  expect(plain(reading.snapshot.captures)).toMatchObject([
    {
      proto: "tcp",
      src: "10.96.0.1",
      sport: 45624,
      dst: "10.19.9.120",
      dport: 6443,
      flags: "S",
      mss: 65495,
      seq: 0,
      length: 0,
    },
    { flags: "S.", ack: 1 },
    { flags: "." },
    { proto: "udp", dport: 8472, flags: "" },
    { proto: "icmp", sport: 0 },
  ]);
  expect(codes(reading)).toEqual(["tshark/other-packets"]);
});
it.each([
  [
    "    1 12:29:23.340001 2001:db8::1 → 2001:db8::2 TCP 94 54752 → 8080 [RST, ACK] Seq=0 Ack=1 Win=0 Len=0",
    { src: "2001:db8::1", flags: "R." },
  ],
  ["  1   0.000000 192.0.2.1 -> 192.0.2.2 TCP 74 40000 > 443 [SYN] Seq=0 Win=5840 Len=0", undefined],
  ["  1   0.000000 192.0.2.1 -> 192.0.2.2 TCP 74 40000 -> 443 [SYN] Seq=0 Win=5840 Len=0", { dport: 443 }],
  [
    "  1   0.000000 192.0.2.1 → 192.0.2.2 TCP 74 [TCP Retransmission] 40000 → 443 [SYN] Seq=0 Len=0",
    { dport: 443, flags: "S" },
  ],
])("%s", (text, expected) => {
  const [packet] = read(`${text}\n`).snapshot.captures;
  if (expected) expect(packet).toMatchObject(expected);
  else expect(packet).toBeUndefined();
});
