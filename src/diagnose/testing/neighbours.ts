import { both, type Edit, inFile } from "./damage.ts";
import { inTable, lines } from "./dressings.ts";

/** Other programs with rules of their own on a healthy node. */

const said = (text: string): string => `-m comment --comment "${text}"`;

/** Docker 20 with a bridge of its own; where it sets the policy of FORWARD to DROP, the network plugin must accept pods. */
const docker: Edit = both(
  lines(
    "ip-addr",
    "6: docker0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default",
    "    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0",
  ),
  lines(
    "ip-route",
    "172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1 linkdown",
    "local 172.17.0.1 dev docker0 table local proto kernel scope host src 172.17.0.1",
  ),
  inTable("nat", {
    chains: ["DOCKER"],
    below: [
      "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
      "-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER",
      "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
      "-A DOCKER -i docker0 -j RETURN",
    ],
  }),
  inTable("filter", {
    chains: ["DOCKER", "DOCKER-USER", "DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2"],
    below: [
      "-A FORWARD -j DOCKER-USER",
      "-A FORWARD -j DOCKER-ISOLATION-STAGE-1",
      "-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
      "-A FORWARD -o docker0 -j DOCKER",
      "-A FORWARD -i docker0 ! -o docker0 -j ACCEPT",
      "-A FORWARD -i docker0 -o docker0 -j ACCEPT",
      "-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2",
      "-A DOCKER-ISOLATION-STAGE-1 -j RETURN",
      "-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP",
      "-A DOCKER-ISOLATION-STAGE-2 -j RETURN",
      "-A DOCKER-USER -j RETURN",
    ],
  }),
);
const dockerDrops: Edit = both(docker, inTable("filter", { policy: { FORWARD: "DROP" } }));

/** firewalld with its iptables backend; pods' devices are in the trusted zone, node ports are open. */
const firewalld: Edit = inTable("filter", {
  chains: ["INPUT_ZONES", "IN_public", "IN_trusted", "FORWARD_ZONES", "FWDI_public", "FWDI_trusted"],
  below: [
    "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT",
    "-A INPUT -i lo -j ACCEPT",
    "-A INPUT -j INPUT_ZONES",
    "-A INPUT -m conntrack --ctstate INVALID -j DROP",
    "-A INPUT -j REJECT --reject-with icmp-host-prohibited",
    "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT",
    "-A FORWARD -i lo -j ACCEPT",
    "-A FORWARD -j FORWARD_ZONES",
    "-A FORWARD -m conntrack --ctstate INVALID -j DROP",
    "-A FORWARD -j REJECT --reject-with icmp-host-prohibited",
    "-A INPUT_ZONES -i cni0 -g IN_trusted",
    "-A INPUT_ZONES -i eth0 -g IN_public",
    "-A IN_trusted -j ACCEPT",
    "-A IN_public -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW,UNTRACKED -j ACCEPT",
    "-A IN_public -p tcp -m tcp --dport 30000:32767 -m conntrack --ctstate NEW,UNTRACKED -j ACCEPT",
    "-A IN_public -p tcp -m multiport --dports 80,443 -m conntrack --ctstate NEW,UNTRACKED -j ACCEPT",
    "-A IN_public -d 10.96.0.0/12 -j ACCEPT",
    "-A FORWARD_ZONES -i cni0 -g FWDI_trusted",
    "-A FORWARD_ZONES -i eth0 -g FWDI_public",
    "-A FWDI_trusted -j ACCEPT",
    "-A FWDI_public -d 10.244.0.0/16 -j ACCEPT",
  ],
});

/** ufw as people set it up for Kubernetes: forwarding accepted, node ports and pods let in. */
const ufw: Edit = inTable("filter", {
  chains: [
    "ufw-before-input",
    "ufw-user-input",
    "ufw-before-forward",
    "ufw-user-forward",
    "ufw-before-output",
    "ufw-track-output",
  ],
  policy: { INPUT: "DROP" },
  below: [
    "-A INPUT -j ufw-before-input",
    "-A FORWARD -j ufw-before-forward",
    "-A OUTPUT -j ufw-before-output",
    "-A ufw-before-input -i lo -j ACCEPT",
    "-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A ufw-before-input -m conntrack --ctstate INVALID -j DROP",
    "-A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT",
    "-A ufw-before-input -j ufw-user-input",
    "-A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A ufw-before-forward -j ufw-user-forward",
    "-A ufw-before-output -o lo -j ACCEPT",
    "-A ufw-before-output -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A ufw-before-output -j ufw-track-output",
    "-A ufw-track-output -p tcp -m conntrack --ctstate NEW -j ACCEPT",
    "-A ufw-track-output -p udp -m conntrack --ctstate NEW -j ACCEPT",
    "-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT",
    "-A ufw-user-input -p tcp -m multiport --dports 80,443,30000:32767 -j ACCEPT",
    "-A ufw-user-input -i cni0 -j ACCEPT",
    "-A ufw-user-input -s 192.168.10.0/24 -j ACCEPT",
  ],
});

