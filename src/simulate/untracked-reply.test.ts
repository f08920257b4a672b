import { expect, it } from "vitest";
import { simulate } from "./simulate.ts";
import { ip } from "./testing/node.ts";
import { snapshotOf, type WrittenNode } from "./testing/written-node.ts";

const node: WrittenNode = { mode: "iptables", version: "1.28", detector: "10.244.0.0/16", services: [] };
const raw = "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -i eth0 -j CT --notrack\nCOMMIT\n";

/** Answers that conntrack does not see. Kernel: seed 31130 of `npm run kernel`, Linux 6.18. */
it.each([
  ["the port was drawn anew: no socket has it", "-o eth0 -j MASQUERADE --random-fully", "reply-lost"],
  ["the port stayed", "-o eth0 -j MASQUERADE", "delivered"],
  ["nothing was translated", "-o cni0 -j MASQUERADE --random-fully", "delivered"],
] as const)("%s", (_, rule, outcome) => {
  const snapshot = snapshotOf(node, (file, text) =>
    file === "iptables-save"
      ? `${raw}${text.replace(/^-A POSTROUTING /m, `-A POSTROUTING ${rule}\n-A POSTROUTING `)}`
      : text,
  );
  const world = { snapshot, beyond: {}, guess: () => undefined, masqueradeMark: 0x4000 };
  expect(simulate(world, { from: "host", to: ip("10.244.2.20"), port: 8080, proto: "udp" }).outcome).toBe(outcome);
});
