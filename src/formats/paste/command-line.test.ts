import { describe, expect, it } from "vitest";
import { parseCommandLine } from "./command-line.ts";

describe("parseCommandLine", () => {
  it.each([
    ["ip addr", "ip addr"],
    ["sudo -E /sbin/iptables-save -t nat", "iptables-save -t nat"],
    ["ip addr |grep 192.0.2.1", "ip addr (filtered)"],
    ["iptables-save | tee nat.txt", "iptables-save"],
    ["iptables-save 2>&1 | tee nat.txt", "iptables-save"],
    ["ipset save > sets.txt", "ipset save"],
    ["ip rule; ip route show table all", "ip rule + ip route show table all"],
    ["ip rule && ip route | head -5", "ip rule + ip route (filtered)"],
    ["grep KUBE nat.txt", "grep KUBE nat.txt (filtered)"],
    ["nsenter -t 1 -n ip addr", "ip addr"],
    ["nsenter --net=/var/run/netns/x -- ipset save", "ipset save"],
    ["kubectl -n kube-system exec kube-proxy-abc12 -- iptables-save -t nat", "iptables-save -t nat"],
    ["kubectl debug node/n1 -it --image=busybox -- chroot /host ipvsadm -Sn", "ipvsadm -Sn"],
    ["kubectl get svc -A -o wide", "kubectl get svc -A -o wide"],
    ["docker exec -it abc ip route", "ip route"],
    ["ip netns exec blue ip route show table local", "ip route show table local"],
    ["ssh root@n1 ip addr", "ip addr"],
    ["ssh n1 'ip rule; ip route'", "ip rule + ip route"],
    ['sh -c "iptables -t nat -S | grep KUBE"', "iptables -t nat -S (filtered)"],
    ["watch -n 1 ipvsadm -Ln", "ipvsadm -Ln"],
    ["LANG=C ip link", "ip link"],
    ["telnet  192.0.2.1 443", "telnet 192.0.2.1 443"],
    ["", ""],
    ["| ; && > <", ""],
  ])("%s", (typed, expected) => {
    const said = parseCommandLine(typed).map((c) => c.words.join(" ") + (c.filtered ? " (filtered)" : ""));
    expect(said.join(" + ")).toBe(expected);
  });
});
