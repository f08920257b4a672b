import { both, type Damage, type Edit, inFile, none, rules, service, services } from "../damage.ts";

/** A node of the AWS VPC CNI: its pod hangs on a veth of its own and has an address of the second interface. */
const aws: Edit = both(
  inFile("ip-addr", /3: cni0:[\s\S]*?(?=9: kube|$)/, () =>
    [
      "3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc mq state UP group default qlen 1000",
      "    inet 10.244.1.5/24 brd 10.244.1.255 scope global eth1",
      "4: eni1a2b@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc noqueue state UP group default",
      "",
    ].join("\n"),
  ),
  inFile(
    "ip-route",
    /10\.244\.1\.0\/24 dev cni0.*\n10\.244\.2\.0\/24.*\n/,
    "10.244.1.20 dev eni1a2b scope link\n10.244.2.0/24 via 192.168.10.1 dev eth0\n",
  ),
  inFile(
    "ip-route",
    /local 10\.244\.1\.1 dev cni0.*\n/,
    "local 10.244.1.5 dev eth1 table local proto kernel scope host src 10.244.1.5\ndefault via 10.244.1.1 dev eth1 table 2\n10.244.1.1 dev eth1 table 2 scope link\n",
  ),
  inFile(
    "ip-rule",
    "32766:",
    "512:\tfrom all to 10.244.1.20 lookup main\n1024:\tfrom all fwmark 0x80/0x80 lookup main\n1536:\tfrom 10.244.1.20 lookup 2\n32766:",
  ),
  (file, text) =>
    file !== "iptables-save" || text.includes("*mangle\n")
      ? text
      : text.replace("*filter\n", "*mangle\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n"),
  rules(
    /^\*mangle\n(?::.*\n)+/m,
    (
      head,
    ) => `${head}-A PREROUTING -i eth0 -m comment --comment "AWS, primary ENI" -m addrtype --dst-type LOCAL --limit-iface-in -j CONNMARK --set-xmark 0x80/0x80
-A PREROUTING -i eni+ -m comment --comment "AWS, primary ENI" -j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80
`,
  ),
  rules(
    /^\*nat\n(?::.*\n)+/m,
    (head) =>
      `${head}:AWS-SNAT-CHAIN-0 - [0:0]\n-A POSTROUTING -m comment --comment "AWS SNAT CHAIN" -j AWS-SNAT-CHAIN-0\n-A AWS-SNAT-CHAIN-0 ! -d 10.244.0.0/16 -m comment --comment "AWS SNAT CHAIN" -m addrtype ! --dst-type LOCAL -j SNAT --to-source 192.168.10.11 --random-fully\n`,
  ),
);
const node = {
  services: [...services, service(9, ["10.244.1.20:8080"], { nodePort: 30090, externalLocal: true })],
};

/** That the answer leaves by eth1 without the rule or the marks, and by eth0 with both, was tried on Linux 6.18 in network namespaces. */
export const awsExternalSnatMismatch: readonly Damage[] = [
  {
    what: "no routing rule looks for the mark",
    modes: ["iptables", "ipvs"],
    fine: (mode) => mode === "ipvs", // which routes the answer anew once it has the node's address (ip_vs_route_me_harder)
    node: { ...node, cni: aws },
    edit: inFile("ip-rule", /1024:.*\n/, ""),
    nearMisses: [
      {
        what: "the rules are all there",
        node: { ...node, cni: aws },
        edit: none,
      },
      {
        what: "the pod's address is of the first interface",
        node: { ...node, cni: aws },
        edit: both(inFile("ip-rule", /1024:.*\n/, ""), inFile("ip-rule", /1536:.*\n/, "")),
      },
    ],
  },
  {
    what: "nothing marks the connections",
    modes: ["iptables"],
    node: { ...node, cni: aws },
    edit: rules(/^-A PREROUTING .*AWS, primary ENI.*\n/gm, ""),
  },
];
