import type { Scenario } from "../scenario.ts";
import { everybodyAsks, plain } from "./everybody.ts";

const everywhere = ["10.96.0.1 80", "10.20.0.9 80 udp", "198.51.100.9 443", "172.18.0.2 80", "10.244.1.10 53 udp"];
const everywhere6 = ["fd00:96::1 80", "fd00:20::9 80 udp", "fd00:198::9 443", "fd00:18::2 80", "fd00:244:1::10 53 udp"];
const own = ["172.18.0.2", "10.20.0.2", "10.244.1.1", "127.0.0.1", "fd00:18::2", "fd00:244:1::1", "::1"];

/** What random rules seldom come to: each node has one thing that is to be seen. */
export const writtenNodes = (): Scenario[] => [
  {
    setup: {
      ...plain,
      name: "a firewall that drops what is invalid, and an answer that nobody tracked the question of",
      iptables: `*raw
-A PREROUTING -i cni0 -p tcp -m tcp --dport 443 -j CT --notrack
-A OUTPUT -p udp -m udp --dport 80 -j CT --notrack
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p tcp -m tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT
-A INPUT -j REJECT --reject-with icmp-host-prohibited
-A FORWARD -m conntrack --ctstate INVALID -j DROP
COMMIT
`,
    },
    attempts: everybodyAsks(everywhere, own),
  },
  {
    setup: {
      ...plain,
      name: "policy routing by a mark that mangle gives, with a source of its own",
      commands: [
        "route add default via 10.20.0.9 dev eth1 src 10.20.0.2 table 100",
        "rule add pref 100 fwmark 0x1 table 100",
        "rule add pref 101 uidrange 0-0 to 198.51.100.0/24 table 100",
        "-6 route add default via fd00:20::9 dev eth1 src fd00:20::2 table 100",
        "-6 rule add pref 100 fwmark 0x1 table 100",
      ],
      sysctls: { "net.ipv4.conf.all.rp_filter": "1", "net.ipv4.conf.all.src_valid_mark": "1" },
      iptables: `*mangle
-A PREROUTING -p tcp -j MARK --set-mark 0x1
-A OUTPUT -p udp -j MARK --set-mark 0x1
COMMIT
*nat
-A POSTROUTING -o eth1 -m mark --mark 0x1 -j MASQUERADE
COMMIT
`,
      ip6tables: `*mangle
-A OUTPUT -j MARK --set-mark 0x1
COMMIT
*nat
-A POSTROUTING -o eth1 -j MASQUERADE
COMMIT
`,
    },
    attempts: everybodyAsks([...everywhere, ...everywhere6], own),
  },
  {
    setup: {
      ...plain,
      name: "services on a device of the node, and no rule that translates the node's own packets",
      addresses: [
        ["svc0", "10.96.0.1/32"],
        ["svc0", "fd00:96::1/128"],
      ],
      sysctls: { "net.bridge.bridge-nf-call-iptables": "0", "net.ipv4.conf.all.accept_local": "1" },
      iptables: `*nat
-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.20.0.9:8080
-A OUTPUT ! -s 10.96.0.1/32 -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.20.0.9:8080
COMMIT
`,
      ip6tables: `*nat
-A OUTPUT -d fd00:96::1/128 -p tcp -m tcp --dport 80 -j DNAT --to-destination [fd00:20::9]:8080
-A POSTROUTING -o eth1 -j MASQUERADE
COMMIT
`,
    },
    attempts: everybodyAsks(["10.96.0.1 80", "10.96.0.1 443", "fd00:96::1 80", "fd00:96::1 443"], own),
  },
  {
    setup: {
      ...plain,
      name: "hairpins: a pod of the bridge reaches itself and its neighbour by way of the node",
      hairpin: ["vetha"],
      iptables: `*nat
-A PREROUTING -d 10.96.0.1/32 -p tcp -j DNAT --to-destination 10.244.1.10
-A PREROUTING -d 10.96.0.10/32 -p tcp -j DNAT --to-destination 10.244.1.11
-A PREROUTING -d 10.96.0.20/32 -p udp -j DNAT --to-destination 10.244.2.10
-A POSTROUTING -s 10.244.1.0/24 -d 10.244.1.10/32 -j MASQUERADE
COMMIT
`,
      ip6tables: `*nat
-A PREROUTING -d fd00:96::1/128 -p tcp -j DNAT --to-destination fd00:244:1::10
-A PREROUTING -d fd00:96::10/128 -p tcp -j DNAT --to-destination fd00:244:1::11
-A POSTROUTING -s fd00:244:1::/64 -d fd00:244:1::10/128 -j MASQUERADE
COMMIT
`,
    },
    attempts: everybodyAsks(["10.96.0.1 80", "10.96.0.10 80", "10.96.0.20 53 udp", "fd00:96::1 80", "fd00:96::10 80"]),
  },
  {
    setup: {
      ...plain,
      name: "redirects and translation to loopback",
      sysctls: { "net.ipv4.conf.eth0.route_localnet": "1", "net.ipv4.conf.cni0.route_localnet": "1" },
      iptables: `*nat
-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 127.0.0.1:8080
-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 8080
-A PREROUTING -p udp -j REDIRECT
-A OUTPUT -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 8080
COMMIT
`,
      ip6tables: `*nat
-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination [::1]:8080
-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 8080
-A PREROUTING -p udp -j REDIRECT
-A OUTPUT -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 8080
COMMIT
`,
    },
    attempts: everybodyAsks([...everywhere, ...everywhere6], own),
  },
  {
    setup: {
      ...plain,
      name: "nothing is forwarded, and routes that refuse",
      sysctls: { "net.ipv4.ip_forward": "0", "net.ipv6.conf.all.forwarding": "0" },
      commands: [
        "route add blackhole 198.51.100.9",
        "route add unreachable 10.96.0.0/16",
        "-6 route add prohibit fd00:198::9",
        "-6 route add unreachable fd00:96::/64",
      ],
    },
    attempts: everybodyAsks([...everywhere, ...everywhere6], own),
  },
  {
    setup: {
      ...plain,
      name: "Docker's rules, and a DROP of what it does not know",
      iptables: `*nat
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 10.244.1.0/24 ! -o cni0 -j MASQUERADE
-A POSTROUTING -s 10.244.1.10/32 -d 10.244.1.10/32 -p tcp -m tcp --dport 80 -j MASQUERADE
-A DOCKER -i cni0 -j RETURN
-A DOCKER ! -i cni0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.244.1.10:80
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
-A FORWARD -o cni0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o cni0 -j DOCKER
-A FORWARD -i cni0 ! -o cni0 -j ACCEPT
-A FORWARD -i cni0 -o cni0 -j ACCEPT
-A DOCKER -d 10.244.1.10/32 ! -i cni0 -o cni0 -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`,
    },
    attempts: everybodyAsks(["172.18.0.2 8080", "10.244.1.10 80", "10.244.1.10 53 udp", "10.20.0.9 80"], own),
  },
];
