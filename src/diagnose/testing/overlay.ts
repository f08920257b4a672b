import { both, type Edit, inFile } from "./damage.ts";

/** flannel's VXLAN leads to the pods of other nodes. */
export const overVxlan: Edit = both(
  inFile(
    "ip-addr",
    /^4: veth1/m,
    "6: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default\n    inet 10.244.1.0/32 scope global flannel.1\n4: veth1",
  ),
  inFile("ip-route", "10.244.2.0/24 via 192.168.10.12 dev eth0", "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink"),
);

/** `uname -a`. */
export const kernel = (release: string) => ({
  uname: [`Linux n1 ${release} #1 SMP Tue Mar 3 10:00:00 UTC 2020 x86_64 x86_64 x86_64 GNU/Linux`],
});
/** `ethtool -k flannel.1`. */
export const checksums = (value: "on" | "off") => ({
  ethtool: ["Features for flannel.1:", `tx-checksumming: ${value}`, `\ttx-checksum-ip-generic: ${value}`],
});
/** `conntrack -L`: the tunnel's outer packet, its port as it was and as NAT left it. */
export const outerPacket = (port: number, after: number) => ({
  conntrack: [
    `udp      17 25 src=192.168.10.11 dst=192.168.10.12 sport=${port} dport=8472 [UNREPLIED] src=192.168.10.12 dst=192.168.10.11 sport=8472 dport=${after} mark=0 use=1`,
  ],
});