const fail2ban: Edit = inTable("filter", {
  chains: ["f2b-sshd"],
  above: ["-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd"],
  below: [
    "-A f2b-sshd -s 203.0.113.77/32 -j REJECT --reject-with icmp-port-unreachable",
    "-A f2b-sshd -s 198.51.100.23/32 -j REJECT --reject-with icmp-port-unreachable",
    "-A f2b-sshd -j RETURN",
  ],
});

const tailscale: Edit = both(
  lines(
    "ip-addr",
    "7: tailscale0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1280 qdisc fq_codel state UNKNOWN group default qlen 500",
    "    inet 100.101.7.8/32 scope global tailscale0",
  ),
  lines(
    "ip-route",
    "100.101.7.9 dev tailscale0 table 52",
    "local 100.101.7.8 dev tailscale0 table local proto kernel scope host src 100.101.7.8",
  ),
  inFile(
    "ip-rule",
    "32766:",
    "5210:\tfrom all fwmark 0x80000/0xff0000 lookup main\n5230:\tfrom all fwmark 0x80000/0xff0000 lookup default\n5250:\tfrom all fwmark 0x80000/0xff0000 unreachable\n5270:\tfrom all lookup 52\n32766:",
  ),
  inTable("nat", {
    chains: ["ts-postrouting"],
    above: ["-A POSTROUTING -j ts-postrouting"],
    below: ["-A ts-postrouting -m mark --mark 0x40000/0xff0000 -j MASQUERADE"],
  }),
  inTable("filter", {
    chains: ["ts-input", "ts-forward"],
    above: ["-A INPUT -j ts-input", "-A FORWARD -j ts-forward"],
    below: [
      "-A ts-input -s 100.101.7.8/32 -i lo -j ACCEPT",
      "-A ts-input -s 100.115.92.0/23 ! -i tailscale0 -j RETURN",
      "-A ts-input -s 100.64.0.0/10 ! -i tailscale0 -j DROP",
      "-A ts-input -i tailscale0 -j ACCEPT",
      "-A ts-input -p udp -m udp --dport 41641 -j ACCEPT",
      "-A ts-forward -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000",
      "-A ts-forward -m mark --mark 0x40000/0xff0000 -j ACCEPT",
      "-A ts-forward -s 100.64.0.0/10 -o tailscale0 -j DROP",
      "-A ts-forward -o tailscale0 -j ACCEPT",
    ],
  }),
);

/** The CNI plugin portmap, for a pod with hostPort 8443. */
const portmap: Edit = inTable("nat", {
  chains: ["CNI-HOSTPORT-DNAT", "CNI-HOSTPORT-MASQ", "CNI-HOSTPORT-SETMARK", "CNI-DN-1f0a5c3b7e9d2468abcde"],
  below: [
    "-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT",
    "-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT",
    `-A POSTROUTING ${said("CNI portfwd requiring masquerade")} -j CNI-HOSTPORT-MASQ`,
    `-A CNI-DN-1f0a5c3b7e9d2468abcde -s 10.244.1.0/24 -p tcp -m tcp --dport 8443 -j CNI-HOSTPORT-SETMARK`,
    `-A CNI-DN-1f0a5c3b7e9d2468abcde -s 127.0.0.1/32 -p tcp -m tcp --dport 8443 -j CNI-HOSTPORT-SETMARK`,
    `-A CNI-DN-1f0a5c3b7e9d2468abcde -p tcp -m tcp --dport 8443 -j DNAT --to-destination 10.244.1.20:8443`,
    `-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"cbr0\\" id: \\"5d1b90e7\\"" -m multiport --dports 8443 -j CNI-DN-1f0a5c3b7e9d2468abcde`,
    "-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE",
    `-A CNI-HOSTPORT-SETMARK ${said("CNI portfwd masquerade mark")} -j MARK --set-xmark 0x2000/0x2000`,
  ],
});

/** The CNI plugin bridge with ipMasq: a chain for each pod. */
const cniMasquerade: Edit = inTable("nat", {
  chains: ["CNI-0a1b2c3d4e5f60718293a4b5"],
  below: [
    `-A POSTROUTING -s 10.244.1.20/32 -m comment --comment "name: \\"mynet\\" id: \\"5d1b90e7\\"" -j CNI-0a1b2c3d4e5f60718293a4b5`,
    `-A CNI-0a1b2c3d4e5f60718293a4b5 -d 10.244.0.0/16 ${said("mynet")} -j ACCEPT`,
    `-A CNI-0a1b2c3d4e5f60718293a4b5 ! -d 224.0.0.0/4 ${said("mynet")} -j MASQUERADE`,
  ],
});

