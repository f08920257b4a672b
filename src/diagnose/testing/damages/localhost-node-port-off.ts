import { ip } from "../../../simulate/testing/node.ts";
import { both, type Damage, none, rules } from "../damage.ts";

const wanted = { from: "host", to: ip("127.0.0.1"), port: 30080, proto: "tcp" } as const;
const off = { "net.ipv4.conf.all.route_localnet": "0" };
/** What kube-proxy writes with --iptables-localhost-nodeports=false. */
const leftOut = rules(/(-A KUBE-SERVICES )(.*-j KUBE-NODEPORTS)/, "$1! -d 127.0.0.0/8 $2");

/** With route_localnet 0 a connection to 127.0.0.1 times out on Linux 6.18, with 1 it opens. */
export const localhostNodePortOff: readonly Damage[] = [
  {
    what: "somebody set route_localnet to 0, and kube-proxy's rule takes 127.0.0.1",
    modes: ["iptables"],
    edit: none,
    kernel: off,
    certainty: "possible",
    nearMisses: [
      { what: "kube-proxy was told to leave 127.0.0.1 alone", versions: ["1.28", "1.34"], edit: leftOut, kernel: off },
      { what: "the setting was not pasted", edit: (file, text) => (file === "sysctl" ? "" : text) },
    ],
  },
  {
    what: "--iptables-localhost-nodeports=false, and somebody asks there",
    modes: ["iptables"],
    versions: ["1.28", "1.34"],
    edit: both(leftOut),
    kernel: off,
    wanted,
  },
  { what: "IPVS mode, and somebody asks there", modes: ["ipvs"], edit: none, wanted, unproven: true },
];
