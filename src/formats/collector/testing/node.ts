import { spawnSync } from "node:child_process";

/*
 * A network namespace that looks like a node of a cluster in IPVS mode, built by the machine's own tools. Its file system
 * can only be read, but for /tmp and /run, which are its own and looked through afterwards.
 */

export const iptables = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SERVICES - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SERVICES ! -s 172.16.0.0/17 -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ
-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT
COMMIT
`;

export const ip6tables = `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -s fd00::/64 -j ACCEPT
COMMIT
`;

/** Of the other backend: left over from another time. */
export const legacy = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -s 192.0.2.0/24 -j DROP
COMMIT
`;

export const sets = `create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536
add KUBE-CLUSTER-IP 10.20.0.1,tcp:443
add KUBE-CLUSTER-IP 10.20.0.10,udp:53
`;

export const config = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig
clusterCIDR: 172.16.0.0/17
mode: ipvs
`;

/** As containerd writes it. */
export const log = `2026-11-28T12:00:00.000000001Z stderr F I1128 12:00:00.000000       1 server.go:872] "Version info" version="v1.28.3"
2026-11-28T12:00:00.100000001Z stderr F I1128 12:00:00.100000       1 server_others.go:218] "Using ipvs Proxier"
`;

/** Loaded where ebtables is there and the kernel takes it. */
const bridgeRule = "-p IPv4 --ip-src 172.16.0.0/24 -j DROP";

const build = `
set -e
ip link set lo up
ip link add eth0 type veth peer name eth0peer
ip addr add 10.19.136.10/24 dev eth0
ip addr add fd00::10/64 dev eth0 nodad
ip link set eth0 up
ip route add default via 10.19.136.1 dev eth0
ip link add kube-ipvs0 type dummy 2>/dev/null || ip link add kube-ipvs0 type bridge
ip addr add 10.20.0.1/32 dev kube-ipvs0
ip addr add 10.20.0.10/32 dev kube-ipvs0
ip link add cni0 type bridge
ip link add veth0.100 type veth peer name veth0peer
ip link set veth0.100 master cni0
echo 1 > /sys/class/net/veth0.100/brport/hairpin_mode
ip link add flannel.1 type vxlan id 1 local 10.19.136.10 dstport 8472 dev eth0
ip rule add fwmark 0x80/0x80 lookup 100 priority 1000
ip route add 198.51.100.0/24 via 10.19.136.2 table 100
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 2 > /proc/sys/net/ipv4/conf/veth0.100/rp_filter
`;

/** Everything that a collector could change in the namespace, and the kernel's modules; but for counters, since IPv6 talks by itself. */
const state = `
{ ebtables-save; iptables-nft-save; ip6tables-nft-save; iptables-legacy-save; ip6tables-legacy-save; ipset save; nft list ruleset
  ip -d addr; ip route show table all; ip -6 route show table all; ip rule; ip -6 rule
  cat /proc/net/ip_tables_names /proc/net/ip6_tables_names /proc/modules; find /tmp /run -newer /tmp/kept/built -type f
} 2>/dev/null | grep -v -e '^# ' -e valid_lft | sed -E 's/\\[[0-9]+:[0-9]+\\]//; s/packets [0-9]+ bytes [0-9]+//'`;

export interface Collected {
  readonly bundle: string;
  /** All that a collector could change, and files that it left. */
  readonly before: string;
  readonly after: string;
  readonly stderr: string;
}

const has = (tool: string): boolean => spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0;

/** Why the namespace cannot be built here; undefined: it can. */
export function whyNot(): string | undefined {
  if (process.platform !== "linux") return "this is not Linux";
  if (process.getuid?.() !== 0) return "it needs root";
  const missing = ["ip", "ipset", "nft", "iptables-nft-restore", "iptables-legacy-restore", "bash"].filter(
    (t) => !has(t),
  );
  if (missing.length > 0) return `${missing.join(", ")} is not installed`;
  const { status, stderr } = inNamespace(`mount -t sysfs sysfs /sys || exit 3
    (${build})
    [ $? = 0 ] || exit 3
    ipset create probe hash:ip,port && iptables-nft -t nat -L -n >/dev/null && iptables-legacy -L -n >/dev/null`);
  return status === 0 ? undefined : `the kernel refuses: ${stderr.trim()}`;
}

const inNamespace = (script: string): { status: number | null; stdout: string; stderr: string } =>
  spawnSync("unshare", ["-n", "-m", "bash", "-c", `mount --make-rprivate /\n${script}`], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Runs the script by this shell on such a node. `hide`: programs that the node does not have, but kube-proxy's container. */
export function collectOn(script: string, shell: string, hide: readonly string[] = []): Collected {
  const { status, stdout, stderr } = inNamespace(`
    mount -t tmpfs tmpfs /tmp && mount -t tmpfs tmpfs /run && mkdir /tmp/kept
    mount -t sysfs sysfs /sys
    (${build})
    [ $? = 0 ] || exit 3
    printf %s ${quoted(sets)} | ipset restore || exit 3
    printf %s ${quoted(iptables)} | iptables-nft-restore || exit 3
    printf %s ${quoted(ip6tables)} | ip6tables-nft-restore || exit 3
    printf %s ${quoted(legacy)} | iptables-legacy-restore || exit 3
    ebtables -A FORWARD ${bridgeRule} 2>/dev/null
    printf %s ${quoted(config)} > /tmp/kept/config.conf
    printf %s ${quoted(script)} > /tmp/kept/collect.sh
    mkdir -p /tmp/log/pods/kube-system_kube-proxy-x7_1/kube-proxy
    printf %s ${quoted(log)} > /tmp/log/pods/kube-system_kube-proxy-x7_1/kube-proxy/0.log
    mount --bind /tmp/log /var/log
    # a process with kube-proxy's command line, which waits since nobody reads what it writes
    mkfifo /tmp/kept/full && exec 9<>/tmp/kept/full
    head -c 65536 /dev/zero >&9
    (exec -a /usr/local/bin/kube-proxy /bin/echo --config=/tmp/kept/config.conf --hostname-override=n1 >&9 2>/dev/null) &
    proxy=$!
    for n in 1 2 3 4 5 6 7 8 9; do grep -q hostname-override /proc/$proxy/cmdline && break; sleep 0.1; done
    touch /tmp/kept/built
    mount -o remount,bind,ro /
    ${state}
    echo @@@
    unshare -m bash -c ${quoted(`${hide.map((p) => `mount --bind /dev/null "$(readlink -f "$(command -v ${p})")"`).join("\n")}
      ${shell} /tmp/kept/collect.sh`)}
    echo @@@
    ${state}
    kill $proxy
  `);
  const [before = "", bundle = "", after = ""] = stdout.split("@@@\n");
  if (status === 3) throw new Error(stderr);
  return { bundle, before, after, stderr };
}