const masqueradeAgent: Edit = inTable("nat", {
  chains: ["IP-MASQ-AGENT"],
  below: [
    `-A POSTROUTING ${said("ip-masq-agent: ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom IP-MASQ-AGENT chain")} -m addrtype ! --dst-type LOCAL -j IP-MASQ-AGENT`,
    ...["169.254.0.0/16", "10.0.0.0/8", "192.168.0.0/16"].map(
      (range) =>
        `-A IP-MASQ-AGENT -d ${range} ${said("ip-masq-agent: local traffic is not subject to MASQUERADE")} -j RETURN`,
    ),
    `-A IP-MASQ-AGENT ${said("ip-masq-agent: outbound traffic is subject to MASQUERADE (must be last in chain)")} -j MASQUERADE`,
  ],
});

/** Istio's ambient mode: probes of the kubelet get an address of their own. */
const istio: Edit = both(
  lines(
    "ipset-save",
    "create istio-inpod-probes-v4 hash:ip family inet hashsize 1024 maxelem 65536",
    "add istio-inpod-probes-v4 10.244.1.77",
  ),
  inTable("nat", {
    chains: ["ISTIO_POSTRT"],
    below: [
      "-A POSTROUTING -j ISTIO_POSTRT",
      "-A ISTIO_POSTRT -p tcp -m owner --socket-exists -m set --match-set istio-inpod-probes-v4 dst -j SNAT --to-source 169.254.7.127",
    ],
  }),
);

const libvirt: Edit = both(
  lines(
    "ip-addr",
    "8: virbr0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN group default",
    "    inet 192.168.122.1/24 brd 192.168.122.255 scope global virbr0",
  ),
  lines(
    "ip-route",
    "192.168.122.0/24 dev virbr0 proto kernel scope link src 192.168.122.1 linkdown",
    "local 192.168.122.1 dev virbr0 table local proto kernel scope host src 192.168.122.1",
  ),
  inTable("nat", {
    chains: ["LIBVIRT_PRT"],
    below: [
      "-A POSTROUTING -j LIBVIRT_PRT",
      "-A LIBVIRT_PRT -s 192.168.122.0/24 -d 224.0.0.0/24 -j RETURN",
      "-A LIBVIRT_PRT -s 192.168.122.0/24 ! -d 192.168.122.0/24 -p tcp -j MASQUERADE --to-ports 1024-65535",
      "-A LIBVIRT_PRT -s 192.168.122.0/24 ! -d 192.168.122.0/24 -j MASQUERADE",
    ],
  }),
  inTable("filter", {
    chains: ["LIBVIRT_FWI", "LIBVIRT_FWO", "LIBVIRT_INP"],
    below: [
      "-A INPUT -j LIBVIRT_INP",
      "-A FORWARD -j LIBVIRT_FWI",
      "-A FORWARD -j LIBVIRT_FWO",
      "-A LIBVIRT_FWI -d 192.168.122.0/24 -o virbr0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
      "-A LIBVIRT_FWI -o virbr0 -j REJECT --reject-with icmp-port-unreachable",
      "-A LIBVIRT_FWO -s 192.168.122.0/24 -i virbr0 -j ACCEPT",
      "-A LIBVIRT_FWO -i virbr0 -j REJECT --reject-with icmp-port-unreachable",
      "-A LIBVIRT_INP -i virbr0 -p udp -m udp --dport 53 -j ACCEPT",
    ],
  }),
);

/** NodeLocal DNS on its own address only. */
const nodeLocalDns: Edit = both(
  lines(
    "ip-addr",
    "10: nodelocaldns: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default",
    "    inet 169.254.20.10/32 scope global nodelocaldns",
  ),
  lines("ip-route", "local 169.254.20.10 dev nodelocaldns table local proto kernel scope host src 169.254.20.10"),
  inTable("raw", {
    below: ["PREROUTING", "OUTPUT"].flatMap((hook) =>
      ["udp", "tcp"].map(
        (proto) =>
          `-A ${hook} -d 169.254.20.10/32 -p ${proto} -m ${proto} --dport 53 ${said("NodeLocal DNS Cache: skip conntrack")} -j NOTRACK`,
      ),
    ),
  }),
);

export const neighbours = {
  docker,
  dockerDrops,
  firewalld,
  ufw,
  fail2ban,
  tailscale,
  portmap,
  cniMasquerade,
  masqueradeAgent,
  istio,
  libvirt,
  nodeLocalDns,
} as const;
