import type { WrittenNode } from "../../../simulate/testing/written-node.ts";
import { type Damage, none } from "../damage.ts";

const strict = { "net.netfilter.nf_conntrack_tcp_be_liberal": "0" };
const counted = (invalid: number): Partial<WrittenNode> => ({
  more: {
    statistics: [
      "$ conntrack -S",
      `cpu=0   \tfound=0 invalid=${invalid} insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=0 `,
    ],
  },
});
const captured = (reset: string): Partial<WrittenNode> => ({
  more: {
    capture: [
      "10:00:00.000100 IP 10.244.1.30.40100 > 10.96.10.2.80: Flags [S], seq 1, win 64240, options [mss 1410], length 0",
      "10:00:00.000900 IP 10.96.10.2.80 > 10.244.1.30.40100: Flags [S.], seq 9, ack 2, win 64240, options [mss 1410], length 0",
      "10:00:09.000200 IP 10.244.2.20.8080 > 10.244.1.30.40100: Flags [.], seq 7001:8449, ack 70, win 501, length 1448",
      reset,
    ],
  },
});
const stray = "10:00:09.000300 IP 10.244.1.30.40100 > 10.244.2.20.8080: Flags [R], seq 70, win 0, length 0";

export const invalidPacketsLeak: readonly Damage[] = [
  {
    what: "a client resets towards the endpoint",
    modes: ["iptables"],
    versions: ["1.12", "1.14"],
    node: { kernel: strict },
    written: captured(stray),
    edit: none,
    unproven: true,
    certainty: "likely",
    nearMisses: [
      {
        what: "kube-proxy drops what is INVALID",
        versions: ["1.19", "1.28"],
        node: captured(stray),
        kernel: strict,
        edit: none,
      },
      {
        what: "conntrack takes a wide view",
        versions: ["1.12"],
        node: captured(stray),
        kernel: { "net.netfilter.nf_conntrack_tcp_be_liberal": "1" },
        edit: none,
      },
      {
        what: "the client resets the Service, and that is translated",
        versions: ["1.12"],
        node: {
          ...captured(stray),
          more: {
            capture: [...(captured(stray).more?.["capture"] ?? []), stray.replace("10.244.2.20.8080", "10.96.10.2.80")],
          },
        },
        kernel: strict,
        edit: none,
      },
      { what: "nothing shows harm", versions: ["1.12"], node: counted(12), kernel: strict, edit: none },
      { what: "IPVS translates by its own table", modes: ["ipvs"], node: captured(stray), kernel: strict, edit: none },
    ],
  },
  {
    what: "conntrack counts many",
    modes: ["iptables"],
    versions: ["1.12"],
    node: { kernel: strict },
    written: counted(48211),
    edit: none,
    unproven: true,
    certainty: "possible",
  },
];
