import { describe, expect, it } from "vitest";
import { readPacket } from "./packet-bytes.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const udpAsk = "4500002a000140004011 0000 ac120005 0a60000a 8003 0050 0016 0000 6e61746c656e732037312071"; // natlens 71 q
const syn =
  "4500003c1234400040060000 0af4010a 0a600001 8004 01bb 11223344 00000000 a002faf0 00000000 020405b4 0402080a 000000070000000001030307";

describe("packets of attempts", () => {
  it("reads who asks whom, and which attempt it is of", () => {
    expect(readPacket(hex(udpAsk))).toMatchObject({
      ...{ family: 4, proto: "udp", src: "172.18.0.5", dst: "10.96.0.10", sport: 32771, dport: 80 },
      ...{ flow: "udp 71", kind: "request" },
    });
    expect(readPacket(hex(syn))).toMatchObject({
      proto: "tcp",
      flow: `tcp ${0x11223344}`,
      kind: "request",
      copy: "4660 7",
    });
  });

  it("knows the answer by what it acknowledges, and an error by what it is about", () => {
    const answer = syn.replace("11223344 00000000 a002", "99999999 11223345 a012");
    expect(readPacket(hex(answer))).toMatchObject({ flow: `tcp ${0x11223344}`, kind: "answer" });
    const unreachable = `45000058000000004001 0000 0a600001 0af4010a 0303 0000 00000000 ${syn}`;
    expect(readPacket(hex(unreachable))).toMatchObject({ proto: "icmp", flow: `tcp ${0x11223344}`, kind: "error" });
  });

  it("writes IPv6 addresses as the tools do", () => {
    const v6 = `6000000000161140 fd000018000000000000000000000005 fd000096000000000000000000010010 8003 0050 0016 0000 6e61746c656e732037312071`;
    expect(readPacket(hex(v6))).toMatchObject({ src: "fd00:18::5", dst: "fd00:96::1:10" });
  });

  it("leaves what belongs to no attempt", () => {
    expect(readPacket(hex(syn.replace("a002", "8010")))).toBeUndefined();
  });
});
