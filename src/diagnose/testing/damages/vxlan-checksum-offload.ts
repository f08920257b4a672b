import type { Damage } from "../damage.ts";
import { checksums, kernel, overVxlan } from "../overlay.ts";

const old = ["1.16.5", "1.17.3", "1.18.2"];

export const vxlanChecksumOffload: readonly Damage[] = [
  {
    what: "checksums are left to the card, and the kernel spoils them",
    modes: ["iptables", "ipvs"],
    versions: old,
    edit: overVxlan,
    written: { more: { ...kernel("5.3.0-42-generic"), ...checksums("on") } },
    unproven: true,
    nearMisses: [
      {
        what: "kube-proxy takes the mark off",
        versions: ["1.18.6", "1.34"],
        edit: overVxlan,
        node: { more: { ...kernel("5.3.0-42-generic"), ...checksums("on") } },
      },
      {
        what: "the kernel leaves them alone",
        versions: old,
        edit: overVxlan,
        node: { more: { ...kernel("5.15.0-91-generic"), ...checksums("on") } },
      },
      {
        what: "no checksum is left to the card",
        versions: old,
        edit: overVxlan,
        node: { more: { ...kernel("5.3.0-42-generic"), ...checksums("off") } },
      },
    ],
  },
  {
    what: "packets of the tunnel come in with wrong checksums",
    modes: ["iptables", "ipvs"],
    versions: old,
    edit: overVxlan,
    written: {
      more: {
        tcpdump: [
          "10:00:01.000000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 110)",
          "    192.168.10.12.41234 > 192.168.10.11.8472: [bad udp cksum 0xffff -> 0x1b2c!] OTV, flags [I] (0x08), overlay 0, instance 1",
          "IP (tos 0x0, ttl 63, id 2, offset 0, flags [DF], proto TCP (6), length 60)",
          "    192.168.10.12.39000 > 10.244.1.20.8080: Flags [S], cksum 0x1234 (correct), seq 1, win 64240, options [mss 1460], length 0",
        ],
      },
    },
    unproven: true,
  },
  {
    what: "the kernel is elrepo's, which is the upstream one",
    modes: ["iptables"],
    versions: ["1.17.3"],
    edit: overVxlan,
    written: { more: { ...kernel("4.19.76-1.el7.elrepo.x86_64"), ...checksums("on") } },
    unproven: true,
    nearMisses: [
      {
        what: "the distribution's own kernel, of which nobody knows the patches",
        edit: overVxlan,
        node: { more: { ...kernel("4.18.0-147.el8.x86_64"), ...checksums("on") } },
      },
    ],
  },
];
